"""A location's calendar as it is drawn: resources side by side, each with its claims."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, jsonify, request
from pydantic import BaseModel, Field

from saas.api import describing
from saas.api.door import CALENDAR, Day, Query, blueprint
from saas.kernel import clock
from saas.kernel.permissions import Permission
from saas.practice import snapshot
from saas.practice.snapshot import Place, Practice
from saas.scheduling import reading
from saas.scheduling.reading import AppointmentRow, ClaimRow, Schedule, SegmentRow
from saas.web import edge
from saas.web.access import permit

# An instant as text with the location's offset; what repeats is spelled once.
Spell = Callable[[datetime], str | None]


class ScheduleQuery(Query):
    """Which part of the calendar."""

    location: str = Field(json_schema_extra={"example": "phoenix"})
    first: Day | None = Field(None, alias="from", description="The location's own day; today where left out")
    days: int = Field(1, ge=1, le=31)


class SegmentBody(BaseModel):
    """A part of a visit; in `processing` the practitioner is free."""

    kind: str = Field(examples=["hands_on"])
    name: str
    starts_at: datetime
    ends_at: datetime


class ClaimBody(BaseModel):
    """A span in which a visit, or a block of time, has the resource."""

    appointment: UUID
    version: int
    kind: str = Field(description="visit or block")
    state: str = Field(description="held or confirmed")
    starts_at: datetime
    ends_at: datetime
    offering: UUID | None
    patient: UUID | None
    label: str | None
    segments: list[SegmentBody]


class ResourceBody(BaseModel):
    """A practitioner, room or device of the location, and what has its time."""

    id: UUID
    kind: str = Field(examples=["practitioner"])
    name: str
    slug: str | None = Field(description="Of practitioners alone")
    claims: list[ClaimBody]


class ScheduleBody(BaseModel):
    """A part of a location's calendar. The answer's ETag changes whenever it does."""

    location: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    resources: list[ResourceBody]


@blueprint.get("/schedule", tags=[CALENDAR], responses={200: ScheduleBody, 304: None})
@permit(Permission.SCHEDULE_READ)
def read_schedule(query: ScheduleQuery) -> Any:
    """Show who and what is taken when; 304 to an `If-None-Match` that still holds."""
    practice = snapshot.read(edge.tenant().config_version)
    place = practice.place(query.location)
    zone = ZoneInfo(place.time_zone)
    first = query.first or clock.now().astimezone(zone).date()
    starts_at, ends_at = _midnight(first, zone), _midnight(first + timedelta(days=query.days), zone)
    tag = reading.schedule_tag(place.id, starts_at, ends_at)
    if tag in request.if_none_match:
        return _tagged(Response(status=304), tag)
    spell = cache(lambda at: describing.instant(at, zone))
    drawn = _drawn(practice, place, reading.schedule(place.id, starts_at, ends_at), spell)
    return _tagged(jsonify(
        location=place.slug, time_zone=place.time_zone, starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(), resources=drawn,
    ), tag)  # fmt: skip


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    return response


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _drawn(practice: Practice, place: Place, found: Schedule, spell: Spell) -> list[dict[str, Any]]:
    visits = {row.id: row for row in found.appointments}
    parts: dict[UUID, list[SegmentRow]] = {}
    for part in found.segments:
        parts.setdefault(part.appointment_id, []).append(part)
    claims: dict[UUID, list[dict[str, Any]]] = {}
    for claim in found.claims:
        row = visits[claim.appointment_id]
        claims.setdefault(claim.resource_id, []).append(_claim(claim, row, parts.get(row.id, ()), spell))
    return [
        {**resource, "claims": claims.get(UUID(resource["id"]), [])}
        for resource in _resources(practice, place)
    ]


def _resources(practice: Practice, place: Place) -> list[dict[str, Any]]:
    here = [p for p in practice.practitioners.values() if place.id in p.hours]
    people = [{"id": str(p.id), "kind": "practitioner", "name": p.name, "slug": p.slug} for p in here]
    return people + [
        {"id": str(unit.id), "kind": kind, "name": unit.name, "slug": None}
        for kind, units in (("room", practice.rooms), ("device", practice.devices))
        for unit in units
        if unit.location_id == place.id
    ]


def _claim(claim: ClaimRow, row: AppointmentRow, parts: Iterable[SegmentRow], spell: Spell) -> dict[str, Any]:
    shared = [part for part in parts if part.starts_at < claim.ends_at and part.ends_at > claim.starts_at]
    return {
        "appointment": str(row.id), "version": row.version, "kind": row.kind, "state": row.state,
        **_span(claim, spell), "offering": describing.id_of(row.offering_id),
        "patient": describing.id_of(row.patient_id), "label": row.label,
        "segments": [{"kind": part.kind, "name": part.name, **_span(part, spell)} for part in shared],
    }  # fmt: skip


def _span(of: ClaimRow | SegmentRow, spell: Spell) -> dict[str, Any]:
    return {
        "starts_at": spell(of.starts_at),
        "ends_at": spell(of.ends_at),
    }
