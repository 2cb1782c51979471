"""The practice as search needs it: places, people and hours as plain values, kept per config version."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from saas.db import session, versioned
from saas.kernel import clock
from saas.kernel.errors import NotFound
from saas.kernel.text import N_
from saas.practice import hours
from saas.practice.hours import Opening, Roster, Row, Service, Spans, Special
from saas.practice.models import (
    Closure,
    Device,
    LegalEntity,
    Location,
    LocationException,
    MaintenanceWindow,
    OpeningHours,
    Person,
    Room,
    TimeOff,
    WorkingException,
    WorkingHours,
)

Kept = TypeVar("Kept", Room, Device)


@dataclass(frozen=True)
class Place:
    """A location, and when it is open.

    What is charged there belongs to its legal entity and is in that entity's currency (ISO 4217).
    """

    id: UUID
    slug: str
    name: str
    time_zone: str
    jurisdiction: str
    country: str
    region: str
    opening: Opening
    legal_entity_id: UUID
    currency: str

    def closed_for(self, day: date, language: str = "") -> str | None:
        """Return why the place is closed on *day* against its weekday's hours, or None."""
        return self.opening.closed_for(day, language)


@dataclass(frozen=True)
class Practitioner:
    """Someone who treats: hours by location, absences as instants, and the tier that prices may name.

    `max_concurrent_patients` counts the patients whose visits may overlap: 1 means one after another.
    `max_supervised` counts the visits that they may supervise at the same time by being there.
    """

    id: UUID
    slug: str
    name: str
    titles: str
    hours: Mapping[UUID, Roster]
    time_off: tuple[tuple[datetime, datetime], ...]
    tier: str | None = None
    max_concurrent_patients: int = 1
    professions: tuple[str, ...] = ()
    max_supervised: int = 4

    def working_on(self, place_id: UUID, day: date) -> Spans:
        """Return from when until when they work at a location on *day*, by their hours alone."""
        roster = self.hours.get(place_id)
        return roster.on(day) if roster else ()


@dataclass(frozen=True)
class Unit:
    """One room or device, and when it is out of use.

    `evaluated_depth_mm` is what a needling device was evaluated for, where that is known. Its label is for
    `label_sites`, and for people of `label_min_age` years and older; empty and None where nobody said.
    """

    id: UUID
    location_id: UUID
    name: str
    kind: str
    evaluated_depth_mm: Decimal | None = None
    services: tuple[Service, ...] = ()
    model: str = ""
    label_sites: tuple[str, ...] = ()
    label_min_age: int | None = None

    def is_in_use(self, starts: datetime, ends: datetime) -> bool:
        """Whether nothing is serviced within a span of the location's own clock."""
        return not any(hours.services_in(self.services, starts, ends))


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

    def by_name(self, slugs: Iterable[str]) -> list[str]:
        """Return those of the locations *slugs* that there are, in the order of their names."""
        known = [self.by_slug[slug] for slug in slugs if slug in self.by_slug]
        return [place.slug for place in sorted(known, key=lambda place: place.name.casefold())]

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
    services, by_slug = _services(), {place.slug: place for place in places.values()}
    return Practice(places, people, _units(Room, services), _units(Device, services), by_slug)


def _places() -> list[Place]:
    current, openings = session.current(), _openings()
    currencies = {row.id: row.currency for row in current.scalars(select(LegalEntity))}
    rows = current.scalars(select(Location).where(Location.archived_at.is_(None)).order_by(Location.name))
    return [
        Place(row.id, row.slug, row.name, row.time_zone, row.jurisdiction, row.country, row.region,
              openings(row), row.legal_entity_id, currencies[row.legal_entity_id])
        for row in rows
    ]  # fmt: skip


