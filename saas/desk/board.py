"""A location's calendar as people look at it: columns side by side, entries in them, and shaded time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from saas.catalogue import offerings, varying
from saas.catalogue.contents import Offering
from saas.desk import inside, rules
from saas.desk.inside import NOTHING, Inside, Part
from saas.desk.places import Place
from saas.desk.rules import Stretch
from saas.patients import records
from saas.practice import places
from saas.practice.hours import Spans
from saas.practice.snapshot import Practice, Practitioner
from saas.scheduling import reading, windows
from saas.scheduling.reading import AppointmentRow, ClaimRow

DAY = timedelta(days=1)
NAMED = frozenset({"confirmed", "no_show", "pending"})  # whose patients the calendar names
KINDS = {"people": ("practitioner",), "rooms": ("room", "device")}


@dataclass(frozen=True)
class Column:
    """A person, room or device; a person's `sub` are their titles, a device's its kind."""

    id: UUID
    kind: str
    name: str
    sub: str = ""
    slug: str = ""


@dataclass(frozen=True)
class Entry:
    """One span of one resource: part of a visit, or a block. `name` is the patient's, or the block's.

    The visit itself is from `begins_at` until `over_at`; `is_lead` where the resource is its practitioner.
    `checked_in_at` is since when its patient is here; `lost` who may no longer perform it on its day, by name.
    """

    appointment_id: UUID
    version: int
    resource_id: UUID
    resource_kind: str
    starts_at: datetime
    ends_at: datetime
    kind: str
    state: str
    name: str
    treatment: str
    hue: str
    begins_at: datetime
    over_at: datetime
    patient_id: UUID | None = None
    is_lead: bool = False
    content: Inside = NOTHING
    time_zone: str = "UTC"
    checked_in_at: datetime | None = None
    lost: tuple[str, ...] = ()

    @property
    def own(self) -> tuple[Part, ...]:
        """The parts that the resource has in the visit within this span."""
        return self._within(self.content.of(self.resource_id))

    @property
    def waits(self) -> tuple[Part, ...]:
        """The processing within this span: of a person what they are bound for without a hand in it."""
        if self.resource_kind == "room":
            parts = self.own if self.content.is_told else self._within(self.content.parts)
            return tuple(part for part in parts if part.is_processing)
        return self._within(self.content.idle(self.resource_id)) if self.is_lead else ()

    def _within(self, parts: Iterable[Part]) -> tuple[Part, ...]:
        return tuple(part for part in parts if rules.within(part.stretch, (self.starts_at, self.ends_at)))


@dataclass(frozen=True)
class Shade:
    """Time that is not to be had: `closed`, `off` (not at work) or `away` (an absence, or out of use); or `pause`.

    In a pause a person's visit goes on without them, and another may lie in it. `name` says what of the visit it
    is, or why a room or device is out of use.
    """

    resource_id: UUID
    starts_at: datetime
    ends_at: datetime
    kind: str
    name: str = ""


@dataclass(frozen=True)
class Board:
    """*days* days of a location from *first*."""

    place: Place
    first: date
    days: int
    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    shades: tuple[Shade, ...]
    closed_for: Mapping[date, str]

    @property
    def dates(self) -> list[date]:
        """The days shown."""
        return [self.first + n * DAY for n in range(self.days)]

    @property
    def patient_ids(self) -> list[UUID]:
        """Whose names are shown."""
        return sorted({entry.patient_id for entry in self.entries if entry.patient_id})

    def visits(self) -> list[Entry]:
        """Return one entry for each visit or block, from beginning to end: its practitioner's, or its first."""
        best: dict[UUID, Entry] = {}
        for entry in sorted(self.entries, key=lambda e: (not e.is_lead, e.starts_at)):
            whole = replace(entry, starts_at=entry.begins_at, ends_at=entry.over_at)
            best.setdefault(entry.appointment_id, whole)
        return sorted(best.values(), key=lambda e: (e.starts_at, e.name))

    def column(self, resource_id: UUID) -> Column | None:
        """Return the column of a resource, where it has one."""
        return next((column for column in self.columns if column.id == resource_id), None)


def lay(
    place: Place, practice: Practice, config_version: int, span: tuple[date, int], now: datetime
) -> Board:
    """Return the calendar of *place*, which has a location, for a *span*: so many days from a first one."""
    first, days = span
    assert place.found is not None
    begins, ends = place.midnight(first), place.midnight(first + days * DAY)
    read = reading.schedule(place.found.id, begins, ends)
    rows = {row.id: row for row in read.appointments}
    within = inside.read(
        [row.id for row in read.appointments if row.kind == "visit"], practice, config_version
    )
    lost = inside.lost(read.appointments, within, config_version, now)
    entries = tuple(
        replace(entry, lost=lost[entry.appointment_id]) if entry.appointment_id in lost else entry
        for entry in _entries(rows, read.claims, within, config_version)
    )
    dates = [first + n * DAY for n in range(days)]
    busy = {entry.resource_id for entry in entries}
    columns = tuple(_columns(place, practice, dates, busy))
    closed = {day: why for day in dates if (why := place.found.closed_for(day)) is not None}
    shades = tuple(
        shade for day in dates for column in columns for shade in _shades(place, practice, column, day)
    )
    return Board(place, first, days, columns, entries, (*shades, *_pauses(entries)), closed)


