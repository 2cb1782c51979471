"""Whose visits are left without a supervisor who is at work somewhere, when supervisors' hours or absences change.

Nothing of theirs is claimed, so the schedule does not show it: who is `available` is asked of the practice, before and
after, for as long as the visit lasts. Pure but for what `now_without` reads. Only what was supervised before is missed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.booking import booked_as, watching
from saas.catalogue import offerings
from saas.catalogue.contents import Offering
from saas.credentials import attesting, privileges, records, supervising
from saas.credentials.grounds import Answers, Grounds
from saas.credentials.vocabulary import Mode
from saas.practice import snapshot
from saas.practice.snapshot import Place, Practice, Practitioner
from saas.scheduling import masks, touched
from saas.scheduling.touched import Performed
from saas.scheduling.windows import Window

DAY = timedelta(days=1)


def supervised(had: Grounds, will: Grounds) -> set[UUID]:
    """Return whoever is supervised by somebody who is not at work when they were."""
    before, after = had.practice, will.practice
    moved = {
        one for one, person in before.practitioners.items()
        if one in after.practitioners and _presence(before, person) != _presence(after, after.practitioners[one])
    }  # fmt: skip
    if not moved:
        return set()
    return {
        person for person, named in will.named.items() if any(one.supervisor_id in moved for one in named)
    }


def of(
    had: Answers, will: Answers, rows: Iterable[Performed], versions: Mapping[UUID, Offering]
) -> Iterator[tuple[Practitioner, Performed]]:
    """Yield whoever would be supervised by nobody, and in which visit."""
    before, after = had.grounds.practice, will.grounds.practice
    for row in rows:
        place = after.places.get(row.location_id)
        if place is None or place.id not in before.places:
            continue
        day = row.ends_at.astimezone(ZoneInfo(place.time_zone)).date()
        for need in booked_as.roles(row, versions):
            person = after.practitioners.get(row.takes.get(need.name, place.id))
            for watches in will.watches(day, person, place, need) if person else ():
                able = {one.supervisor_id for one in watches if one.mode is Mode.AVAILABLE}
                if len(able) == len(watches) and _loses(before, after, able, place, row):
                    assert person is not None
                    yield person, row


def now_without(person_id: UUID, starts_at: datetime, ends_at: datetime, config_version: int) -> list[UUID]:
    """Return the visits within a span for which nobody is available because the person is away then, by id."""
    named = supervising.everybody(config_version)
    theirs = {one for one, rows in named.items() if any(row.supervisor_id == person_id for row in rows)}
    practice = snapshot.read(config_version)
    person = practice.practitioners.get(person_id)
    if not theirs or person is None:
        return []
    grounds = Grounds(
        practice, privileges.everybody(config_version), records.everybody(config_version),
        attesting.word(config_version), named,
    )  # fmt: skip
    there = replace(person, time_off=tuple(one for one in person.time_off if one != (starts_at, ends_at)))
    earlier = replace(practice, practitioners={**practice.practitioners, person_id: there})
    rows = [
        one
        for one in touched.by(theirs, (), starts_at)
        if one.starts_at < ends_at and one.ends_at > starts_at
    ]
    versions = offerings.get_versions({one for row in rows for one in row.versions})
    found = of(Answers(replace(grounds, practice=earlier)), Answers(grounds), rows, versions)
    return list(dict.fromkeys(row.id for _, row in found))


def _loses(before: Practice, after: Practice, able: set[UUID], place: Place, row: Performed) -> bool:
    return _is_there(before, able, place, row) and not _is_there(after, able, place, row)


def _is_there(practice: Practice, able: set[UUID], place: Place, row: Performed) -> bool:
    """Whether any of *able* is at work somewhere for as long as the visit lasts."""
    first = row.starts_at.astimezone(ZoneInfo(place.time_zone)).date()
    window = Window(first, 2, place.time_zone)
    start, end = window.seconds(row.starts_at), window.seconds(row.ends_at)
    needed = masks.of_busy([(start, end)], window.size)
    people = (practice.practitioners[one] for one in able if one in practice.practitioners)
    return any(needed & ~watching.anywhere(practice, one, window) == 0 for one in people)


def _presence(practice: Practice, person: Practitioner) -> object:
    """Return all that being at work rests on; to be compared, and never read."""
    at = {
        one: (roster, practice.places[one].opening)
        for one, roster in person.hours.items()
        if one in practice.places
    }
    return at, person.time_off
