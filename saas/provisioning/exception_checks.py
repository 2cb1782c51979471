"""What is different from the week, against everything else: nobody works on a day by exception where it is closed,
or at two places at once, and nothing is out of use at a time that the clocks skip.

Files with a fault of their own are left out, for the schema tells that.
"""

import datetime
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from saas.practice.hours import Opening, Roster, Spans
from saas.provisioning import calendars
from saas.provisioning.crosschecks import Sources, entries, text_at
from saas.provisioning.documents import Document
from saas.provisioning.problems import Loc, Problem
from saas.provisioning.schema_hours import WorkingException, clock
from saas.provisioning.schema_practice import Location, Person

Part = TypeVar("Part", bound=BaseModel)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class _Place:
    zone: zoneinfo.ZoneInfo
    opening: Opening


def check(sources: Sources) -> Iterator[Problem]:
    """Yield exceptions and maintenance that cannot be as they are written."""
    typed = {text_at(one, "slug"): _typed(Location, one) for one in sources.locations}
    places = {slug: _place(one) for slug, one in typed.items() if one}
    for document in sources.locations:
        location = typed[text_at(document, "slug")]
        if location:
            yield from _skipped(document, location)
    for document in sources.people:
        person = _typed(Person, document)
        if person and person.exceptions:
            yield from _exceptions(document, person, places)


def _typed(model: type[Part], document: Document) -> Part | None:
    try:
        return model.model_validate(document.data)
    except ValidationError:
        return None


def _place(location: Location) -> _Place:
    return _Place(zoneinfo.ZoneInfo(location.time_zone), calendars.opening(location))


def _skipped(document: Document, location: Location) -> Iterator[Problem]:
    zone = zoneinfo.ZoneInfo(location.time_zone)
    for key in ("rooms", "devices"):
        for unit in getattr(location, key):
            for row in unit.maintenance:
                for name in ("starts", "ends"):
                    at = getattr(row, name)
                    there = at.replace(tzinfo=zone).astimezone(datetime.UTC).astimezone(zone)
                    if there.replace(tzinfo=None) != at:
                        message = f"{unit.slug}: the clocks of {location.time_zone} skip {at:%Y-%m-%d %H:%M}"
                        yield document.problem(
                            _written(document, key, unit.slug), message, "a time that there is"
                        )


def _written(document: Document, key: str, slug: str) -> Loc:
    """Return where the unit *slug* is written, for a typed list stands in another order."""
    rows = (loc for loc, row in entries(document, key) if row.get("slug") == slug)
    return next(((*loc, "maintenance") for loc in rows), (key,))


def _exceptions(document: Document, person: Person, places: dict[str, _Place]) -> Iterator[Problem]:
    rosters = {slug: roster for slug, roster in calendars.rosters(person).items() if slug in places}
    for row in person.exceptions:
        if row.location not in places or not row.hours:
            continue
        said = " and ".join(map(str, row.hours))
        for day in row.dates():
            if problem := _fault(row, day, rosters, places):
                message = f"{said} on {day} at {row.location} {problem[0]}"
                yield document.problem(("exceptions",), message, problem[1])
                break


def _fault(
    row: WorkingException, day: datetime.date, rosters: dict[str, Roster], places: dict[str, _Place]
) -> tuple[str, str] | None:
    """Return what is wrong with the exception on *day*, and what belongs there."""
    spans = tuple(span.ends_of for span in row.hours)
    open_ = _joined(places[row.location].opening.on(day))
    if not all(any(a <= starts and ends <= b for a, b in open_) for starts, ends in spans):
        within = " and ".join(f"{clock(a)}–{clock(b)}" for a, b in open_)
        expected = f"hours within {within}" if open_ else "a day when it is open"
        return "is outside the opening hours", expected
    mine = _instants(spans, day, places[row.location])
    for slug, roster in rosters.items():
        for near in (day - DAY, day, day + DAY) if slug != row.location else ():
            for starts, ends in _instants(roster.on(near), near, places[slug]):
                if any(a < ends and starts < b for a, b in mine):
                    return f"overlaps the hours at {slug}", "one place at a time"
    return None


def _instants(
    spans: Spans, day: datetime.date, place: _Place
) -> list[tuple[datetime.datetime, datetime.datetime]]:
    found = [[datetime.datetime.combine(day, wall, place.zone) for wall in span] for span in spans]
    return [(starts.astimezone(datetime.UTC), ends.astimezone(datetime.UTC)) for starts, ends in found]


def _joined(spans: Spans) -> Spans:
    joined: list[tuple[datetime.time, datetime.time]] = []
    for starts, ends in spans:
        begins = joined.pop()[0] if joined and joined[-1][1] == starts else starts
        joined.append((begins, ends))
    return tuple(joined)
