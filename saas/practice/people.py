"""The people who work here, and when."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select

from saas.db import session
from saas.practice import places
from saas.practice.models import Location, Person, WorkingHours


@dataclass(frozen=True)
class Shift:
    """When and where someone works on one day, as instants."""

    person_id: UUID
    starts_at: datetime
    ends_at: datetime
    place: str


def list_people(*, practitioners_only: bool = False) -> list[Person]:
    """Return the people in use, by family name."""
    query = select(Person).where(Person.archived_at.is_(None))
    if practitioners_only:
        query = query.where(Person.is_practitioner)
    return list(session.current().scalars(query.order_by(Person.family_name, Person.given_name)))


def find_by_user(user_id: UUID) -> Person | None:
    """Return the person who logs in as *user_id*."""
    return session.current().scalar(select(Person).where(Person.user_id == user_id))


def shifts_on(day: date, *, location: Location | None = None, person_id: UUID | None = None) -> list[Shift]:
    """Return who works on *day* (of each location's own calendar), by start."""
    query = (
        select(WorkingHours, Location)
        .join(
            Location,
            (Location.tenant_id == WorkingHours.tenant_id) & (Location.id == WorkingHours.location_id),
        )
        .join(Person, (Person.tenant_id == WorkingHours.tenant_id) & (Person.id == WorkingHours.person_id))
        .where(
            WorkingHours.weekday == day.weekday(),
            Location.archived_at.is_(None),
            Person.archived_at.is_(None),
        )
    )
    if location is not None:
        query = query.where(Location.id == location.id)
    if person_id is not None:
        query = query.where(WorkingHours.person_id == person_id)
    return [
        _shift(day, hours, place)
        for hours, place in session.current().execute(query.order_by(WorkingHours.starts))
    ]


def weekly_hours() -> dict[UUID, tuple[float, list[UUID]]]:
    """Return hours a week and the locations of each person."""
    totals: dict[UUID, tuple[float, list[UUID]]] = {}
    rows = session.current().execute(
        select(WorkingHours.person_id, WorkingHours.location_id, WorkingHours.starts, WorkingHours.ends)
    )
    for person_id, location_id, starts, ends in rows:
        hours, where = totals.get(person_id, (0.0, []))
        totals[person_id] = (
            hours + _length(starts, ends),
            where + [location_id] * (location_id not in where),
        )
    return totals


def _shift(day: date, hours: WorkingHours, location: Location) -> Shift:
    starts_at, ends_at = places.laid_on(day, hours.starts, hours.ends, location.time_zone)
    return Shift(hours.person_id, starts_at, ends_at, location.name)


def _length(starts: time, ends: time) -> float:
    return (ends.hour * 60 + ends.minute - starts.hour * 60 - starts.minute) / 60
