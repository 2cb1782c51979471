"""Which visits, holds and blocks cannot stay as they are under another practice, and why. Pure.

A visit is stranded where it cannot keep its place, its people, its room or device, a seat or its hour of the
clock, or no longer lies within the hours; only what it had before counts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.kernel.errors import Reason
from saas.kernel.impacts import Impact
from saas.kernel.text import N_, Phrase
from saas.practice.snapshot import Place, Practice, Practitioner, Unit
from saas.scheduling import attendance, masks, staffing
from saas.scheduling.touched import Standing, Taken
from saas.scheduling.windows import Window

ROOM = "scheduling"
MOMENTS = 3

CAUSES = {
    "location_gone": N_("would no longer be in use"),
    "practitioner_gone": N_("would no longer treat patients"),
    "room_gone": N_("the room would no longer be there"),
    "room_changed": N_("the room would be of another kind"),
    "device_gone": N_("the device would no longer be there"),
    "device_changed": N_("the device would be of another kind"),
    "room_serviced": N_("the room would be out of use at the time"),
    "device_serviced": N_("the device would be out of use at the time"),
    "seat_gone": N_("would look after fewer patients at a time"),
    "watch_gone": N_("would supervise fewer visits at a time"),
    "clock_changed": N_("the clocks would show another hour"),
    "closed": N_("would be closed on the day"),
    "outside_opening": N_("would be closed at the time"),
    "outside_working": N_("would not be at work at the time"),
    "not_supervising": N_("would not be there to supervise at the time"),
}
VISITS = N_(
    "%(name)s: %(what)s. Visits that could not stay as they are: %(visits)s, holds: %(holds)s; first %(first)s."
)
BLOCKS = N_("%(name)s: %(what)s. Blocked times that stay in the calendar: %(blocks)s; first %(first)s.")


@dataclass(frozen=True)
class Cause:
    """Why a visit cannot stay as it is: a code of CAUSES, and the name of what it is about."""

    code: str
    about: UUID
    name: str


def stranded(before: Practice, after: Practice, rows: Iterable[Standing]) -> Iterator[Impact]:
    """Yield an impact for each cause, with the visits and holds, and one with the blocks, it concerns. Pure."""
    change = _Change(before, after)
    visits: dict[Cause, list[Standing]] = {}
    blocks: dict[Cause, list[Standing]] = {}
    for row in rows:
        for cause in dict.fromkeys(change.causes(row)):
            kept = visits if row.kind == "visit" else blocks
            kept.setdefault(cause, []).append(row)
    for cause, found in visits.items():
        holds = sum(row.is_hold for row in found)
        counts: dict[str, object] = {"visits": len(found) - holds, "holds": holds}
        yield _impact(cause, VISITS, found, counts, before)
    for cause, found in blocks.items():
        yield _impact(cause, BLOCKS, found, {"blocks": len(found)}, before)


def _impact(
    cause: Cause, sentence: str, rows: list[Standing], counts: dict[str, object], before: Practice
) -> Impact:
    first = moments((row.starts_at, before.places[row.location_id].time_zone) for row in rows)
    params = {"name": cause.name, "what": Phrase(CAUSES[cause.code]), "first": first, **counts}
    return Impact(
        ROOM, Reason(cause.code, sentence, params), tuple(row.id for row in rows), sentence is VISITS
    )


def moments(starts: Iterable[tuple[datetime, str]]) -> str:
    """Return the first few of the instants, each on the clock of its zone, as `2027-03-02 10:00`."""
    return first_walls(
        at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") for at, zone in sorted(starts)
    )


def first_walls(walls: Iterable[str]) -> str:
    """Return the first few of the starts, which are as an appointment's `wall_start` has them and in order."""
    return ", ".join(wall.replace("T", " ") for wall in islice(walls, MOMENTS))


def units(practice: Practice) -> dict[UUID, Unit]:
    """Return the rooms and devices, by id."""
    return {one.id: one for one in (*practice.rooms, *practice.devices)}


def seats_gone(before: Practice, after: Practice) -> dict[UUID, Practitioner]:
    """Return the seats that go of people who stay, and whose they are. The first one goes only with the person."""
    found = {}
    for person in before.practitioners.values():
        then = after.practitioners.get(person.id)
        if then:
            seats = staffing.seats(person.id, person.max_concurrent_patients)
            found.update(dict.fromkeys(seats[then.max_concurrent_patients :], person))
    return found


def watches_gone(before: Practice, after: Practice) -> dict[UUID, Practitioner]:
    """Return the seats for supervising that go of people who stay, and whose they are."""
    found = {}
    for person in before.practitioners.values():
        then = after.practitioners.get(person.id)
        if then:
            gone = staffing.watches(person.id, person.max_supervised)[then.max_supervised :]
            found.update(dict.fromkeys(gone, person))
    return found


def watching(practice: Practice) -> dict[UUID, Practitioner]:
    """Return the seats for supervising, and whose they are."""
    people = practice.practitioners.values()
    return {seat: one for one in people for seat in staffing.watches(one.id, one.max_supervised)}


