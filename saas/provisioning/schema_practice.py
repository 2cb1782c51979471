"""The schema of places and people: `locations/<slug>.yaml` and `people/<slug>.yaml`.

Times are wall times of the location they belong to, half-open: a visit may start when the doors open
and must end when they close.
"""

import datetime
import itertools
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from saas.catalogue.contents import Procedure
from saas.identity.roles import Role
from saas.practice.professions import Profession
from saas.provisioning.schema_places import Country, Day, Jurisdiction, Phone, TimeZone, WallTime
from saas.provisioning.schema_scope import Credentials, Depth
from saas.provisioning.schema_types import (
    BySlug,
    Distinct,
    Email,
    Name,
    Named,
    Record,
    Slug,
    TextByLanguage,
    Unordered,
    code_of,
    refusal,
)

HOURS_ROWS = 100


class Weekday(StrEnum):
    """A day of the week, by its English name; `number` counts from Monday as 0."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """The day as `datetime.date.weekday()` numbers it."""
        return list(Weekday).index(self)


class RoomKind(StrEnum):
    """What a room is fitted out for."""

    PHYSIOTHERAPY = "physiotherapy"
    AESTHETICS = "aesthetics"
    CONSULTATION = "consultation"


class DeviceKind(StrEnum):
    """What a device does; a unit is claimed as a whole."""

    MICRONEEDLING_PEN = "microneedling_pen"
    CENTRIFUGE = "centrifuge"
    ELECTROSTIMULATOR = "electrostimulator"


def _after(later: datetime.time, info: ValidationInfo, first: str) -> datetime.time:
    earlier = info.data.get(first)
    if earlier is not None and later <= earlier:
        raise refusal(
            f"{clock(later)} is not after {first}, {clock(earlier)}", "a later time of the same day"
        )
    return later


def clock(time: datetime.time) -> str:
    """Write a wall time as people do: `9:30`."""
    return f"{time.hour}:{time.minute:02d}"


class OpeningSpan(Record):
    """From when to when the doors are open."""

    opens: WallTime
    closes: WallTime

    @field_validator("closes")
    @classmethod
    def _closes_later(cls, closes: datetime.time, info: ValidationInfo) -> datetime.time:
        return _after(closes, info, "opens")

    def __str__(self) -> str:
        """Write from when to when, as people do."""
        return f"{clock(self.opens)}–{clock(self.closes)}"


def _apart(spans: tuple[OpeningSpan, ...]) -> tuple[OpeningSpan, ...]:
    ordered = tuple(sorted(spans, key=lambda span: (span.opens, span.closes)))
    for one, next_one in itertools.pairwise(ordered):
        if next_one.opens < one.closes:
            raise refusal(f"{one} and {next_one} overlap", "spans that do not overlap")
    return ordered


Spans = Annotated[tuple[OpeningSpan, ...], AfterValidator(_apart)]


class OpeningHours(Record):
    """The spans of each weekday, earliest first; a day that is not named is closed."""

    monday: Spans = ()
    tuesday: Spans = ()
    wednesday: Spans = ()
    thursday: Spans = ()
    friday: Spans = ()
    saturday: Spans = ()
    sunday: Spans = ()

    def on(self, weekday: Weekday) -> tuple[OpeningSpan, ...]:
        """Return the spans of one weekday, earliest first."""
        spans: tuple[OpeningSpan, ...] = getattr(self, weekday.value)
        return spans


class Address(Record):
    """Where a location stands; `country` is an ISO 3166 code of two letters."""

    street: Name
    city: Name
    region: Name
    postal_code: Name
    country: Country


class Room(Named):
    """One room that a visit can claim."""

    name: Name
    kind: Annotated[RoomKind, code_of(RoomKind)]


class Device(Named):
    """One unit of a device that a visit can claim."""

    name: Name
    kind: Annotated[DeviceKind, code_of(DeviceKind)]
    model: Name | None = None
    serial: Name | None = None
    evaluated_depth_mm: Depth | None = None


class Location(Named):
    """A place where patients are seen; its jurisdiction decides which rules hold there."""

    name: Name
    legal_entity: Slug
    address: Address
    time_zone: TimeZone
    jurisdiction: Jurisdiction
    phone: Phone
    opening_hours: OpeningHours
    observes_holidays: bool = False
    closures: Unordered[Day] = ()
    rooms: BySlug[Room] = ()
    devices: BySlug[Device] = ()


class WorkingHours(Record):
    """When someone works at a location, week by week."""

    location: Slug
    weekdays: Annotated[
        Unordered[Annotated[Weekday, code_of(Weekday)]], Field(min_length=1, max_length=len(Weekday))
    ]
    starts: WallTime
    ends: WallTime

    @field_validator("ends")
    @classmethod
    def _ends_later(cls, ends: datetime.time, info: ValidationInfo) -> datetime.time:
        return _after(ends, info, "starts")

    def rank(self) -> tuple[str, int, datetime.time, str]:
        """The place among somebody's hours: by location, first day and time."""
        return self.location, self.weekdays[0].number, self.starts, self.model_dump_json()

    def __str__(self) -> str:
        """Write from when to when, as people do."""
        return f"{clock(self.starts)}–{clock(self.ends)}"


