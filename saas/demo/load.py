"""Synthetic load for benchmarks: as many appointments as asked for, none upon another, the same each time.

They stand at a location of their own, with practitioners, rooms and an offering of their own, so that a second
load stands beside the first. Only an empty clinic, or one that was loaded before, is filled.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.catalogue import offerings
from saas.catalogue.contents import Offering
from saas.credentials import privileges
from saas.db import session
from saas.demo import bulk, names
from saas.demo.bulk import Part, Taken, Written
from saas.kernel import ids
from saas.kernel.errors import Conflict, Invalid
from saas.practice import configuring, snapshot
from saas.practice.configuring import Hanging, Span
from saas.practice.snapshot import Practice
from saas.tenancy import tenants

ZONE = "America/New_York"
CELL, VISIT, ROOM = 45, 30, 40
# Days beyond these lie in the past: nobody books further ahead.
DAYS_AHEAD = 60
MARK = "synthetic"
OFFERING = "load-visit"


class NotEmpty(Conflict):
    """The clinic has appointments that no load made."""

    code = "not_empty"
    sentence = "%(slug)s has appointments of its own. Load goes into an empty clinic group (or add --force)."


class TooMuch(Invalid):
    """So many do not fit."""

    code = "too_much"
    sentence = (
        "%(practitioners)d practitioners see at most %(most)d patients in %(days)d days. Add some of either."
    )


@dataclass(frozen=True)
class Asked:
    """How much: appointments, over how many days, by how many practitioners; the seed of chance.

    Open from *opens* to *closes* (hours) on *weekdays* days of the week, from Monday on.
    """

    appointments: int
    days: int
    practitioners: int
    seed: int
    opens: int = 8
    closes: int = 20
    weekdays: int = 7

    @property
    def cells_a_day(self) -> int:
        """How many visits a practitioner could see in a day."""
        return (self.closes - self.opens) * 60 // CELL

    def open_dates(self, first: date) -> tuple[date, ...]:
        """Return the days on which visits take place, from *first* on."""
        dates = (first + timedelta(days=n) for n in range(self.days))
        return tuple(day for day in dates if day.weekday() < self.weekdays)


@dataclass(frozen=True)
class Plan:
    """A load that is set up, and what is still to be written."""

    asked: Asked
    tenant_id: UUID
    location: str
    location_id: UUID
    offering: Offering
    people: tuple[UUID, ...]
    rooms: tuple[UUID, ...]
    patients: tuple[UUID, ...]
    days: tuple[date, ...]
    now: datetime


def set_up(slug: str, asked: Asked, now: datetime, *, force: bool = False) -> Plan:
    """Make the place, people, rooms, offering and patients. NotEmpty, TooMuch."""
    tenant = tenants.enter_by_slug(slug)
    if not (force or tenant.profile.get(MARK) or _is_empty()):
        raise NotEmpty(slug=slug)
    first = now.astimezone(ZoneInfo(ZONE)).date() - timedelta(days=max(0, asked.days - DAYS_AHEAD))
    days = asked.open_dates(first)
    most = asked.cells_a_day * len(days) * asked.practitioners
    if asked.appointments > most:
        raise TooMuch(practitioners=asked.practitioners, most=most, days=asked.days)
    number = 1 + sum(place.startswith("load-") for place in snapshot.read(tenant.config_version).by_slug)
    location = f"load-{number}"
    location_id = _put_practice(location, asked)
    offerings.put(OFFERING, _content([f"load-{n}" for n in range(1, number + 1)]))
    tenants.describe(tenant.id, tenant.name, {"time_zone": ZONE, **tenant.profile, MARK: True})
    version = tenants.raise_config_version(tenant.id)
    practice = snapshot.read(version)
    return Plan(
        asked, tenant.id, location, location_id, offerings.get(OFFERING, version),
        tuple(sorted(p.id for p in practice.practitioners.values() if location_id in p.hours)),
        _rooms(practice, location_id), _patients(asked, now),
        days, now,
    )  # fmt: skip


def batches(plan: Plan) -> Iterator[list[Written]]:
    """Yield what is to be written, by time, some at a time; each batch may have its own transaction."""
    asked = plan.asked
    chance = Random(asked.seed)  # noqa: S311 - not a secret
    cells = chance.sample(range(asked.cells_a_day * len(plan.days) * asked.practitioners), asked.appointments)
    cells.sort()
    for first in range(0, len(cells), bulk.BATCH):
        yield [_written(plan, first + n, cell) for n, cell in enumerate(cells[first : first + bulk.BATCH])]


def _written(plan: Plan, number: int, cell: int) -> Written:
    at, person = divmod(cell, plan.asked.practitioners)
    day, slot = divmod(at, plan.asked.cells_a_day)
    begins = datetime.combine(plan.days[day], time(plan.asked.opens), ZoneInfo(ZONE))
    patient = plan.patients[number % len(plan.patients)]
    practitioner, room = plan.people[person], plan.rooms[person]
    taken = (
        Taken(practitioner, "practitioner", 0, VISIT), Taken(room, "room", 0, ROOM),
        Taken(patient, "patient", 0, VISIT),
    )  # fmt: skip
    parts = (Part("hands_on", "Visit", 0, VISIT), Part("turnaround", "Room", VISIT, ROOM))
    return Written(
        plan.location_id, ZONE, begins + timedelta(minutes=slot * CELL), VISIT, practitioner, taken, parts,
        plan.now, "load", plan.offering.id, plan.offering.version_id, patient,
    )  # fmt: skip


def _is_empty() -> bool:
    current = session.current()
    query = "SELECT 1 FROM appointments WHERE tenant_id = %(tenant)s LIMIT 1"
    return current.connection().exec_driver_sql(query, {"tenant": current.tenant_id}).first() is None


def _put_practice(location: str, asked: Asked) -> UUID:
    entity, _ = configuring.put_legal_entity("load", name="Load", currency="USD")
    rooms = {f"room-{n}": {"name": f"Room {n}", "kind": "consultation"} for n in range(asked.practitioners)}
    opening = [Span(day, time(asked.opens), time(asked.closes)) for day in range(asked.weekdays)]
    hanging = Hanging(opening, (), rooms)
    location_id, _ = configuring.put_location(
        location, hanging, name=location, legal_entity_id=entity, street="1 Load Street", city="New York", region="NY",
        postal_code="10001", country="US", time_zone=ZONE, jurisdiction="US-NY", phone="+12125550100",
        observes_holidays=False,
    )  # fmt: skip
    hours = [Span(day, time(asked.opens), time(asked.closes), location_id) for day in range(asked.weekdays)]
    for number in range(asked.practitioners):
        _put_person(f"{location}-{number:03}", hours)
    return location_id


def _put_person(slug: str, hours: list[Span]) -> None:
    person_id, _ = configuring.put_person(
        slug, hours, user_id=None, given_name="Load", family_name=slug, titles="", professions=["MD"],
        is_practitioner=True, bio={},
    )  # fmt: skip
    privileges.put(person_id, [{"procedure": "consultation", "starts_on": None, "ends_on": None}])


def _content(locations: list[str]) -> dict[str, object]:
    visit = {"kind": "hands_on", "minutes": VISIT, "room": "consultation"}
    after = {
        "kind": "turnaround",
        "minutes": ROOM - VISIT,
        "roles": [],
        "room": "consultation",
        "patient_present": False,
    }
    return {
        "name": {"en": "Visit"}, "summary": {"en": "A visit"}, "category": "consultation",
        "procedures": ["consultation"], "locations": locations, "segments": [visit, after], "grid_minutes": 15,
        "lead_minutes": 0, "horizon_days": DAYS_AHEAD,
    }  # fmt: skip


def _rooms(practice: Practice, location_id: UUID) -> tuple[UUID, ...]:
    return tuple(sorted(unit.id for unit in practice.rooms if unit.location_id == location_id))


def _patients(asked: Asked, now: datetime) -> tuple[UUID, ...]:
    """Add the patients; more than practitioners, so that in the order of time nobody is in two places."""
    chance = Random(asked.seed)  # noqa: S311 - not a secret
    count = max(2 * asked.practitioners, asked.appointments // 6)
    made = [(ids.new(), names.someone(chance, number, now.date()), now) for number in range(count)]
    bulk.write(made, [])
    return tuple(patient_id for patient_id, _, _ in made)
