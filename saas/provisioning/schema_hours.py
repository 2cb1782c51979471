"""The schema of what is different from the week: exceptions, and when rooms and devices are out of use.

Days count in full and both ends of a range are included; times are wall times of the location.
"""

import datetime
import itertools
from collections.abc import Iterable
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from saas.provisioning.schema_places import Day, WallMoment, WallTime
from saas.provisioning.schema_types import Name, Record, Slug, TextByLanguage, refusal

LONGEST_DAYS = 366
MOST = 100


def clock(time: datetime.time) -> str:
    """Write a wall time as people do: `9:30`."""
    return f"{time.hour}:{time.minute:02d}"


def require_after(later: datetime.time, info: ValidationInfo, first: str) -> datetime.time:
    """Return *later* where it is after the time under the key *first*."""
    earlier = info.data.get(first)
    if earlier is not None and later <= earlier:
        raise refusal(
            f"{clock(later)} is not after {first}, {clock(earlier)}", "a later time of the same day"
        )
    return later


class OpeningSpan(Record):
    """From when to when the doors are open."""

    opens: WallTime
    closes: WallTime

    @property
    def ends_of(self) -> tuple[datetime.time, datetime.time]:
        """Both ends."""
        return self.opens, self.closes

    @field_validator("closes")
    @classmethod
    def _closes_later(cls, closes: datetime.time, info: ValidationInfo) -> datetime.time:
        return require_after(closes, info, "opens")

    def __str__(self) -> str:
        """Write from when to when, as people do."""
        return f"{clock(self.opens)}–{clock(self.closes)}"


class WorkingSpan(Record):
    """From when to when someone works."""

    starts: WallTime
    ends: WallTime

    @property
    def ends_of(self) -> tuple[datetime.time, datetime.time]:
        """Both ends."""
        return self.starts, self.ends

    @field_validator("ends")
    @classmethod
    def _ends_later(cls, ends: datetime.time, info: ValidationInfo) -> datetime.time:
        return require_after(ends, info, "starts")

    def __str__(self) -> str:
        """Write from when to when, as people do."""
        return f"{clock(self.starts)}–{clock(self.ends)}"


Piece = TypeVar("Piece", OpeningSpan, WorkingSpan)


def apart(spans: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Return *spans* in order, where none overlaps another."""
    ordered = tuple(sorted(spans, key=lambda span: span.ends_of))
    for one, next_one in itertools.pairwise(ordered):
        if next_one.ends_of[0] < one.ends_of[1]:
            raise refusal(f"{one} and {next_one} overlap", "spans that do not overlap")
    return ordered


Spans = Annotated[tuple[OpeningSpan, ...], AfterValidator(apart)]
WorkingSpans = Annotated[tuple[WorkingSpan, ...], AfterValidator(apart)]


class Days(Record):
    """A day, or each day of a range; `until` is left out where it is one day."""

    since: Day = Field(alias="from")
    until: Day | None = None

    @field_validator("until")
    @classmethod
    def _in_order(cls, until: datetime.date | None, info: ValidationInfo) -> datetime.date | None:
        since = info.data.get("since")
        if since is None or until is None or until == since:
            return None
        if until < since:
            raise refusal(f"{until} is before from, {since}", "the same day or a later one")
        if (until - since).days >= LONGEST_DAYS:
            raise refusal(f"{since} to {until} is too long", f"at most {LONGEST_DAYS} days")
        return until

    @property
    def last(self) -> datetime.date:
        """The last day, which is included."""
        return self.until or self.since

    def dates(self) -> Iterable[datetime.date]:
        """Return each of the days."""
        length = (self.last - self.since).days + 1
        return (self.since + datetime.timedelta(days=n) for n in range(length))


class OpeningException(Days):
    """Other opening hours than the week's; without any the location stays closed. `reason` is for everybody."""

    hours: Spans = ()
    reason: TextByLanguage = Field(default_factory=dict)


class WorkingException(Days):
    """Other hours of somebody at a location than their week's; without any they do not work there."""

    location: Slug
    hours: WorkingSpans = ()


class Maintenance(Record):
    """From when until when a room or device is out of use, and why; for the staff."""

    starts: WallMoment
    ends: WallMoment
    reason: Name | None = None

    @field_validator("ends")
    @classmethod
    def _ends_later(cls, ends: datetime.datetime, info: ValidationInfo) -> datetime.datetime:
        starts = info.data.get("starts")
        if starts is not None and ends <= starts:
            raise refusal(
                f"{ends:%Y-%m-%dT%H:%M} is not after starts, {starts:%Y-%m-%dT%H:%M}", "a later time"
            )
        return ends


Between = TypeVar("Between", bound=Days)


def no_day_twice(rows: Iterable[Between]) -> tuple[Between, ...]:
    """Return exceptions in order, where no two say something of the same day."""
    ordered = tuple(sorted(rows, key=lambda row: (row.since, row.last)))
    for one, next_one in itertools.pairwise(ordered):
        if next_one.since <= one.last:
            raise refusal(f"two exceptions are about {next_one.since}", "one exception for a day")
    return ordered


def by_start(rows: tuple[Maintenance, ...]) -> tuple[Maintenance, ...]:
    """Return maintenance in order, none of it twice."""
    ordered = tuple(sorted(rows, key=lambda row: (row.starts, row.ends, row.reason or "")))
    for one, next_one in itertools.pairwise(ordered):
        if (one.starts, one.ends) == (next_one.starts, next_one.ends):
            raise refusal(f"maintenance from {one.starts:%Y-%m-%dT%H:%M} is listed twice", "each once")
    return ordered


Exceptions = Annotated[tuple[OpeningException, ...], Field(max_length=MOST), AfterValidator(no_day_twice)]
Services = Annotated[tuple[Maintenance, ...], Field(max_length=MOST), AfterValidator(by_start)]
