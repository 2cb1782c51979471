"""How the API spells what it answers."""

from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from saas.booking.listing import Visit
from saas.kernel.money import Money


class Assignment(BaseModel):
    """Who fills a role of the visit."""

    role: str = Field(examples=["practitioner"])
    practitioner: str


class VisitBody(BaseModel):
    """A visit that is certain, asked for, called off or missed."""

    id: UUID
    version: int = Field(description="Rises with every change; send it back with a change of yours")
    state: str = Field(
        description="confirmed, cancelled or no_show; on request also pending, refused or lapsed",
        examples=["confirmed"],
    )
    starts_at: datetime
    ends_at: datetime
    time_zone: str = Field(examples=["America/Phoenix"])
    location: str
    offering: str | None
    variant: str | None = Field(description="The slug of the variant that was booked", examples=["face"])
    add_ons: list[str]
    practitioner: str | None
    supervised_by: list[str] = Field(
        description="Who has to be near meanwhile, where the rules ask for that", examples=[["dr-ann-lee"]]
    )
    patient: UUID | None
    source: str = Field(description="The door it came in by", examples=["api"])
    created_at: datetime
    moved_at: datetime | None
    cancelled_at: datetime | None
    checked_in_at: datetime | None = Field(description="Since when the patient is here")
    exam_minutes: int = Field(
        description="How long the examination takes with which it begins; 0 without one"
    )
    decide_by: datetime | None = Field(
        description="Until when a clinician decides, of a visit that is pending"
    )


def visit(row: Visit) -> dict[str, Any]:
    """Return a visit as `VisitBody`."""
    zone = ZoneInfo(row.time_zone)
    instants = (
        "starts_at",
        "ends_at",
        "created_at",
        "moved_at",
        "cancelled_at",
        "checked_in_at",
        "decide_by",
    )
    return {
        "id": str(row.id), "version": row.version, "state": row.state, "time_zone": row.time_zone,
        "location": row.location, "offering": row.offering, "variant": row.variant, "add_ons": list(row.add_ons),
        "practitioner": row.practitioner, "exam_minutes": row.exam_minutes, "supervised_by": list(row.supervised_by),
        "patient": id_of(row.patient_id), "source": row.source,
        **{name: instant(getattr(row, name), zone) for name in instants},
    }  # fmt: skip


def instant(at: datetime | None, zone: tzinfo) -> str | None:
    """Return an instant in RFC 3339 with the offset of *zone*."""
    return at.astimezone(zone).isoformat() if at is not None else None


def money(amount: Money | None) -> dict[str, Any] | None:
    """Return an amount as the API spells it."""
    return {"amount_minor": amount.minor, "currency": amount.currency} if amount is not None else None


def id_of(found: UUID | None) -> str | None:
    """Return an id as text."""
    return str(found) if found is not None else None
