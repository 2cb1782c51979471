"""Tables of practice. Times of day are wall times of the location; weekdays count from Monday as 0.

Nothing is deleted that a visit may refer to: `archived_at` takes it out of use, and the same slug
applied again brings it back. Slugs are unique among what is in use.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, Numeric, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saas.db.base import Tenanted, reference


def _slug(table: str, *within: str) -> Index:
    """Unique among what is in use; what is archived keeps the slug that it had."""
    name = f"uq_{table}_{'_'.join(('tenant_id', *within, 'slug'))}"
    in_use = text("archived_at IS NULL")
    return Index(name, "tenant_id", *within, "slug", unique=True, postgresql_where=in_use)


class LegalEntity(Tenanted):
    """The company that employs, bills and keeps books; `currency` is an ISO 4217 code."""

    __tablename__ = "legal_entities"
    __table_args__ = (_slug("legal_entities"),)

    slug: Mapped[str]
    name: Mapped[str]
    currency: Mapped[str]
    archived_at: Mapped[datetime | None]


class Location(Tenanted):
    """A place where patients are seen; its jurisdiction (`US-AZ`) decides which rules hold there."""

    __tablename__ = "locations"
    __table_args__ = (_slug("locations"), reference("legal_entity_id", "legal_entities"))

    slug: Mapped[str]
    legal_entity_id: Mapped[UUID]
    name: Mapped[str]
    street: Mapped[str]
    city: Mapped[str]
    region: Mapped[str]
    postal_code: Mapped[str]
    country: Mapped[str]
    time_zone: Mapped[str]
    jurisdiction: Mapped[str]
    phone: Mapped[str]
    observes_holidays: Mapped[bool] = mapped_column(server_default=text("false"))
    archived_at: Mapped[datetime | None]


class OpeningHours(Tenanted):
    """One span of a weekday in which a location's doors are open."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        reference("location_id", "locations"),
        Index(None, "tenant_id", "location_id"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens < closes", name="order"),
    )

    location_id: Mapped[UUID]
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]


class Closure(Tenanted):
    """A day on which a location stays closed, whatever its weekday's hours."""

    __tablename__ = "closures"
    __table_args__ = (
        reference("location_id", "locations"),
        Index(
            "uq_closures_tenant_id_location_id_closed_on",
            "tenant_id",
            "location_id",
            "closed_on",
            unique=True,
        ),
    )

    location_id: Mapped[UUID]
    closed_on: Mapped[date]


class LocationException(Tenanted):
    """Other opening hours on each day from `since` until `until`, both included.

    `hours` are pairs of wall times ("09:00"), none where it stays closed; `reason` is by language.
    """

    __tablename__ = "location_exceptions"
    __table_args__ = (
        reference("location_id", "locations"),
        Index(None, "tenant_id", "location_id", "since", unique=True),
        CheckConstraint("since <= until", name="order"),
    )

    location_id: Mapped[UUID]
    since: Mapped[date]
    until: Mapped[date]
    hours: Mapped[list[list[str]]] = mapped_column(type_=JSONB())
    reason: Mapped[dict[str, Any]]


class Room(Tenanted):
    """A room of a location; slugs are unique within the location."""

    __tablename__ = "rooms"
    __table_args__ = (
        reference("location_id", "locations"),
        _slug("rooms", "location_id"),
    )

    location_id: Mapped[UUID]
    slug: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    archived_at: Mapped[datetime | None]


class Device(Tenanted):
    """One unit of a device at a location; slugs are unique within the location."""

    __tablename__ = "devices"
    __table_args__ = (
        reference("location_id", "locations"),
        _slug("devices", "location_id"),
    )

    location_id: Mapped[UUID]
    slug: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    model: Mapped[str | None]
    serial: Mapped[str | None]
    evaluated_depth_mm: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    label_sites: Mapped[list[str]] = mapped_column(type_=JSONB(), server_default=text("'[]'"))
    label_min_age: Mapped[int | None]
    archived_at: Mapped[datetime | None]


class MaintenanceWindow(Tenanted):
    """When a room or a device is out of use: wall times of its location, which is why they have no zone."""

    __tablename__ = "maintenance_windows"
    __table_args__ = (
        reference("room_id", "rooms"),
        reference("device_id", "devices"),
        Index(None, "tenant_id", "room_id"),
        Index(None, "tenant_id", "device_id"),
        CheckConstraint("num_nonnulls(room_id, device_id) = 1", name="unit"),
        CheckConstraint("starts < ends", name="order"),
    )

    room_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    starts: Mapped[datetime] = mapped_column(DateTime())
    ends: Mapped[datetime] = mapped_column(DateTime())
    reason: Mapped[str]


class Person(Tenanted):
    """Someone who works for the clinic. A practitioner treats patients; others only log in.

    While something is processing a practitioner is free for others: `max_concurrent_patients` at a time.
    `max_supervised` counts the visits that they may supervise at the same time by being there.
    """

    __tablename__ = "people"
    __table_args__ = (_slug("people"), reference("user_id", "users"))

    slug: Mapped[str]
    user_id: Mapped[UUID | None]
    given_name: Mapped[str]
    family_name: Mapped[str]
    titles: Mapped[str]
    professions: Mapped[list[str]] = mapped_column(type_=JSONB())
    is_practitioner: Mapped[bool]
    bio: Mapped[dict[str, Any]]
    tier: Mapped[str | None]
    max_concurrent_patients: Mapped[int] = mapped_column(server_default=text("1"))
    max_supervised: Mapped[int] = mapped_column(server_default=text("4"))
    archived_at: Mapped[datetime | None]

    @property
    def name(self) -> str:
        """The name as it is spoken."""
        return f"{self.given_name} {self.family_name}"


class WorkingHours(Tenanted):
    """One span of a weekday in which a person works at a location.

    In every `every`th week, counted from the Monday `week_of`; from `since` until `until`, both included.
    """

    __tablename__ = "working_hours"
    __table_args__ = (
        reference("person_id", "people"),
        reference("location_id", "locations"),
        Index(None, "tenant_id", "person_id"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("starts < ends", name="order"),
        CheckConstraint("every BETWEEN 1 AND 12 AND (every = 1) = (week_of IS NULL)", name="turn"),
        CheckConstraint("date_part('isodow', week_of) = 1", name="monday"),
        CheckConstraint("since <= until", name="range"),
    )

    person_id: Mapped[UUID]
    location_id: Mapped[UUID]
    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]
    every: Mapped[int] = mapped_column(server_default=text("1"))
    week_of: Mapped[date | None]
    since: Mapped[date | None]
    until: Mapped[date | None]


class WorkingException(Tenanted):
    """Other hours of a person at a location on each day from `since` until `until`, both included.

    `hours` are pairs of wall times ("09:00"), none where they do not work there.
    """

    __tablename__ = "working_exceptions"
    __table_args__ = (
        reference("person_id", "people"),
        reference("location_id", "locations"),
        Index(None, "tenant_id", "person_id", "location_id", "since", unique=True),
        CheckConstraint("since <= until", name="order"),
    )

    person_id: Mapped[UUID]
    location_id: Mapped[UUID]
    since: Mapped[date]
    until: Mapped[date]
    hours: Mapped[list[list[str]]] = mapped_column(type_=JSONB())


class TimeOff(Tenanted):
    """When a person is away, as instants; cancelled rather than deleted."""

    __tablename__ = "time_off"
    __table_args__ = (
        reference("person_id", "people"),
        Index(None, "tenant_id", "person_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="order"),
    )

    person_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    cancelled_at: Mapped[datetime | None]
