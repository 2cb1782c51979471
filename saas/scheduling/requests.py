"""Visits on which a clinician decides: asked for, then released, refused or, at the deadline, lapsed.

Meanwhile their claims stay held until the deadline, so that nobody else has the time.
"""

from datetime import datetime

from sqlalchemy import update

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel.actors import Actor
from saas.scheduling import appointments
from saas.scheduling.models import Appointment, Claim
from saas.scheduling.refusals import RequestLapsed
from saas.scheduling.states import State


def ask(row: Appointment, decide_by: datetime, actor: Actor, now: datetime) -> None:
    """Let a held visit wait for a decision until *decide_by*. HoldLapsed."""
    appointments.require_open(row, now)
    appointments.step(row, State.PENDING)
    row.held_until, row.requested_at, row.holder_address = decide_by, now, None
    held = update(Claim).where(Claim.appointment_id == row.id, Claim.state == "held")
    session.current().execute(held.values(held_until=decide_by))
    book.tell(EventKind.APPOINTMENT_REQUESTED, row.id, actor)


def release(row: Appointment, actor: Actor, now: datetime) -> None:
    """Make a visit that waits certain. RequestLapsed, MoveRefused; its row is locked by the caller."""
    require_waiting(row, now)
    appointments.make_certain(row, actor, now)


def refuse(row: Appointment, actor: Actor, now: datetime) -> None:
    """Refuse a visit that waits; its time is free at once. RequestLapsed, MoveRefused."""
    require_waiting(row, now)
    appointments.step(row, State.REFUSED)
    row.held_until = None
    appointments.give_up(row)
    book.tell(EventKind.APPOINTMENT_REFUSED, row.id, actor)


def require_waiting(row: Appointment, now: datetime) -> None:
    """Raise RequestLapsed where the deadline is over, MoveRefused unless the visit waits for a decision."""
    is_over = row.state == State.PENDING and row.held_until is not None and row.held_until <= now
    if is_over or (row.state == State.LAPSED and row.requested_at is not None):
        raise RequestLapsed
    appointments.require_state(row, State.PENDING)
