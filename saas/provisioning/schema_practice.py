"""The schema of places and people: `locations/<slug>.yaml` and `people/<slug>.yaml`.

Times are wall times of the location they belong to, half-open: a visit may start when the doors open
and must end when they close.
"""

import datetime
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from saas.catalogue.contents import Procedure
from saas.credentials.vocabulary import Mode
from saas.identity.roles import Role
from saas.practice.bodies import Site
from saas.practice.hours import Row
from saas.practice.professions import Profession
from saas.provisioning.problems import quoted
from saas.provisioning.schema_hours import (
    Exceptions,
    OpeningException,
    OpeningSpan,
    Services,
    Spans,
    WorkingException,
    clock,
    no_day_twice,
    require_after,
)
from saas.provisioning.schema_places import (
    Country,
    Day,
    Jurisdiction,
    Phone,
    TimeZone,
    WallTime,
    require_not_before,
)
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
MOST_WEEKS = 12


def weeks(raw: object) -> object:
    """Read every how many weeks."""
    if isinstance(raw, str) and raw.isdecimal() and len(raw) < 3 and 1 <= int(raw) <= MOST_WEEKS:
        return int(raw)
    if isinstance(raw, int):
        return raw
    raise refusal(f"{quoted(raw)} is no number of weeks", f"2 for every second week, at most {MOST_WEEKS}")


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


BodySite = Annotated[Site, code_of(Site)]


class DeviceKind(StrEnum):
    """What a device does; a unit is claimed as a whole."""

    MICRONEEDLING_PEN = "microneedling_pen"
    CENTRIFUGE = "centrifuge"
    ELECTROSTIMULATOR = "electrostimulator"


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
    maintenance: Services = ()


class Device(Named):
    """One unit of a device that a visit can claim."""

    name: Name
    kind: Annotated[DeviceKind, code_of(DeviceKind)]
    model: Name | None = None
    serial: Name | None = None
    evaluated_depth_mm: Depth | None = None
    label_sites: Unordered[BodySite] = ()
    label_min_age: Annotated[int, Field(ge=0, le=120)] | None = None
    maintenance: Services = ()

    @model_validator(mode="after")
    def _label_of_a_model(self) -> "Device":
        if (self.label_sites or self.label_min_age is not None) and self.model is None:
            raise refusal("a label is that of a model", "'model', as the maker calls it")
        return self


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
    exceptions: Exceptions = ()
    rooms: BySlug[Room] = ()
    devices: BySlug[Device] = ()

    @field_validator("exceptions")
    @classmethod
    def _not_closed_too(
        cls, rows: tuple[OpeningException, ...], info: ValidationInfo
    ) -> tuple[OpeningException, ...]:
        for day in info.data.get("closures", ()):
            if any(row.since <= day <= row.last for row in rows):
                raise refusal(f"{day} is among the closures too", "one of the two")
        return rows


class WorkingHours(Record):
    """When someone works at a location, week by week or in every nth week, between two days where they are said."""

    location: Slug
    weekdays: Annotated[
        Unordered[Annotated[Weekday, code_of(Weekday)]], Field(min_length=1, max_length=len(Weekday))
    ]
    starts: WallTime
    ends: WallTime

    every: Annotated[int, BeforeValidator(weeks)] = 1
    week_of: Day | None = None
    since: Day | None = Field(None, alias="from")
    until: Day | None = None

    @field_validator("ends")
    @classmethod
    def _ends_later(cls, ends: datetime.time, info: ValidationInfo) -> datetime.time:
        return require_after(ends, info, "starts")

    @field_validator("week_of")
    @classmethod
    def _is_monday(cls, week_of: datetime.date | None) -> datetime.date | None:
        if week_of is not None and week_of.weekday():
            monday = week_of - datetime.timedelta(days=week_of.weekday())
            raise refusal(f"{week_of} is not a Monday", "a Monday", str(monday))
        return week_of

    @field_validator("until")
    @classmethod
    def _not_before(cls, until: datetime.date | None, info: ValidationInfo) -> datetime.date | None:
        return require_not_before(until, info, "since", "from")

    @model_validator(mode="after")
    def _counted_from(self) -> "WorkingHours":
        if self.every > 1 and self.week_of is None:
            raise refusal(
                "says 'every' and not from which week", "'week_of', the Monday of a week in which it holds"
            )
        if self.every == 1 and self.week_of is not None:
            raise refusal("says 'week_of' and not every how many weeks", "'every', 2 or more")
        return self

    def row(self, weekday: Weekday) -> Row:
        """Return what it says of one of its weekdays, as the practice lays it on days."""
        return Row(weekday.number, self.starts, self.ends, self.every, self.week_of, self.since, self.until)

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
        return require_not_before(ends_on, info, "starts_on")


