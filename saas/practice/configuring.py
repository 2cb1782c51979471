"""Set up the practice: the verbs that pages and configuration files both call.

Each brings one thing, with all that hangs on it, to what it should be, and says whether it changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from saas.kernel import clock
from saas.practice import putting
from saas.practice.models import (
    Closure,
    Device,
    LegalEntity,
    Location,
    OpeningHours,
    Person,
    Room,
    WorkingHours,
)


@dataclass(frozen=True)
class Span:
    """From when to when on a weekday (Monday is 0), in wall time; *location_id* where it matters."""

    weekday: int
    starts: time
    ends: time
    location_id: UUID | None = None


@dataclass(frozen=True)
class Hanging:
    """What hangs on a location: opening hours, closed days, rooms and devices by slug."""

    opening_hours: Sequence[Span] = ()
    closures: Sequence[date] = ()
    rooms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    devices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def put_legal_entity(slug: str, **values: Any) -> tuple[UUID, bool]:
    """Bring a legal entity to *values* (name, currency)."""
    row, changed = putting.put(LegalEntity, {"slug": slug}, values)
    return row.id, changed


def put_location(slug: str, hanging: Hanging, **values: Any) -> tuple[UUID, bool]:
    """Bring a location to *values* (its columns) and what hangs on it to *hanging*."""
    row, changed = putting.put(Location, {"slug": slug}, values)
    key = {"location_id": row.id}
    hours = [{"weekday": s.weekday, "opens": s.starts, "closes": s.ends} for s in hanging.opening_hours]
    changes = [
        changed,
        putting.put_set(OpeningHours, key, hours),
        putting.put_set(Closure, key, [{"closed_on": day} for day in hanging.closures]),
        _put_units(Room, key, hanging.rooms),
        _put_units(Device, key, hanging.devices),
    ]
    return row.id, any(changes)


def put_person(slug: str, hours: Sequence[Span], **values: Any) -> tuple[UUID, bool]:
    """Bring a person to *values* (their columns) and their working hours to *hours*."""
    row, changed = putting.put(Person, {"slug": slug}, values)
    wanted = [
        {"location_id": s.location_id, "weekday": s.weekday, "starts": s.starts, "ends": s.ends}
        for s in hours
    ]
    hours_changed = putting.put_set(WorkingHours, {"person_id": row.id}, wanted)
    return row.id, changed or hours_changed


def bring_legal_entities(
    wanted: Mapping[UUID, Mapping[str, Any]], gone: Iterable[UUID], now: datetime
) -> None:
    """Bring legal entities, by id, to these columns, and archive *gone*."""
    putting.bring(LegalEntity, wanted, gone, now)


def bring_locations(wanted: Mapping[UUID, Mapping[str, Any]], gone: Iterable[UUID], now: datetime) -> None:
    """Bring locations, by id, to these columns, and archive *gone*."""
    putting.bring(Location, wanted, gone, now)


def bring_calendars(
    opening_hours: Mapping[UUID, Sequence[Span]], closures: Mapping[UUID, Sequence[date]]
) -> None:
    """Make opening hours and closed days of each location exactly these."""
    hours = {
        owner: [{"weekday": s.weekday, "opens": s.starts, "closes": s.ends} for s in spans]
        for owner, spans in opening_hours.items()
    }
    putting.bring_sets(OpeningHours, "location_id", hours)
    days = {owner: [{"closed_on": day} for day in found] for owner, found in closures.items()}
    putting.bring_sets(Closure, "location_id", days)


def bring_rooms(wanted: Mapping[UUID, Mapping[str, Any]], gone: Iterable[UUID], now: datetime) -> None:
    """Bring rooms, by id, to these columns, and archive *gone*."""
    putting.bring(Room, wanted, gone, now)


def bring_devices(wanted: Mapping[UUID, Mapping[str, Any]], gone: Iterable[UUID], now: datetime) -> None:
    """Bring devices, by id, to these columns, and archive *gone*."""
    putting.bring(Device, wanted, gone, now)


def bring_people(wanted: Mapping[UUID, Mapping[str, Any]], gone: Iterable[UUID], now: datetime) -> None:
    """Bring people, by id, to these columns, and archive *gone*; their accounts are identity's."""
    putting.bring(Person, wanted, gone, now)


def bring_hours(wanted: Mapping[UUID, Sequence[Span]]) -> None:
    """Make the working hours of each person exactly these."""
    rows = {
        owner: [
            {"location_id": s.location_id, "weekday": s.weekday, "starts": s.starts, "ends": s.ends}
            for s in spans
        ]
        for owner, spans in wanted.items()
    }
    putting.bring_sets(WorkingHours, "person_id", rows)


def _put_units(table: Any, key: Mapping[str, Any], units: Mapping[str, Mapping[str, Any]]) -> bool:
    rows = [putting.put(table, {**key, "slug": slug}, values) for slug, values in units.items()]
    gone = putting.archive_missing(table, key, (row.id for row, _ in rows), clock.now())
    return bool(gone) or any(changed for _, changed in rows)