class MayPerform(Record):
    """A procedure that someone may perform, from a day and until a day, both included."""

    procedure: Annotated[Procedure, code_of(Procedure)]
    starts_on: Day | None = None
    ends_on: Day | None = None

    @field_validator("ends_on")
    @classmethod
    def _not_before(cls, ends_on: datetime.date | None, info: ValidationInfo) -> datetime.date | None:
        starts_on = info.data.get("starts_on")
        if starts_on is not None and ends_on is not None and ends_on < starts_on:
            raise refusal(f"{ends_on} is before starts_on, {starts_on}", "the same day or a later one")
        return ends_on


class Person(Named):
    """Someone who works for the clinic; a practitioner treats patients and has a profession."""

    given_name: Name
    family_name: Name
    titles: Name | None = None
    professions: Distinct[Annotated[Profession, code_of(Profession)]] = ()
    email: Annotated[Email, AfterValidator(str.lower)]
    roles: Annotated[Unordered[Annotated[Role, code_of(Role)]], Field(min_length=1)]
    is_practitioner: bool = False
    tier: Slug | None = None
    max_concurrent_patients: Annotated[int, Field(ge=1, le=10)] = 1
    bio: TextByLanguage = Field(default_factory=dict)
    may_perform: Annotated[tuple[MayPerform, ...], Field(max_length=HOURS_ROWS)] = ()
    credentials: Credentials = ()
    hours: Annotated[tuple[WorkingHours, ...], Field(max_length=HOURS_ROWS)] = ()

    @field_validator("is_practitioner")
    @classmethod
    def _has_profession(cls, is_practitioner: bool, info: ValidationInfo) -> bool:
        if is_practitioner and info.data.get("professions") == ():
            raise refusal("a practitioner has no profession", "at least one code in 'professions'")
        return is_practitioner

    @field_validator("may_perform")
    @classmethod
    def _sorted(cls, rows: tuple[MayPerform, ...]) -> tuple[MayPerform, ...]:
        return tuple(sorted(rows, key=lambda row: row.model_dump_json()))

    @field_validator("hours")
    @classmethod
    def _by_week(cls, rows: tuple[WorkingHours, ...]) -> tuple[WorkingHours, ...]:
        """Write together the days on which somebody works at the same place and time."""
        days: dict[WorkingHours, set[Weekday]] = {}
        for row in rows:
            days.setdefault(row.model_copy(update={"weekdays": ()}), set()).update(row.weekdays)
        grouped = [
            row.model_copy(update={"weekdays": tuple(sorted(found, key=lambda day: day.number))})
            for row, found in days.items()
        ]
        return tuple(sorted(grouped, key=WorkingHours.rank))
