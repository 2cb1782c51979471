"""Set up the practice: the verbs that pages and configuration files both call.

Each brings one thing, with all that hangs on it, to what it should be, and says whether it changed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from saas.kernel import clock
from saas.practice import putting
from saas.practice.hours import Service, Spans
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
    WorkingException,
    WorkingHours,
)


@dataclass(frozen=True)
class Span:
    """From when to when on a weekday (Monday is 0), in wall time; *location_id* where it matters.

    In every *every*th week counted from the Monday *week_of*; from *since* until *until*, both included.
    """

    weekday: int
    starts: time
    ends: time
    location_id: UUID | None = None
    every: int = 1
    week_of: date | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Days:
    """Other hours on each day from *since* until *until*, both included; without spans, none.

    *reason* is by language; *location_id* where it matters.
    """

    since: date
    until: date
    spans: Spans = ()
    reason: Mapping[str, str] = field(default_factory=dict)
    location_id: UUID | None = None


@dataclass(frozen=True)
class Hanging:
    """What hangs on a location: opening hours, closed days, other days, rooms and devices by slug.

    Among a room's or device's values, `maintenance` has its `Service`s: when it is out of use.
    """

    opening_hours: Sequence[Span] = ()
    closures: Sequence[date] = ()
    rooms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    devices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    exceptions: Sequence[Days] = ()


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
        putting.put_set(LocationException, key, [_special(one) for one in hanging.exceptions]),
        _put_units(Room, key, hanging.rooms),
        _put_units(Device, key, hanging.devices),
    ]
    return row.id, any(changes)


def put_person(
    slug: str, hours: Sequence[Span], exceptions: Sequence[Days] = (), **values: Any
) -> tuple[UUID, bool]:
    """Bring a person to *values* (their columns) and their working hours to *hours* and *exceptions*."""
    row, changed = putting.put(Person, {"slug": slug}, values)
    key = {"person_id": row.id}
    changes = [
        changed,
        putting.put_set(WorkingHours, key, [_turn(span) for span in hours]),
        putting.put_set(WorkingException, key, [_other_hours(one) for one in exceptions]),
    ]
    return row.id, any(changes)


def _turn(span: Span) -> dict[str, Any]:
    return {
        "location_id": span.location_id, "weekday": span.weekday, "starts": span.starts, "ends": span.ends,
        "every": span.every, "week_of": span.week_of, "since": span.since, "until": span.until,
    }  # fmt: skip


def _special(one: Days) -> dict[str, Any]:
    return {**_range(one), "reason": dict(one.reason)}


def _other_hours(one: Days) -> dict[str, Any]:
    return {**_range(one), "location_id": one.location_id}


def _range(one: Days) -> dict[str, Any]:
    hours = [[f"{starts:%H:%M}", f"{ends:%H:%M}"] for starts, ends in sorted(one.spans)]
    return {"since": one.since, "until": one.until, "hours": hours}


def bring_legal_entities(
    wanted: Mapping[UUID, Mapping[str, Any]],
    gone: Iterable[UUID],
    now: datetime,
    fresh: Collection[UUID] = (),
) -> None:
    """Bring legal entities, by id, to these columns, and archive *gone*; *fresh* are new."""
    putting.bring(LegalEntity, wanted, gone, now, fresh)


def bring_locations(
    wanted: Mapping[UUID, Mapping[str, Any]],
    gone: Iterable[UUID],
    now: datetime,
    fresh: Collection[UUID] = (),
) -> None:
    """Bring locations, by id, to these columns, and archive *gone*; *fresh* are new."""
    putting.bring(Location, wanted, gone, now, fresh)


def bring_calendars(
    opening_hours: Mapping[UUID, Sequence[Span]], closures: Mapping[UUID, Sequence[date]],
    exceptions: Mapping[UUID, Sequence[Days]], fresh: Collection[UUID] = (),
) -> None:  # fmt: skip
    """Make opening hours, closed days and other days of each location exactly these; *fresh* locations are new."""
    hours = {
        owner: [{"weekday": s.weekday, "opens": s.starts, "closes": s.ends} for s in spans]
        for owner, spans in opening_hours.items()
    }
    putting.bring_sets(OpeningHours, "location_id", hours, fresh)
    days = {owner: [{"closed_on": day} for day in found] for owner, found in closures.items()}
    putting.bring_sets(Closure, "location_id", days, fresh)
    others = {owner: [_special(one) for one in found] for owner, found in exceptions.items()}
    putting.bring_sets(LocationException, "location_id", others, fresh)


def bring_maintenance(
    rooms: Mapping[UUID, Sequence[Service]], devices: Mapping[UUID, Sequence[Service]],
    fresh: Collection[UUID] = (),
) -> None:  # fmt: skip
    """Make when each room and each device is out of use exactly this; *fresh* ones are new."""
    for table, column, wanted in ((Room, "room_id", rooms), (Device, "device_id", devices)):
        rows = {owner: [_outage(table, one) for one in found] for owner, found in wanted.items()}
        putting.bring_sets(MaintenanceWindow, column, rows, fresh)


def bring_rooms(
    wanted: Mapping[UUID, Mapping[str, Any]],
    gone: Iterable[UUID],
    now: datetime,
    fresh: Collection[UUID] = (),
) -> None:
    """Bring rooms, by id, to these columns, and archive *gone*; *fresh* are new."""
    putting.bring(Room, wanted, gone, now, fresh)


def bring_devices(
    wanted: Mapping[UUID, Mapping[str, Any]],
    gone: Iterable[UUID],
    now: datetime,
    fresh: Collection[UUID] = (),
) -> None:
    """Bring devices, by id, to these columns, and archive *gone*; *fresh* are new."""
    putting.bring(Device, wanted, gone, now, fresh)


def bring_people(
    wanted: Mapping[UUID, Mapping[str, Any]],
    gone: Iterable[UUID],
    now: datetime,
    fresh: Collection[UUID] = (),
) -> None:
    """Bring people, by id, to these columns, and archive *gone*; their accounts are identity's."""
    putting.bring(Person, wanted, gone, now, fresh)


def bring_hours(
    wanted: Mapping[UUID, Sequence[Span]],
    exceptions: Mapping[UUID, Sequence[Days]],
    fresh: Collection[UUID] = (),
) -> None:
    """Make the working hours of each person, and their exceptions, exactly these; *fresh* people are new."""
    rows = {owner: [_turn(span) for span in spans] for owner, spans in wanted.items()}
    putting.bring_sets(WorkingHours, "person_id", rows, fresh)
    days = {owner: [_other_hours(one) for one in found] for owner, found in exceptions.items()}
    putting.bring_sets(WorkingException, "person_id", days, fresh)


def _put_units(table: Any, key: Mapping[str, Any], units: Mapping[str, Mapping[str, Any]]) -> bool:
    changes, kept = [], []
    for slug, values in units.items():
        columns = {name: value for name, value in values.items() if name != "maintenance"}
        row, changed = putting.put(table, {**key, "slug": slug}, columns)
        kept.append(row.id)
        services = [_outage(table, service) for service in values.get("maintenance", ())]
        unit = {"room_id" if table is Room else "device_id": row.id}
        changes += [changed, putting.put_set(MaintenanceWindow, unit, services)]
    return bool(putting.archive_missing(table, key, kept, clock.now())) or any(changes)


def _outage(table: Any, service: Service) -> dict[str, Any]:
    other = "device_id" if table is Room else "room_id"
    return {"starts": service.starts, "ends": service.ends, "reason": service.reason, other: None}