def _openings() -> Callable[[Location], Opening]:
    """Read when locations are open, and return what says it of one."""
    current = session.current()
    rows: dict[UUID, list[Row]] = {}
    for row in current.scalars(select(OpeningHours)):
        rows.setdefault(row.location_id, []).append(Row(row.weekday, row.opens, row.closes))
    closures: dict[UUID, list[date]] = {}
    for closed in current.scalars(select(Closure)):
        closures.setdefault(closed.location_id, []).append(closed.closed_on)
    specials: dict[UUID, list[Special]] = {}
    for one in current.scalars(select(LocationException).order_by(LocationException.since)):
        reason = tuple(sorted(one.reason.items()))
        specials.setdefault(one.location_id, []).append(
            Special(one.since, one.until, _spans(one.hours), reason)
        )
    return lambda place: Opening(
        hours.in_order(rows.get(place.id, ())), tuple(specials.get(place.id, ())),
        frozenset(closures.get(place.id, ())), place.country, place.region, place.observes_holidays,
    )  # fmt: skip


def _practitioners() -> list[Practitioner]:
    current, rosters = session.current(), _rosters()
    away: dict[UUID, list[tuple[datetime, datetime]]] = {}
    recent = TimeOff.ends_at > clock.now() - timedelta(days=90)
    for off in current.scalars(select(TimeOff).where(recent, TimeOff.cancelled_at.is_(None))):
        away.setdefault(off.person_id, []).append((off.starts_at, off.ends_at))
    people = select(Person).where(Person.archived_at.is_(None), Person.is_practitioner)
    return [
        Practitioner(p.id, p.slug, p.name, p.titles, rosters.get(p.id, {}), tuple(sorted(away.get(p.id, ()))),
                     p.tier, p.max_concurrent_patients, tuple(p.professions), p.max_supervised)
        for p in current.scalars(people.order_by(Person.family_name, Person.given_name))
    ]  # fmt: skip


def _rosters() -> dict[UUID, dict[UUID, Roster]]:
    """Return the hours of each person at each location."""
    current = session.current()
    rows: dict[tuple[UUID, UUID], list[Row]] = {}
    for row in current.scalars(select(WorkingHours)):
        said = Row(row.weekday, row.starts, row.ends, row.every, row.week_of, row.since, row.until)
        rows.setdefault((row.person_id, row.location_id), []).append(said)
    specials: dict[tuple[UUID, UUID], list[Special]] = {}
    for one in current.scalars(select(WorkingException).order_by(WorkingException.since)):
        special = Special(one.since, one.until, _spans(one.hours))
        specials.setdefault((one.person_id, one.location_id), []).append(special)
    found: dict[UUID, dict[UUID, Roster]] = {}
    for person_id, place_id in [*rows, *(key for key in specials if key not in rows)]:
        key = (person_id, place_id)
        found.setdefault(person_id, {})[place_id] = Roster(
            hours.in_order(rows.get(key, ())), tuple(specials.get(key, ()))
        )
    return found


def _units(table: type[Kept], services: Mapping[UUID, tuple[Service, ...]]) -> tuple[Unit, ...]:
    rows = session.current().scalars(select(table).where(table.archived_at.is_(None)).order_by(table.name))
    return tuple(
        Unit(row.id, row.location_id, row.name, row.kind, getattr(row, "evaluated_depth_mm", None),
             services.get(row.id, ()), getattr(row, "model", None) or "", tuple(getattr(row, "label_sites", ())),
             getattr(row, "label_min_age", None))
        for row in rows
    )  # fmt: skip


def _services() -> dict[UUID, tuple[Service, ...]]:
    """Return when rooms and devices are out of use, by their id."""
    found: dict[UUID, tuple[Service, ...]] = {}
    for row in session.current().scalars(select(MaintenanceWindow)):
        unit = row.room_id or row.device_id
        assert unit is not None
        found[unit] = (*found.get(unit, ()), Service(row.starts, row.ends, row.reason))
    return {unit: tuple(sorted(services)) for unit, services in found.items()}


def _spans(hours: Iterable[Any]) -> Spans:
    return tuple((time.fromisoformat(starts), time.fromisoformat(ends)) for starts, ends in hours)