class Supervision(Record):
    """By whom somebody is supervised in some procedures, how near at least, and by which writing."""

    person: Slug
    procedures: Annotated[Unordered[Annotated[Procedure, code_of(Procedure)]], Field(min_length=1)]
    mode: Annotated[Mode, code_of(Mode)] | None = None
    protocol: Name | None = None
    since: Day | None = Field(None, alias="from")
    until: Day | None = None

    @field_validator("mode")
    @classmethod
    def _asks_for_something(cls, mode: Mode | None) -> Mode | None:
        if mode is Mode.NONE:
            raise refusal("'none' is no supervision", "no 'mode', or no entry")
        return mode

    @field_validator("until")
    @classmethod
    def _not_before(cls, until: datetime.date | None, info: ValidationInfo) -> datetime.date | None:
        return require_not_before(until, info, "since", "from")

    def columns(self, people: Mapping[str, UUID]) -> dict[str, Any]:
        """Return the row that says so; *people* are ids by slug."""
        return {
            "supervisor_id": people[self.person], "procedures": [one.value for one in self.procedures],
            "mode": self.mode.value if self.mode else "", "protocol": self.protocol or "",
            "starts_on": self.since, "ends_on": self.until,
        }  # fmt: skip


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
    max_supervised: Annotated[int, Field(ge=1, le=10)] = 4
    bio: TextByLanguage = Field(default_factory=dict)
    may_perform: Annotated[tuple[MayPerform, ...], Field(max_length=HOURS_ROWS)] = ()
    credentials: Credentials = ()
    supervised_by: Annotated[tuple[Supervision, ...], Field(max_length=HOURS_ROWS)] = ()
    hours: Annotated[tuple[WorkingHours, ...], Field(max_length=HOURS_ROWS)] = ()
    exceptions: Annotated[tuple[WorkingException, ...], Field(max_length=HOURS_ROWS)] = ()

    @field_validator("is_practitioner")
    @classmethod
    def _has_profession(cls, is_practitioner: bool, info: ValidationInfo) -> bool:
        if is_practitioner and info.data.get("professions") == ():
            raise refusal("a practitioner has no profession", "at least one code in 'professions'")
        return is_practitioner

    @field_validator("may_perform")
    @classmethod
    def _sorted(cls, rows: tuple[MayPerform, ...]) -> tuple[MayPerform, ...]:
        for row in rows:
            if rows.count(row) > 1:
                raise refusal(f"{quoted(row.procedure.value)} is listed twice alike", "each once")
        return tuple(sorted(rows, key=lambda row: row.model_dump_json()))

    @field_validator("supervised_by")
    @classmethod
    def _once_each(cls, rows: tuple[Supervision, ...]) -> tuple[Supervision, ...]:
        for row in rows:
            if rows.count(row) > 1:
                raise refusal(f"{quoted(row.person)} is listed twice alike", "each once")
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

    @field_validator("exceptions")
    @classmethod
    def _once_a_day(cls, rows: tuple[WorkingException, ...]) -> tuple[WorkingException, ...]:
        """Allow one exception for a day at each location."""
        places = sorted({row.location for row in rows})
        found = (no_day_twice(row for row in rows if row.location == place) for place in places)
        return tuple(row for part in found for row in part)
