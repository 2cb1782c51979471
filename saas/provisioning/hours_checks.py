"""Working hours against each other and against the doors: nobody works at two places at once, and
nobody works where it is closed.

Hours are wall times of their location. Those of two zones are compared as instants, in a week of
winter and one of summer, because some zones move their clocks and others do not.
"""

import datetime
import math
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from saas.provisioning.crosschecks import Sources, entries, text_at
from saas.provisioning.documents import Document, Plain
from saas.provisioning.problems import Loc, Problem
from saas.provisioning.schema_hours import OpeningSpan
from saas.provisioning.schema_places import time_zones
from saas.provisioning.schema_practice import OpeningHours, Weekday, WorkingHours

Part = TypeVar("Part", bound=BaseModel)

# Two Mondays on either side of every change of clocks.
WEEKS = (datetime.date(2026, 1, 12), datetime.date(2026, 7, 13))


@dataclass(frozen=True)
class _Shift:
    """One weekday of one row of someone's hours."""

    loc: Loc
    weekday: Weekday
    hours: WorkingHours

    def __str__(self) -> str:
        return f"{self.hours} on {self.weekday} at {self.hours.location}"


@dataclass(frozen=True)
class _Place:
    zone: str
    opening: OpeningHours | None


def check(sources: Sources) -> Iterator[Problem]:
    """Yield hours that overlap or lie outside opening hours; a row with a fault of its own is left out."""
    places = {text_at(one, "slug"): _place(one) for one in sources.locations}
    for person in sources.people:
        shifts = list(_shifts(person))
        yield from _overlaps(person, shifts, places)
        yield from _outside(person, shifts, places)


def _place(location: Document) -> _Place:
    zone = text_at(location, "time_zone")
    opening = _typed(OpeningHours, location.data.get("opening_hours"))
    return _Place(zone if zone in time_zones() else "", opening)


def _typed(model: type[Part], plain: Plain | None) -> Part | None:
    try:
        return model.model_validate(plain)
    except ValidationError:
        return None


def _shifts(person: Document) -> Iterator[_Shift]:
    for loc, entry in entries(person, "hours"):
        hours = _typed(WorkingHours, entry)
        for index, weekday in enumerate(hours.weekdays if hours else ()):
            if hours:
                yield _Shift((*loc, "weekdays", index), weekday, hours)


def _overlaps(person: Document, shifts: list[_Shift], places: dict[str, _Place]) -> Iterator[Problem]:
    # A shift at a place of unknown zone is compared with those of the same place alone.
    groups: dict[str, list[_Shift]] = {}
    for shift in shifts:
        place = places.get(shift.hours.location)
        groups.setdefault("" if place and place.zone else shift.hours.location, []).append(shift)
    for name, group in groups.items():
        zones = {slug: place.zone for slug, place in places.items()} if not name else {}
        yield from {problem for week in WEEKS for problem in _clashes(person, group, zones, week)}


def _clashes(
    person: Document, shifts: list[_Shift], zones: dict[str, str], week: datetime.date
) -> Iterator[Problem]:
    placed = sorted(
        ((*_instants(shift, zones, week), shift.loc, shift) for shift in shifts), key=lambda p: p[:3]
    )
    current: list[tuple[datetime.datetime, _Shift]] = []
    for starts, ends, _, shift in placed:
        current = [(until, other) for until, other in current if until > starts]
        meeting = [(until, other) for until, other in current if _may_meet(shift, other)]
        if meeting:
            _, latest = max(meeting, key=lambda one: one[0])
            first, second = sorted((latest, shift), key=lambda one: one.loc)
            yield person.problem(second.loc, f"{second} overlaps {first}", "one place at a time")
        current.append((ends, shift))


def _may_meet(one: _Shift, other: _Shift) -> bool:
    """Whether there is a week in which both hold; rows that take turns may never meet."""
    rows = [shift.hours.row(shift.weekday) for shift in (one, other)]
    if all(row.every == 1 and row.since is None and row.until is None for row in rows):
        return True
    turns = math.lcm(*(row.every for row in rows))
    since, until = [row.since for row in rows if row.since], [row.until for row in rows if row.until]
    latest = max(since) if since else min(until, default=WEEKS[0]) - datetime.timedelta(weeks=turns)
    monday = latest - datetime.timedelta(days=latest.weekday())
    mondays = (monday + datetime.timedelta(weeks=n) for n in range(turns + 1))
    return any(
        all(row.holds_on(day + datetime.timedelta(days=row.weekday)) for row in rows) for day in mondays
    )


def _instants(
    shift: _Shift, zones: dict[str, str], week: datetime.date
) -> tuple[datetime.datetime, datetime.datetime]:
    day = week + datetime.timedelta(days=shift.weekday.number)
    zone = zoneinfo.ZoneInfo(zones.get(shift.hours.location) or "UTC")
    starts = datetime.datetime.combine(day, shift.hours.starts, zone)
    ends = datetime.datetime.combine(day, shift.hours.ends, zone)
    return starts.astimezone(datetime.UTC), ends.astimezone(datetime.UTC)


def _outside(person: Document, shifts: list[_Shift], places: dict[str, _Place]) -> Iterator[Problem]:
    for shift in shifts:
        place = places.get(shift.hours.location)
        if place is None or place.opening is None:
            continue
        spans = _joined(place.opening.on(shift.weekday))
        if not any(one.opens <= shift.hours.starts and shift.hours.ends <= one.closes for one in spans):
            expected = "hours within " + " and ".join(map(str, spans)) if spans else "a day when it is open"
            yield person.problem(shift.loc, f"{shift} is outside the opening hours", expected)


def _joined(spans: tuple[OpeningSpan, ...]) -> list[OpeningSpan]:
    joined: list[OpeningSpan] = []
    for span in spans:
        touches = joined and joined[-1].closes == span.opens
        opens = joined.pop().opens if touches else span.opens
        joined.append(OpeningSpan(opens=opens, closes=span.closes))
    return joined
