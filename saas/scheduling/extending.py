"""What paying does to a hold: it runs on, once, to the payment page's end; and what was paid for after all
becomes certain even when the hold is over, if its time can still be had.
"""

from datetime import datetime

from sqlalchemy.orm.attributes import set_committed_value

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel.actors import Actor
from saas.scheduling import appointments
from saas.scheduling.demand import Demand
from saas.scheduling.models import Appointment
from saas.scheduling.placing import Placement
from saas.scheduling.states import State
from saas.scheduling.windows import Window

_EXTEND = """
WITH held AS (
  UPDATE appointments SET held_until = %(until)s, extended_at = %(now)s
  WHERE tenant_id = %(tenant)s AND id = %(id)s
)
UPDATE claims SET held_until = %(until)s
WHERE tenant_id = %(tenant)s AND appointment_id = %(id)s AND state = 'held'
"""


def extend(row: Appointment, until: datetime, now: datetime) -> None:
    """Let a hold run on until *until*; a second time changes nothing. HoldLapsed."""
    appointments.require_open(row, now)
    if row.extended_at is not None:
        return
    current = session.current()
    current.connection().exec_driver_sql(_EXTEND, {
        "tenant": current.tenant_id, "id": row.id, "until": until, "now": now,
    })  # fmt: skip
    set_committed_value(row, "held_until", until)
    set_committed_value(row, "extended_at", now)


def revive(row: Appointment, demand: Demand, placement: Placement, window: Window, actor: Actor,
           now: datetime) -> None:  # fmt: skip
    """Make a hold certain that is over. SlotTaken, CapReached, PatientBusy; the caller has locked."""
    if row.state == State.HELD:
        appointments.lapse(row)
    appointments.retake(row, demand, placement, window)
    row.state, row.version, row.confirmed_at = State.CONFIRMED, row.version + 1, now
    row.held_until, row.holder_address = None, None
    session.current().flush()
    book.tell(EventKind.APPOINTMENT_CONFIRMED, row.id, actor)