class _Hours:
    """The hours of one practice, laid onto the days of visits; each day of a place once."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self._opening: dict[tuple[UUID, date], tuple[Window, int]] = {}
        self._working: dict[tuple[UUID, UUID, date], int] = {}

    def opening(self, place: Place, at: datetime) -> tuple[Window, int]:
        """Return the window around an instant and the mask of the opening hours."""
        day = at.astimezone(ZoneInfo(place.time_zone)).date()
        if (place.id, day) not in self._opening:
            window = Window(day, 2, place.time_zone)
            self._opening[place.id, day] = window, attendance.opening(place, window)
        return self._opening[place.id, day]

    def is_open(self, row: Standing) -> bool:
        """Whether the place is open for as long as the patient is there."""
        window, mask = self.opening(self.practice.places[row.location_id], row.starts_at)
        return _lies_in(mask, window, row.starts_at, row.ends_at)

    def is_closed_day(self, row: Standing) -> bool:
        """Whether the place is not open at all on the visit's day."""
        window, mask = self.opening(self.practice.places[row.location_id], row.starts_at)
        return not mask & window.of_dates([(window.first, window.first)])

    def is_out(self, unit: Unit, one: Taken, row: Standing) -> bool:
        """Whether a room or device is out of use while the visit takes it."""
        window, _ = self.opening(self.practice.places[row.location_id], row.starts_at)
        mask = attendance.outage(unit, window)
        return not _lies_in(~mask, window, one.starts_at, one.ends_at)

    def is_at_work(self, person: Practitioner, row: Standing, taken: UUID) -> bool:
        """Whether the person is at work for as long as the visit has *taken* of theirs: their time or a seat."""
        place = self.practice.places[row.location_id]
        window, opening = self.opening(place, row.starts_at)
        key = person.id, place.id, window.first
        if key not in self._working:
            self._working[key] = attendance.working(person, place, window, opening)
        spans = [one for one in row.taken if one.id == taken]
        return all(_lies_in(self._working[key], window, one.starts_at, one.ends_at) for one in spans)


class _Change:
    """Both practices, and what is asked of them for each visit."""

    def __init__(self, before: Practice, after: Practice) -> None:
        self.before, self.after = before, after
        self.had, self.will = _Hours(before), _Hours(after)
        self.units_before, self.units_after = units(before), units(after)
        self.seats, self.watches = seats_gone(before, after), watches_gone(before, after)
        self.watching = watching(before)

    def causes(self, row: Standing) -> Iterator[Cause]:
        """Yield why the visit or block cannot stay; nothing for what it did not have before."""
        place = self.before.places.get(row.location_id)
        if place is None:
            return
        if place.id not in self.after.places:
            yield Cause("location_gone", place.id, place.name)
            return
        for one in row.taken:
            yield from self._of_resource(one)
            yield from self._of_outage(one, row)
        if row.kind == "visit":
            yield from self._of_time(row, place, self.after.places[place.id])

    def _of_resource(self, one: Taken) -> Iterator[Cause]:
        person = self.before.practitioners.get(one.id) or self.watching.get(one.id)
        if person and person.id not in self.after.practitioners:
            yield Cause("practitioner_gone", person.id, person.name)
        if one.id in self.seats:
            person = self.seats[one.id]
            yield Cause("seat_gone", person.id, person.name)
        if one.id in self.watches:
            person = self.watches[one.id]
            yield Cause("watch_gone", person.id, person.name)
        unit, then = self.units_before.get(one.id), self.units_after.get(one.id)
        if unit and (then is None or then.location_id != unit.location_id):
            yield Cause(f"{one.kind}_gone", unit.id, unit.name)
        elif unit and then and then.kind != unit.kind:
            yield Cause(f"{one.kind}_changed", unit.id, unit.name)

    def _of_outage(self, one: Taken, row: Standing) -> Iterator[Cause]:
        unit, then = self.units_before.get(one.id), self.units_after.get(one.id)
        if row.kind != "visit" or unit is None or then is None or not then.services:
            return
        if self.will.is_out(then, one, row) and not self.had.is_out(unit, one, row):
            yield Cause(f"{one.kind}_serviced", unit.id, unit.name)

    def _of_time(self, row: Standing, place: Place, then: Place) -> Iterator[Cause]:
        if place.time_zone != then.time_zone and _wall(row, place) != _wall(row, then):
            yield Cause("clock_changed", place.id, place.name)
        if self.had.is_open(row) and not self.will.is_open(row):
            code = "closed" if self.will.is_closed_day(row) else "outside_opening"
            yield Cause(code, place.id, place.name)
            return  # who works there follows
        for one in row.taken:
            yield from self._of_hours(one, row)

    def _of_hours(self, one: Taken, row: Standing) -> Iterator[Cause]:
        """Yield that somebody of whom time or a seat for supervising is taken would not be at work."""
        had = self.before.practitioners.get(one.id) or self.watching.get(one.id)
        will = self.after.practitioners.get(had.id) if had else None
        if (
            had
            and will
            and self.had.is_at_work(had, row, one.id)
            and not self.will.is_at_work(will, row, one.id)
        ):
            code = "outside_working" if one.id == had.id else "not_supervising"
            yield Cause(code, had.id, had.name)


def _wall(row: Standing, place: Place) -> datetime:
    return row.starts_at.astimezone(ZoneInfo(place.time_zone)).replace(tzinfo=None)


def _lies_in(mask: int, window: Window, starts_at: datetime, ends_at: datetime) -> bool:
    return masks.covers(mask, window.seconds(starts_at), window.seconds(ends_at))
