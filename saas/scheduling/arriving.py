"""That a patient is here, and that they are not after all. The visit stays certain; its version rises."""

from datetime import datetime

from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel.actors import Actor
from saas.kernel.text import N_
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import MoveRefused
from saas.scheduling.states import State


def arrive(row: Appointment, actor: Actor, now: datetime) -> None:
    """Note that the patient is here. MoveRefused unless the visit is certain."""
    if row.kind != "visit" or row.state != State.CONFIRMED:
        state = row.state.replace("_", " ")
        raise MoveRefused(N_("This visit is %(state)s, so that is not possible."), state=state)
    row.checked_in_at, row.version = now, row.version + 1
    book.tell(EventKind.APPOINTMENT_CHECKED_IN, row.id, actor)


def leave(row: Appointment, actor: Actor) -> None:
    """Take back that the patient is here."""
    row.checked_in_at, row.version = None, row.version + 1
    book.tell(EventKind.APPOINTMENT_CHECK_IN_UNDONE, row.id, actor)
