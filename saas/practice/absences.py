"""Time off: noted, cancelled, listed. Whoever calls these holds the person's lock."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.errors import Invalid, NotFound
from saas.kernel.text import N_
from saas.practice.models import Person, TimeOff


class AbsenceRefused(Invalid):
    """An absence begins before it ends."""

    code = "absence_refused"
    sentence = N_("Time off begins before it ends.")


def add(person_id: UUID, starts_at: datetime, ends_at: datetime, reason: str, actor: Actor) -> UUID:
    """Note that a person is away. AbsenceRefused, NotFound."""
    if starts_at >= ends_at:
        raise AbsenceRefused
    if session.current().scalar(select(Person.id).where(Person.id == person_id)) is None:
        raise NotFound
    row = TimeOff(
        id=ids.new(), person_id=person_id, starts_at=starts_at, ends_at=ends_at, reason=reason.strip()[:200]
    )
    session.current().add(row)
    session.current().flush()
    book.tell(EventKind.TIME_OFF_ADDED, row.id, actor)
    return row.id


def cancel(absence_id: UUID, actor: Actor, now: datetime) -> UUID:
    """Take an absence back; return whose it was. NotFound."""
    row = session.current().scalar(
        select(TimeOff).where(TimeOff.id == absence_id, TimeOff.cancelled_at.is_(None))
    )
    if row is None:
        raise NotFound
    row.cancelled_at = now
    book.tell(EventKind.TIME_OFF_CANCELLED, row.id, actor)
    return row.person_id


def list_ahead(now: datetime) -> list[TimeOff]:
    """Return the absences that are not over, by start."""
    query = (
        select(TimeOff)
        .where(TimeOff.ends_at > now, TimeOff.cancelled_at.is_(None))
        .order_by(TimeOff.starts_at)
    )
    return list(session.current().scalars(query))
