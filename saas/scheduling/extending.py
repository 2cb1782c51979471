"""What paying does to a hold: it runs on, once, to the payment page's end; and what was paid for after all
becomes certain even when the hold is over, if its time can still be had.
"""

from datetime import datetime

from sqlalchemy import update

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel.actors import Actor
from saas.scheduling import appointments
from saas.scheduling.demand import Demand
from saas.scheduling.models import Appointment, Claim
from saas.scheduling.placing import Placement
from saas.scheduling.states import State
from saas.scheduling.windows import Window


def extend(row: Appointment, until: datetime, now: datetime) -> None:
    """Let a hold run on until *until*; a second time changes nothing. HoldLapsed."""
    appointments.require_open(row, now)
    if row.extended_at is not None:
        return
    row.held_until, row.extended_at = until, now
    session.current().execute(
        update(Claim).where(Claim.appointment_id == row.id, Claim.state == "held").values(held_until=until)
    )
    session.current().flush()


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
