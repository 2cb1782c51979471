"""The people who work here, and when."""

from datetime import date, time
from uuid import UUID

from sqlalchemy import or_, select

from saas.db import session
from saas.kernel.errors import NotFound
from saas.kernel.text import N_
from saas.practice.models import Person, WorkingHours


def list_people(*, practitioners_only: bool = False) -> list[Person]:
    """Return the people in use, by family name."""
    query = select(Person).where(Person.archived_at.is_(None))
    if practitioners_only:
        query = query.where(Person.is_practitioner)
    return list(session.current().scalars(query.order_by(Person.family_name, Person.given_name)))


def get(slug: str) -> Person:
    """Return the person in use whose slug it is; NotFound."""
    found = session.current().scalar(select(Person).where(Person.slug == slug, Person.archived_at.is_(None)))
    if found is None:
        raise NotFound(N_("There is nobody called %(slug)s here."), slug=slug)
    return found


def find_by_user(user_id: UUID) -> Person | None:
    """Return the person who logs in as *user_id*."""
    return session.current().scalar(select(Person).where(Person.user_id == user_id))


def user_of(person_id: UUID) -> UUID | None:
    """Return as whom a person logs in; None where they do not."""
    return session.current().scalar(select(Person.user_id).where(Person.id == person_id))


def weekly_hours(on: date) -> dict[UUID, tuple[float, list[UUID]]]:
    """Return how many hours a week each person has as of *on*, on average, and their locations."""
    totals: dict[UUID, tuple[float, list[UUID]]] = {}
    rows = session.current().execute(
        select(WorkingHours.person_id, WorkingHours.location_id, WorkingHours.starts, WorkingHours.ends,
               WorkingHours.every, WorkingHours.since)
        .where(or_(WorkingHours.until.is_(None), WorkingHours.until >= on))
    )  # fmt: skip
    for person_id, location_id, starts, ends, every, since in rows:
        hours, where = totals.get(person_id, (0.0, []))
        totals[person_id] = (
            hours + (_length(starts, ends) / every if since is None or since <= on else 0),
            where + [location_id] * (location_id not in where),
        )
    return totals


def _length(starts: time, ends: time) -> float:
    return (ends.hour * 60 + ends.minute - starts.hour * 60 - starts.minute) / 60
