"""The practice as search needs it: places, people and hours as plain values, kept per config version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

import holidays
from sqlalchemy import select

from saas.db import session, versioned
from saas.kernel import clock
from saas.kernel.errors import NotFound
from saas.kernel.text import N_
from saas.practice.models import (
    Closure,
    Device,
    LegalEntity,
    Location,
    OpeningHours,
    Person,
    Room,
    TimeOff,
    WorkingHours,
)

Kept = TypeVar("Kept", Room, Device)
WallSpan = tuple[int, time, time]  # weekday (Monday is 0), from, to


@dataclass(frozen=True)
class Place:
    """A location with its hours; `closures` maps a day to why it is closed ("" where nobody said).

    What is charged there belongs to its legal entity and is in that entity's currency (ISO 4217).
    """

    id: UUID
    slug: str
    name: str
    time_zone: str
    jurisdiction: str
    country: str
    region: str
    observes_holidays: bool
    hours: tuple[WallSpan, ...]
    closures: Mapping[date, str]
    legal_entity_id: UUID
    currency: str

    def closed_for(self, day: date) -> str | None:
        """Return why the place is closed on *day* against its weekday's hours, or None."""
        holiday = _holidays(self.country, self.region, day.year).get(day)
        if day in self.closures:
            return self.closures[day] or holiday or ""
        return holiday if self.observes_holidays else None


@dataclass(frozen=True)
class Practitioner:
    """Someone who treats: hours by location, absences as instants, and the tier that prices may name.

    `max_concurrent_patients` counts the patients whose visits may overlap: 1 means one after another.
    """

    id: UUID
    slug: str
    name: str
    titles: str
    hours: Mapping[UUID, tuple[WallSpan, ...]]
    time_off: tuple[tuple[datetime, datetime], ...]
    tier: str | None = None
    max_concurrent_patients: int = 1
    professions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unit:
    """One room or device; `evaluated_depth_mm` is what a needling device was evaluated for, where that is known."""

    id: UUID
    location_id: UUID
    name: str
    kind: str
    evaluated_depth_mm: Decimal | None = None


@dataclass(frozen=True)
class Practice:
    """All of it, by id."""

    places: Mapping[UUID, Place]
    practitioners: Mapping[UUID, Practitioner]
    rooms: tuple[Unit, ...]
    devices: tuple[Unit, ...]
    by_slug: Mapping[str, Place] = field(default_factory=dict)

    def place(self, slug: str) -> Place:
        """Return the location *slug*; NotFound."""
        found = self.by_slug.get(slug)
        if found is None:
            raise NotFound(N_("There is no location %(slug)s."), slug=slug)
        return found

    def practitioner(self, slug: str) -> Practitioner:
        """Return the practitioner *slug*; NotFound."""
        for person in self.practitioners.values():
            if person.slug == slug:
                return person
        raise NotFound(N_("There is no practitioner %(slug)s."), slug=slug)

    def units(self, kind: str, name: str, place: Place) -> tuple[Unit, ...]:
        """Return the rooms or devices (*kind*) of kind *name* at *place*."""
        pool = self.rooms if kind == "room" else self.devices
        return tuple(unit for unit in pool if unit.location_id == place.id and unit.kind == name)


def read(config_version: int) -> Practice:
    """Return the practice at *config_version*."""
    return versioned.read("practice", config_version, _load)


def _load() -> Practice:
    places = {row.id: row for row in _places()}
    people = {person.id: person for person in _practitioners()}
    return Practice(
        places, people, _units(Room), _units(Device), {place.slug: place for place in places.values()}
    )


def _places() -> list[Place]:
    current = session.current()
    hours: dict[UUID, list[WallSpan]] = {}
    for row in current.scalars(select(OpeningHours).order_by(OpeningHours.weekday, OpeningHours.opens)):
        hours.setdefault(row.location_id, []).append((row.weekday, row.opens, row.closes))
    closures: dict[UUID, dict[date, str]] = {}
    for closed in current.scalars(select(Closure)):
        closures.setdefault(closed.location_id, {})[closed.closed_on] = ""
    currencies = {row.id: row.currency for row in current.scalars(select(LegalEntity))}
    rows = current.scalars(select(Location).where(Location.archived_at.is_(None)).order_by(Location.name))
    return [
        Place(row.id, row.slug, row.name, row.time_zone, row.jurisdiction, row.country, row.region,
              row.observes_holidays, tuple(hours.get(row.id, ())), closures.get(row.id, {}),
              row.legal_entity_id, currencies[row.legal_entity_id])
        for row in rows
    ]  # fmt: skip


def _practitioners() -> list[Practitioner]:
    current = session.current()
    hours: dict[UUID, dict[UUID, tuple[WallSpan, ...]]] = {}
    for row in current.scalars(select(WorkingHours).order_by(WorkingHours.weekday, WorkingHours.starts)):
        of_person = hours.setdefault(row.person_id, {})
        of_person[row.location_id] = (
            *of_person.get(row.location_id, ()),
            (row.weekday, row.starts, row.ends),
        )
    away: dict[UUID, list[tuple[datetime, datetime]]] = {}
    recent = TimeOff.ends_at > clock.now() - timedelta(days=90)
    for off in current.scalars(select(TimeOff).where(recent, TimeOff.cancelled_at.is_(None))):
        away.setdefault(off.person_id, []).append((off.starts_at, off.ends_at))
    people = select(Person).where(Person.archived_at.is_(None), Person.is_practitioner)
    return [
        Practitioner(p.id, p.slug, p.name, p.titles, hours.get(p.id, {}), tuple(sorted(away.get(p.id, ()))),
                     p.tier, p.max_concurrent_patients, tuple(p.professions))
        for p in current.scalars(people.order_by(Person.family_name, Person.given_name))
    ]  # fmt: skip


def _units(table: type[Kept]) -> tuple[Unit, ...]:
    rows = session.current().scalars(select(table).where(table.archived_at.is_(None)).order_by(table.name))
    return tuple(
        Unit(row.id, row.location_id, row.name, row.kind, getattr(row, "evaluated_depth_mm", None)) for row in rows
    )  # fmt: skip


@lru_cache(maxsize=512)
def _holidays(country: str, region: str, year: int) -> Mapping[date, str]:
    """Return the public holidays of a region's year; none where the library knows no such country."""
    for subdivision in (region, None):
        try:
            return dict(holidays.country_holidays(country, subdiv=subdivision, years=year))
        except NotImplementedError:
            continue
    return {}