def treatments(rows: Iterable[AppointmentRow], config_version: int) -> dict[UUID, Offering]:
    """Return what each of the visits is, by version; one that is archived is read by itself."""
    found = {o.version_id: o for o in offerings.list_current(config_version).values()}
    by_id = {o.id: o for o in found.values()}
    for row in rows:
        version = row.offering_version_id
        if version is not None and version not in found:
            found[version] = by_id.get(row.offering_id) or offerings.get_version(version)  # type: ignore[arg-type]  # a visit has an offering
    return found


def _pauses(entries: Iterable[Entry]) -> Iterator[Shade]:
    """Yield for what whoever treats several patients is let go between two parts of a visit."""
    lanes: dict[tuple[UUID, UUID], list[Entry]] = {}
    for entry in entries:
        if entry.resource_kind == "practitioner":
            lanes.setdefault((entry.appointment_id, entry.resource_id), []).append(entry)
    for lane in lanes.values():
        spans = [(entry.starts_at, entry.ends_at) for entry in lane]
        whole = min(spans)[0], max(ends for _, ends in spans)
        waits = lane[0].content.idle(lane[0].resource_id)
        for gap in rules.gaps(spans, whole):
            name = next((part.name for part in waits if rules.within(part.stretch, gap)), "")
            yield Shade(lane[0].resource_id, *gap, "pause", name)


def _entries(
    rows: Mapping[UUID, AppointmentRow],
    claims: Iterable[ClaimRow],
    within: Mapping[UUID, Inside],
    version: int,
) -> Iterator[Entry]:
    known = treatments(rows.values(), version)
    certain = sorted({r.patient_id for r in rows.values() if r.patient_id and r.state in NAMED})
    names = records.names(certain)
    for claim in claims:
        row = rows[claim.appointment_id]
        if claim.kind == "patient":
            continue
        offering = known.get(row.offering_version_id) if row.offering_version_id else None
        patient = names.get(row.patient_id) if row.patient_id else None
        parts = within.get(row.id, NOTHING)
        yield Entry(
            row.id, row.version, claim.resource_id, claim.kind, claim.starts_at, claim.ends_at, row.kind,
            row.state, patient.short_name if patient else row.label or "",
            inside.called(varying.as_known(offering, row.variant).text("name"), parts.add_ons) if offering else "",
            str(offering.category) if offering else "block", row.starts_at, row.ends_at,
            row.patient_id if patient else None, claim.resource_id == row.practitioner_id, parts,
            row.time_zone, row.checked_in_at,
        )  # fmt: skip


def _columns(place: Place, practice: Practice, dates: list[date], busy: set[UUID]) -> Iterator[Column]:
    assert place.found is not None
    for person in practice.practitioners.values():
        at_work = any(person.working_on(place.found.id, day) for day in dates)
        if at_work or person.id in busy:
            yield Column(person.id, "practitioner", person.name, person.titles, person.slug)
    for kind, units in (("room", practice.rooms), ("device", practice.devices)):
        for unit in units:
            if unit.location_id == place.found.id:
                yield Column(unit.id, kind, unit.name, unit.kind)


def opening(place: Place, day: date) -> list[Stretch]:
    """Return when the location is open on *day*."""
    return _laid(place, day, place.found.opening.on(day)) if place.found else []


def working(place: Place, person: Practitioner, day: date) -> list[Stretch]:
    """Return when a person is at work here on *day*, by their hours alone."""
    return _laid(place, day, person.working_on(place.found.id, day)) if place.found else []


def _laid(place: Place, day: date, spans: Spans) -> list[Stretch]:
    laid = (places.laid_on(day, starts, ends, place.zone) for starts, ends in spans)
    return sorted((starts.astimezone(UTC), ends.astimezone(UTC)) for starts, ends in laid)


def _shades(place: Place, practice: Practice, column: Column, day: date) -> Iterator[Shade]:
    whole = (place.midnight(day), place.midnight(day + DAY))
    is_open = opening(place, day)
    yield from (Shade(column.id, *gap, "closed") for gap in rules.gaps(is_open, whole))
    person = practice.practitioners.get(column.id)
    if person is None:
        yield from _outages(place, practice, column, whole)
        return
    at_work = working(place, person, day)
    for gap in rules.gaps(at_work, whole):
        yield from (Shade(column.id, *part, "off") for part in rules.shared([gap], is_open))
    for absence in person.time_off:
        if part := rules.within(absence, whole):
            yield Shade(column.id, *part, "away")


def _outages(place: Place, practice: Practice, column: Column, whole: Stretch) -> Iterator[Shade]:
    """Yield when a room or device is out of use."""
    unit = next((one for one in (*practice.rooms, *practice.devices) if one.id == column.id), None)
    for service in unit.services if unit else ():
        if part := rules.within(windows.longest(service.starts, service.ends, place.zone), whole):
            yield Shade(column.id, *part, "away", service.reason)
