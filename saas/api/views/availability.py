"""Free times, as the masks give them: no entity is loaded, and each instant is spelled once."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response
from pydantic import BaseModel, Field

from saas.api.describing import Assignment
from saas.api.door import BOOKING, Day, Instant, ProblemReason, Query, blueprint
from saas.booking import asking, clearing, exam_first, searching, suitable
from saas.booking.asking import Channel, Examined, Wish
from saas.booking.exam_first import First
from saas.booking.searching import LONGEST_DAYS
from saas.catalogue import offerings, spacing
from saas.kernel import clock
from saas.kernel.permissions import Permission
from saas.patients import records
from saas.scheduling import masks
from saas.scheduling.availability import Times
from saas.scheduling.masks import GRANULE_SECONDS
from saas.scheduling.staffing import Crew
from saas.web import edge, errors
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
    exam: Examined = Field(
        Examined.IN_VISIT,
        description="How an examination is had that comes first: as the first part of the visit, where it can, "
        "or before it",
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
    exam_minutes: int = Field(
        0, description="How long the examination takes with which it begins; left out without one"
    )
    fit: int = Field(ge=0, le=2)


class Examination(BaseModel):
    """An offering in which the patient can be examined, and by whom of those who perform it."""

    offering: str = Field(examples=["first-consultation"])
    practitioners: list[str]


class ExamFirst(BaseModel):
    """That the visit asks for an examination that the patient, as far as is known, has not had.

    `in_visit` is how many minutes it takes as the first part of the visit, null where it cannot be; `elsewhere` where
    it can be had before.
    """

    location: str = Field(examples=["new-york"])
    reasons: list[ProblemReason]
    by: list[str] = Field(description="Professions whose examination counts", examples=[["MD", "NP"]])
    in_visit: int | None
    elsewhere: list[Examination]


class Availability(BaseModel):
    """The free starts, by location and time."""

    slots: list[Slot]
    exam_first: list[ExamFirst] = Field(
        description="By location, where an examination comes first, on the first day"
    )
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
    exams: list[dict[str, Any]] = []
    for location in _where(query, version):
        wish = _wish(query, location, version)
        first = query.first or wish.today(now)
        if query.patient is not None:
            possible.append(spacing.first_possible(wish.away, first))
        window = wish.window(first, query.days)
        known = exam_first.known_of(wish, window.dates(), query.patient, now)
        exams.extend(_exam_first(wish, exam_first.first(wish, first, known)))
        ways = exam_first.over(wish, window, known)
        each = searching.find_each(ways, window, now, also=query.patient)
        found.extend(_all_spelled(each, query.patient))
        if places := each[0][1].places_left:
            left = {week.isoformat(): number for week, number in places.items()}
    return _answer(found, exams, left, possible)


def _wish(query: AvailabilityQuery, location: str, version: int) -> Wish:
    plain = asking.wish(query.offering, location, version, Channel.ONLINE, query.practitioner, query.add_on)
    wish = replace(asking.vary(plain, query.variant), exam=query.exam)
    return suitable.for_patient(wish, query.patient) if query.patient is not None else wish


def _all_spelled(each: Sequence[tuple[Wish, Times]], patient_id: UUID | None) -> Iterable[str]:
    """Return the slots of each way in which the visit is had, by time; no two ways share a start."""
    found: dict[int, str] = {}
    for way, times in each:
        found |= _spelled(way, times, _free_of(patient_id, way, times))
    return found.values() if len(each) == 1 else (text for _, text in sorted(found.items()))


def _answer(
    found: Sequence[str],
    exams: Sequence[dict[str, Any]],
    left: dict[str, int] | None,
    possible: Sequence[date],
) -> Response:
    return Response(
        f'{{"slots":[{",".join(found)}],"exam_first":{json.dumps(exams)},"places_left":{json.dumps(left)},'
        f'"first_possible":{_first(possible)}}}',
        content_type="application/json",
    )


def _exam_first(wish: Wish, found: First | None) -> Iterator[dict[str, Any]]:
    if found is None:
        return
    yield {
        "location": wish.place.slug, "by": list(found.by), "in_visit": found.inside.minutes if found.inside else None,
        "reasons": [errors.described(clearing.told(one)) for one in found.standings],
        "elsewhere": [
            {"offering": one.offering.slug, "practitioners": [person.slug for person in one.people]}
            for one in found.elsewhere
        ],
    }  # fmt: skip


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
    free = ((1 << times.window.size) - 1) & ~times.busy.get(patient_id, 0)
    return masks.fitting(free, masks.widened([wish.timeline.patient]))


def _spelled(wish: Wish, times: Times, allowed: int) -> dict[int, str]:
    """Return the slots of each start as JSON, by time; what repeats is spelled once."""
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
    found = {}
    for granule in sorted(endings):
        begins = epoch + granule * GRANULE_SECONDS
        beginning = f'{{"starts_at":"{_instant(begins, zone)}","ends_at":"{_instant(begins + length, zone)}"'
        found[granule] = beginning + f",{beginning}".join(endings[granule])
    return found


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
        **({"exam_minutes": wish.offering.exam.minutes} if wish.offering.exam else {}),
    }
    return f',{json.dumps(body, separators=(",", ":"))[1:-1]},"fit":'
