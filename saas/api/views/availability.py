"""Free times, as the masks give them: no entity is loaded, and each instant is spelled once."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response
from pydantic import BaseModel, Field

from saas.api.describing import Assignment
from saas.api.door import BOOKING, Day, Instant, Query, blueprint
from saas.booking import asking, searching, suitable
from saas.booking.asking import Channel, Wish
from saas.booking.searching import LONGEST_DAYS
from saas.catalogue import offerings, spacing
from saas.kernel import clock
from saas.kernel.permissions import Permission
from saas.patients import records
from saas.scheduling import availability, masks
from saas.scheduling.availability import Times
from saas.scheduling.masks import GRANULE_SECONDS
from saas.scheduling.staffing import Crew
from saas.web import edge
from saas.web.access import permit


class AvailabilityQuery(Query):
    """What is wished for, where and when."""

    location: str | None = Field(None, description="A location's slug; all that offer it where left out")
    offering: str = Field(json_schema_extra={"example": "first-consultation"})
    variant: str | None = Field(None, description="A variant's slug; the first where left out")
    add_on: list[str] = Field(default_factory=list, max_length=8, description="Slugs, one parameter each")
    practitioner: str | None = Field(None, description="Only with this practitioner, by their slug")
    patient: UUID | None = Field(
        None, description="Leave out when this patient has a visit, and days too near to one"
    )
    first: Day | None = Field(None, alias="from", description="The location's own day; today where left out")
    days: int = Field(14, ge=1, le=LONGEST_DAYS)


class Slot(BaseModel):
    """One free start. `fit` is 0 to 2: on how many sides it leaves no gap too short for another visit."""

    starts_at: Instant
    ends_at: Instant = Field(description="When the patient leaves")
    location: str = Field(examples=["phoenix"])
    practitioner: str
    assignment: list[Assignment] = Field(description="The practitioner first, then who else is needed")
    on_request: bool = Field(description="A clinician decides before the visit is certain")
    fit: int = Field(ge=0, le=2)


class Availability(BaseModel):
    """The free starts, by location and time."""

    slots: list[Slot]
    places_left: dict[str, int] | None = Field(
        description="By the Monday of each week, where the offering has a weekly limit of new patients",
        examples=[{"2026-11-09": 3}],
    )
    first_possible: date | None = Field(
        description="The first day that is not too near to another visit of the `patient`; null without one"
    )


@blueprint.get("/availability", tags=[BOOKING], responses={200: Availability})
@permit(Permission.OFFERING_READ)
def list_availability(query: AvailabilityQuery) -> Any:
    """List the free starts of up to 62 days."""
    now, version = clock.now(), edge.tenant().config_version
    if query.patient is not None:
        records.get(query.patient)
    found: list[str] = []
    left: dict[str, int] | None = None
    possible: list[date] = []
    for location in _where(query, version):
        plain = asking.wish(
            query.offering, location, version, Channel.ONLINE, query.practitioner, query.add_on
        )
        wish = asking.vary(plain, query.variant)
        if query.patient is not None:
            wish = suitable.for_patient(wish, query.patient)
            possible.append(spacing.first_possible(wish.away, query.first or wish.today(now)))
        times = searching.find(wish, query.first or wish.today(now), query.days, now)
        found.extend(_spelled(wish, times, _free_of(query.patient, wish, times)))
        if times.places_left:
            left = {week.isoformat(): places for week, places in times.places_left.items()}
    return Response(
        f'{{"slots":[{",".join(found)}],"places_left":{json.dumps(left)},"first_possible":{_first(possible)}}}',
        content_type="application/json",
    )


def _first(possible: Sequence[date]) -> str:
    return f'"{min(possible)}"' if possible else "null"


def _where(query: AvailabilityQuery, version: int) -> Sequence[str]:
    """Return the slugs of the locations to search: those that have the offering and its add-ons."""
    if query.location is not None:
        return [query.location]
    base, known = offerings.get(query.offering, version), offerings.list_add_ons(version)
    added = [known[slug].locations for slug in query.add_on if slug in known]
    return [place for place in base.locations if all(place in one for one in added)] or base.locations


def _free_of(patient_id: UUID | None, wish: Wish, times: Times) -> int:
    """Return the mask of starts at which the patient is free, everywhere without a patient."""
    if patient_id is None:
        return -1
    busy = availability.busy_masks([patient_id], times.window).get(patient_id, 0)
    free = ((1 << times.window.size) - 1) & ~busy
    return masks.fitting(free, masks.widened([wish.timeline.patient]))


def _spelled(wish: Wish, times: Times, allowed: int) -> Iterator[str]:
    """Yield the slots of each start as JSON, by time; what repeats is spelled once."""
    endings: dict[int, list[str]] = {}
    for practitioner_id, crews in times.crews.items():
        before, after = times.sides(practitioner_id)
        for crew, mask, on_request in _parts(crews, times.on_request):
            with_whom = _with_whom(wish, crew, on_request=on_request)
            by_fit = tuple(f"{with_whom}{sides}}}" for sides in range(3))
            for granule in masks.bits(mask & allowed):
                fit = (before[granule] == "1") + (after[granule] == "1")
                endings.setdefault(granule, []).append(by_fit[fit])
    epoch, zone, length = times.window.epoch, wish.place.time_zone, wish.timeline.patient.end * 60
    for granule in sorted(endings):
        begins = epoch + granule * GRANULE_SECONDS
        beginning = f'{{"starts_at":"{_instant(begins, zone)}","ends_at":"{_instant(begins + length, zone)}"'
        yield beginning + f",{beginning}".join(endings[granule])


@lru_cache(maxsize=100_000)
def _instant(seconds: int, zone: str) -> str:
    return datetime.fromtimestamp(seconds, ZoneInfo(zone)).isoformat()


def _parts(crews: Sequence[tuple[Crew, int]], on_request: int) -> Iterator[tuple[Crew, int, bool]]:
    """Yield the starts of each crew, those on request apart."""
    for crew, mask in crews:
        yield crew, mask & ~on_request, False
        if mask & on_request:
            yield crew, mask & on_request, True


def _with_whom(wish: Wish, crew: Crew, *, on_request: bool) -> str:
    slugs = [wish.practice.practitioners[person].slug for person in crew]
    assignment = [
        {"role": need.name, "practitioner": slug} for need, slug in zip(wish.roles, slugs, strict=True)
    ]
    body = {
        "location": wish.place.slug,
        "practitioner": slugs[0],
        "assignment": assignment,
        "on_request": on_request,
    }
    return f',{json.dumps(body, separators=(",", ":"))[1:-1]},"fit":'
