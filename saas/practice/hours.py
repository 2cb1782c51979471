"""When a place is open, someone works and a unit is out of use, as wall time of a location. Pure.

Weekdays count from Monday as 0. What is said of a day by name comes before what is said of its weekday: an
exception, then a closed day, then a public holiday, then the week. Values compare and hash by what they say, and
the hash is computed once, so that what is derived from them can be kept by them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple

import holidays

Spans = tuple[tuple[time, time], ...]
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Row:
    """From when to when on a weekday; in every *every*th week, counted from the Monday *week_of* both ways.

    It holds from the day *since* until the day *until*, both included; without them for ever.
    """

    weekday: int
    starts: time
    ends: time
    every: int = 1
    week_of: date | None = None
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the row speaks of *day*."""
        return self._is_near(day) and self._is_in_turn(day)

    def is_of_another_week(self, day: date) -> bool:
        """Whether it is only the turn of the weeks that keeps the row from speaking of *day*."""
        return self._is_near(day) and not self._is_in_turn(day)

    def _is_near(self, day: date) -> bool:
        since, until = self.since or day, self.until or day
        return day.weekday() == self.weekday and since <= day <= until

    def _is_in_turn(self, day: date) -> bool:
        return self.week_of is None or (day - self.week_of) // WEEK % self.every == 0


@dataclass(frozen=True)
class Special:
    """Other hours than usual on each day from *since* until *until*, both included; without spans, none.

    `reason` has what people are told, by language.
    """

    since: date
    until: date
    spans: Spans = ()
    reason: tuple[tuple[str, str], ...] = ()

    def why(self, language: str = "") -> str:
        """Return the reason in *language*, else in the first there is; "" where nobody said."""
        return dict(self.reason).get(language) or next((text for _, text in self.reason), "")


class Service(NamedTuple):
    """From when until when a room or device is out of use, on the clock of its location, and why."""

    starts: datetime
    ends: datetime
    reason: str = ""


@dataclass(frozen=True)
class Roster:
    """When someone works at one location: weekly rows, and days that are different."""

    rows: tuple[Row, ...] = ()
    specials: tuple[Special, ...] = ()

    def __hash__(self) -> int:
        """Return the hash of what it says, computed once."""
        return self._hash

    def on(self, day: date) -> Spans:
        """Return the spans of *day*, earliest first."""
        found = special_on(self.specials, day)
        return found.spans if found else _of_rows(self.rows, day)

    def special(self, day: date) -> Special | None:
        """Return the exception that holds on *day*."""
        return special_on(self.specials, day)

    def turns_at(self, day: date, at: time) -> int:
        """Return every how many weeks there are hours at that time, where only *day*'s week is not one; else 0."""
        rows = (
            row for row in self.rows
            if row.starts <= at < row.ends and row.is_of_another_week(day)
        )  # fmt: skip
        return min((row.every for row in rows), default=0)

    @cached_property
    def _hash(self) -> int:
        return hash((self.rows, self.specials))


@dataclass(frozen=True)
class Opening:
    """When a location's doors are open; `observes` is the country and region whose holidays close it."""

    rows: tuple[Row, ...] = ()
    specials: tuple[Special, ...] = ()
    closures: frozenset[date] = frozenset()
    country: str = ""
    region: str = ""
    observes_holidays: bool = False

    def __hash__(self) -> int:
        """Return the hash of what it says, computed once."""
        return self._hash

    def on(self, day: date) -> Spans:
        """Return the spans of *day*, earliest first; none where it is closed."""
        found = special_on(self.specials, day)
        if found:
            return found.spans
        return () if self._is_shut(day) else self.usual(day)

    def usual(self, day: date) -> Spans:
        """Return what the week says of *day*, whatever is different on it."""
        return _of_rows(self.rows, day)

    def special(self, day: date) -> Special | None:
        """Return the exception that holds on *day*."""
        return special_on(self.specials, day)

    def closed_for(self, day: date, language: str = "") -> str | None:
        """Return why it is closed on *day* against its weekday's hours ("" where nobody said), or None."""
        found = special_on(self.specials, day)
        if found:
            return None if found.spans else found.why(language)
        return (self._holiday(day) or "") if self._is_shut(day) else None

    def _is_shut(self, day: date) -> bool:
        return day in self.closures or (self.observes_holidays and self._holiday(day) is not None)

    def _holiday(self, day: date) -> str | None:
        return holidays_of(self.country, self.region, day.year).get(day)

    @cached_property
    def _hash(self) -> int:
        parts = (self.rows, self.specials, self.closures, self.country, self.region, self.observes_holidays)
        return hash(parts)


def in_order(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return *rows* by weekday and time, so that what says the same is equal."""
    return tuple(sorted(rows, key=lambda row: (row.weekday, row.starts, row.ends, str(row))))


def special_on(specials: Iterable[Special], day: date) -> Special | None:
    """Return the one of *specials* that holds on *day*; no two do."""
    return next((one for one in specials if one.since <= day <= one.until), None)


def services_in(services: Iterable[Service], starts: datetime, ends: datetime) -> Iterator[Service]:
    """Yield those that touch a span of the location's own clock."""
    return (one for one in services if one.starts < ends and starts < one.ends)


def _of_rows(rows: Iterable[Row], day: date) -> Spans:
    return tuple(sorted((row.starts, row.ends) for row in rows if row.holds_on(day)))


@lru_cache(maxsize=512)
def holidays_of(country: str, region: str, year: int) -> Mapping[date, str]:
    """Return the public holidays of a region's year; none where the library knows no such country."""
    for subdivision in (region, None):
        try:
            return dict(holidays.country_holidays(country, subdiv=subdivision, years=year))
        except NotImplementedError:
            continue
    return {}
