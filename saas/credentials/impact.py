"""Who could perform what, and where, from a change on, and who no longer. Pure.

Days gone by do not count. Whom a loss strands among what is booked, booking says.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from uuid import UUID

from saas.credentials.privileges import Held, Period
from saas.kernel import impacts
from saas.kernel.errors import Reason
from saas.kernel.impacts import Impact
from saas.kernel.text import N_
from saas.practice.snapshot import Practice, Practitioner

ROOM = "credentials"
SENTENCES = {
    "gained": N_("%(name)s could perform at %(places)s: %(procedures)s."),
    "lost": N_("%(name)s could no longer perform at %(places)s: %(procedures)s."),
}
DAY = timedelta(days=1)
Everybody = Mapping[UUID, Held]


def of(
    before: Practice, after: Practice, held: Everybody, will_hold: Everybody, today: date
) -> Iterator[Impact]:
    """Yield for each person what they gain and lose, procedures together that they do so at the same places."""
    for person_id in dict.fromkeys((*before.practitioners, *after.practitioners)):
        had = _eligible(before, held, person_id, today)
        has = _eligible(after, will_hold, person_id, today)
        person = after.practitioners.get(person_id) or before.practitioners[person_id]
        yield from _told("lost", person, had, has, before)
        yield from _told("gained", person, has, had, after)


def without(some: Iterable[Period], others: Iterable[Period]) -> tuple[Period, ...]:
    """Return the days of *some* that lie in none of *others*."""
    left = list(some)
    for taken in others:
        left = [part for one in left for part in _cut(one, taken)]
    return tuple(sorted(left))


def shrunk(held: Everybody, will_hold: Everybody, today: date) -> set[UUID]:
    """Return the people who lose any day, from *today* on, of any procedure."""
    return {
        person_id
        for person_id, periods in held.items()
        for procedure, days in periods.items()
        if without(_ahead(days, today), will_hold.get(person_id, {}).get(procedure, ()))
    }


def _eligible(
    practice: Practice, held: Everybody, person_id: UUID, today: date
) -> dict[tuple[str, UUID], tuple[Period, ...]]:
    person = practice.practitioners.get(person_id)
    places = [one for one in person.hours if one in practice.places] if person else []
    return {
        (procedure, place): _ahead(days, today)
        for procedure, days in held.get(person_id, {}).items()
        for place in places
    }


def _told(
    code: str, person: Practitioner, some: Mapping[tuple[str, UUID], tuple[Period, ...]],
    others: Mapping[tuple[str, UUID], tuple[Period, ...]], practice: Practice,
) -> Iterator[Impact]:  # fmt: skip
    at: dict[str, list[str]] = {}
    for (procedure, place), days in some.items():
        other = others.get((procedure, place), ())
        for part in without(days, other):
            word = f"{procedure} ({_days(part)})" if other else procedure
            at.setdefault(word, []).append(practice.places[place].name)
    together: dict[tuple[str, ...], list[str]] = {}
    for word, names in at.items():
        together.setdefault(tuple(sorted(set(names))), []).append(word)
    for names_of, words in sorted(together.items()):
        params = {
            "name": person.name, "procedures": ", ".join(sorted(words)), "places": impacts.some(names_of),
        }  # fmt: skip
        yield Impact(ROOM, Reason(f"eligibility_{code}", SENTENCES[code], params), (person.id,))


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
