"""A location's calendar as it is drawn: resources side by side, each with its claims."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, request
from pydantic import BaseModel, Field

from saas.api.door import CALENDAR, Day, Query, blueprint
from saas.kernel import clock
from saas.kernel.permissions import Permission
from saas.practice import snapshot
from saas.practice.snapshot import Place, Practice
from saas.scheduling import reading
from saas.web import edge
from saas.web.access import permit


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
    add_on: str | None = Field(description="The add-on's slug; null for what is the visit's own")
    takes: dict[str, UUID] | None = Field(
        description="Whom and what it takes: resources by role and by kind of room or device; null where unknown"
    )


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
    head = {"location": place.slug, "time_zone": place.time_zone,
            "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}  # fmt: skip
    resources = _resources(practice, place)
    claims = reading.drawn(place.id, [UUID(r["id"]) for r in resources], starts_at, ends_at, place.time_zone)
    return _tagged(Response(_body(head, resources, claims), content_type="application/json"), tag)


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    return response


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _body(head: dict[str, Any], resources: list[dict[str, Any]], claims: dict[str, str]) -> str:
    """Return the answer as text, the claims in it as the database wrote them."""
    listed = (f'{_open(found)}, "claims": {claims.get(found["id"], "[]")}}}' for found in resources)
    return f'{_open(head)}, "resources": [{", ".join(listed)}]}}'


def _open(found: dict[str, Any]) -> str:
    """Return a JSON object that has not ended."""
    return json.dumps(found)[:-1]


def _resources(practice: Practice, place: Place) -> list[dict[str, Any]]:
    here = [p for p in practice.practitioners.values() if place.id in p.hours]
    people = [{"id": str(p.id), "kind": "practitioner", "name": p.name, "slug": p.slug} for p in here]
    return people + [
        {"id": str(unit.id), "kind": kind, "name": unit.name, "slug": None}
        for kind, units in (("room", practice.rooms), ("device", practice.devices))
        for unit in units
        if unit.location_id == place.id
    ]
