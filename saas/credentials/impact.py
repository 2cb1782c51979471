"""Who could perform what, and where, from a change on, and who no longer, and why. Pure.

Days gone by do not count. Whom a loss strands among what is booked, booking says. Only people and places of
which something changed that answers rest on are asked about.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from saas.catalogue.composing import Need
from saas.credentials.grounds import Answers, Grounds
from saas.credentials.privileges import Period
from saas.credentials.vocabulary import INTO_SKIN
from saas.kernel import impacts
from saas.kernel.errors import Reason
from saas.kernel.impacts import Impact
from saas.kernel.text import N_
from saas.practice.snapshot import Practitioner

ROOM = "credentials"
SENTENCES = {
    "gained": N_("%(name)s could perform at %(places)s: %(procedures)s."),
    "lost": N_("%(name)s could no longer perform at %(places)s: %(procedures)s."),
}
BECAUSE = N_("%(name)s could no longer perform at %(places)s: %(procedures)s. %(why)s")
DAY = timedelta(days=1)


class _Part(NamedTuple):
    """Something to do, how deep, at a place."""

    act: str
    depth_mm: Decimal | None
    place: UUID

    @property
    def need(self) -> Need:
        return Need("role", "", (), (self.act,), self.depth_mm)

    def __str__(self) -> str:
        return f"{self.act} {self.depth_mm} mm" if self.depth_mm is not None else self.act


Days = Mapping[_Part, tuple[Period, ...]]


def of(had: Answers, will: Answers, depths: Collection[Decimal], today: date) -> Iterator[Impact]:
    """Yield for each person what they gain and lose, procedures together that they do so at the same places.

    What depends on the depth is asked at each of *depths*, in millimetres: those that are planned.
    """
    before, after = had.grounds.practice, will.grounds.practice
    people, places = changed(had.grounds, will.grounds)
    for person_id in dict.fromkeys((*before.practitioners, *after.practitioners)):
        was, then = before.practitioners.get(person_id), after.practitioners.get(person_id)
        steady = (
            set(was.hours) & set(then.hours) - places if was and then and person_id not in people else set()
        )
        parts = list(_parts(had.grounds, will.grounds, person_id, depths))
        had_days = _eligible(had, was, parts, steady, today)
        has_days = _eligible(will, then, parts, steady, today)
        person = then or before.practitioners[person_id]
        yield from _told("lost", person, had_days, has_days, will, had.grounds)
        yield from _told("gained", person, has_days, had_days, had, will.grounds)


def changed(before: Grounds, after: Grounds) -> tuple[set[UUID], set[UUID]]:
    """Return the people and the places that both have, and of which something differs that answers rest on."""
    people = before.practice.practitioners.keys() & after.practice.practitioners.keys()
    places = before.practice.places.keys() & after.practice.places.keys()
    return (
        {one for one in people if before.of_person(one) != after.of_person(one)},
        {one for one in places if before.of_place(one) != after.of_place(one)},
    )


def without(some: Iterable[Period], others: Iterable[Period]) -> tuple[Period, ...]:
    """Return the days of *some* that lie in none of *others*."""
    left = list(some)
    for taken in others:
        left = [part for one in left for part in _cut(one, taken)]
    return tuple(sorted(left))


def _parts(before: Grounds, after: Grounds, person_id: UUID, depths: Collection[Decimal]) -> Iterator[_Part]:
    granted = dict.fromkeys(act for one in (before, after) for act in one.granted.get(person_id, {}))
    places = dict.fromkeys(
        place for one in (before, after) if (person := one.practice.practitioners.get(person_id))
        for place in person.hours
    )  # fmt: skip
    planned: list[Decimal | None] = [*sorted(depths)] or [None]
    for act in granted:
        for depth in planned if act in INTO_SKIN else [None]:
            yield from (_Part(act, depth, place) for place in places)


def _eligible(
    answers: Answers, person: Practitioner | None, parts: Iterable[_Part], steady: set[UUID], today: date
) -> dict[_Part, tuple[Period, ...]]:
    if person is None:
        return {}
    places = answers.grounds.practice.places
    found = {
        one: _ahead(answers.periods(person, places[one.place], one.need), today)
        for one in parts if one.place not in steady and one.place in person.hours and one.place in places
    }  # fmt: skip
    return {one: days for one, days in found.items() if days}


def _told(
    code: str, person: Practitioner, some: Days, others: Days, other: Answers, grounds: Grounds
) -> Iterator[Impact]:
    """Yield what *some* have and *others* do not, at the same places for the same reason together."""
    at: dict[tuple[str, str], tuple[Reason | None, list[str]]] = {}
    for part, days in some.items():
        there = others.get(part, ())
        for gone in without(days, there):
            why = _why(other, person.id, part, gone.starts_on) if code == "lost" else None
            word = f"{part} ({_days(gone)})" if there else str(part)
            at.setdefault((word, str(why)), (why, []))[1].append(grounds.practice.places[part.place].name)
    together: dict[tuple[str, tuple[str, ...]], tuple[Reason | None, list[str]]] = {}
    for (word, said), (why, names) in at.items():
        together.setdefault((said, tuple(sorted(set(names)))), (why, []))[1].append(word)
    for (_, names_of), (why, words) in sorted(together.items(), key=lambda one: one[0][1]):
        params: dict[str, object] = {
            "name": person.name, "procedures": ", ".join(sorted(words)), "places": impacts.some(names_of),
        }  # fmt: skip
        sentence = BECAUSE if why else SENTENCES[code]
        params |= {"why": why} if why else {}
        yield Impact(ROOM, Reason(f"eligibility_{code}", sentence, params), (person.id,))


def _why(answers: Answers, person_id: UUID, part: _Part, day: date) -> Reason | None:
    """Return why they may not on *day*; None where they do not work there or it is not granted."""
    practice = answers.grounds.practice
    person, place = practice.practitioners.get(person_id), practice.places.get(part.place)
    if person is None or place is None or place.id not in person.hours:
        return None
    return answers.on(day, person, place, part.need)[part.act].reason


def _ahead(periods: Iterable[Period], today: date) -> tuple[Period, ...]:
    return tuple(Period(max(one.starts_on, today), one.ends_on) for one in periods if one.ends_on >= today)


def _cut(one: Period, taken: Period) -> Iterator[Period]:
    if taken.ends_on < one.starts_on or taken.starts_on > one.ends_on:
        yield one
        return
    if one.starts_on < taken.starts_on:
        yield Period(one.starts_on, taken.starts_on - DAY)
    if taken.ends_on < one.ends_on:
        yield Period(taken.ends_on + DAY, one.ends_on)


def _days(period: Period) -> str:
    last = "" if period.ends_on == date.max else period.ends_on.isoformat()
    return f"{period.starts_on.isoformat()}–{last}"
