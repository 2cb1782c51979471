"""Tables of scheduling. The exclusion constraint on claims is what forbids a double booking; code
merely explains it.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnClause, Index, false, func, literal_column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import laws
from saas.db.base import Tenanted, reference
from saas.scheduling.states import State

_STATES = ", ".join(f"'{state}'" for state in State)
_RANGE: ColumnClause[Any] = literal_column("tstzrange(starts_at, ends_at)")


class Resource(Tenanted):
    """Something that can be in one place at a time: a practitioner, a patient, a room, a device.

    A seat is one of the patients that a practitioner may look after at the same time.
    """

    __tablename__ = "resources"
    __table_args__ = (
        CheckConstraint("kind IN ('practitioner', 'patient', 'room', 'device', 'seat')", name="kind"),
    )

    kind: Mapped[str]


class Appointment(Tenanted):
    """A visit, or a block of time, from the moment it is held. `version` rises with every change.

    `wall_start` and `time_zone` keep what was meant, should a zone's rules change. `variant` is the slug of
    the offering's variant, which its version tells more of. `exam` is the examination that is its first part
    (minutes, who may make it, for which procedures). `policy` has what was agreed about its time (late
    arrival, rescheduling); `moves_online` counts how often its patient moved it themselves. `missed_id` names the
    act by which it was noted that nobody came. `on_request` are visits on which a clinician decides: asked for at
    `requested_at`, they are pending until `held_until`.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        reference("location_id", "locations"),
        reference("offering_id", "offerings"),
        reference("offering_version_id", "offering_versions"),
        reference("patient_id", "patients"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("kind IN ('visit', 'block')", name="kind"),
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("(state IN ('held', 'pending')) = (held_until IS NOT NULL)", name="held_until"),
        Index("ix_appointments_schedule", "tenant_id", "location_id", "starts_at",
              postgresql_include=["ends_at", "version", "state"]),
        Index("ix_appointments_held", "tenant_id", "held_until", postgresql_where=text("held_until IS NOT NULL")),
        Index(None, "tenant_id", "patient_id"),
        Index(None, "tenant_id", "holder_digest"),
    )  # fmt: skip

    kind: Mapped[str] = mapped_column(server_default="visit")
    state: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    location_id: Mapped[UUID]
    offering_id: Mapped[UUID | None]
    offering_version_id: Mapped[UUID | None]
    variant: Mapped[str | None]
    practitioner_id: Mapped[UUID | None]
    patient_id: Mapped[UUID | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    wall_start: Mapped[str]
    time_zone: Mapped[str]
    label: Mapped[str | None]
    source: Mapped[str]
    holder_digest: Mapped[str | None]
    holder_address: Mapped[str | None]
    held_until: Mapped[datetime | None]
    terms: Mapped[str | None]
    terms_accepted_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    moved_at: Mapped[datetime | None]
    moves_online: Mapped[int] = mapped_column(server_default="0")
    missed_at: Mapped[datetime | None]
    missed_id: Mapped[UUID | None]
    policy: Mapped[dict[str, Any] | None]
    extended_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    exam: Mapped[dict[str, Any] | None]
    on_request: Mapped[bool] = mapped_column(server_default=false())
    requested_at: Mapped[datetime | None]


class AppointmentAddOn(Tenanted):
    """An add-on of a visit, and the version it was booked with. Insert only: a visit keeps what it is."""

    __tablename__ = "appointment_add_ons"
    __table_args__ = (
        reference("appointment_id", "appointments"),
        reference("offering_id", "offerings"),
        reference("offering_version_id", "offering_versions"),
        Index("uq_appointment_add_ons_offering", "tenant_id", "appointment_id", "offering_id", unique=True),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    appointment_id: Mapped[UUID]
    ordinal: Mapped[int]
    offering_id: Mapped[UUID]
    offering_version_id: Mapped[UUID]


class AppointmentSegment(Tenanted):
    """What happens inside a visit, for the calendar: a part, its time and who or what it takes.

    `add_on_id` is the offering it belongs to, NULL the visit's own. `takes` names the ids of whom and
    what it needs, by role and by kind of room or device.
    """

    __tablename__ = "appointment_segments"
    __table_args__ = (
        reference("appointment_id", "appointments"),
        Index(None, "tenant_id", "appointment_id"),
    )

    appointment_id: Mapped[UUID]
    ordinal: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    takes: Mapped[dict[str, Any] | None]
    add_on_id: Mapped[UUID | None]


class Claim(Tenanted):
    """One resource for one unbroken span of a visit."""

    __tablename__ = "claims"
    __table_args__ = (
        reference("resource_id", "resources"),
        reference("appointment_id", "appointments"),
        ExcludeConstraint(
            ("tenant_id", "="), ("resource_id", "="), (_RANGE, "&&"),
            where=text("state IN ('held', 'confirmed')"), using="gist", name="ex_claims_no_double_booking",
        ),
        CheckConstraint("starts_at < ends_at AND ends_at - starts_at <= '1 day'::interval", name="order"),
        CheckConstraint("state IN ('held', 'confirmed', 'released')", name="state"),
        CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name="held_until"),
        Index("ix_claims_search", "tenant_id", "resource_id", "starts_at",
              postgresql_include=["ends_at", "state", "held_until", "appointment_id"]),
        Index(None, "tenant_id", "appointment_id"),
    )  # fmt: skip

    resource_id: Mapped[UUID]
    appointment_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str]
    held_until: Mapped[datetime | None]


class CapUse(Tenanted):
    """One place of a weekly cap, taken by one appointment. The unique key lets the last go once."""

    __tablename__ = "cap_uses"
    __table_args__ = (
        reference("offering_id", "offerings"),
        reference("appointment_id", "appointments"),
        Index("uq_cap_uses_place", "tenant_id", "offering_id", "week", "place", unique=True),
        Index("uq_cap_uses_appointment", "tenant_id", "appointment_id", unique=True),
        CheckConstraint("place BETWEEN 1 AND places", name="place"),
    )

    offering_id: Mapped[UUID]
    week: Mapped[date]
    place: Mapped[int]
    places: Mapped[int]
    appointment_id: Mapped[UUID]
