"""Which visits of a calendar somebody may not perform any more: told while it is drawn, so it has to cost very little.

Who may fill which role of a visit is asked once for each configuration, person, place and sort of visit, for all days
at once, and kept; a visit then takes a look at its day. No statement is sent for that, but for versions of an offering
that were never asked about and for the add-ons of visits that have some; only of what looks lost is decided anew.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from saas.booking import deciding, releases, unfit
from saas.booking.asking import Wish
from saas.booking.releases import Release
from saas.catalogue import examining, offerings
from saas.catalogue.composing import Need
from saas.catalogue.contents import PRACTITIONER, Offering
from saas.catalogue.examining import Exam
from saas.credentials import eligibility
from saas.credentials.privileges import Period
from saas.db import versioned
from saas.practice.snapshot import Practitioner
from saas.scheduling import insides
from saas.scheduling.reading import AppointmentRow
from saas.scheduling.states import State


@dataclass(frozen=True)
class _Sort:
    """What is done where: visits of one sort ask the same of whoever performs them."""

    location_id: UUID
    versions: tuple[UUID, ...]
    variant: str | None
    exam: Exam | None


@dataclass(frozen=True)
class _Filled:
    """A role of a visit, the person in it, and when they may fill it."""

    need: Need
    person: Practitioner
    periods: tuple[Period, ...]


def of(
    rows: Iterable[AppointmentRow], takes: Mapping[UUID, Mapping[str, UUID]], with_add_ons: Collection[UUID],
    config_version: int, now: datetime,
) -> dict[UUID, tuple[str, ...]]:  # fmt: skip
    """Return, for each certain visit to come that somebody may not perform on its day, who may not, by name.

    *takes* says who fills which role, by visit, and *with_add_ons* which of the visits have some.
    """
    certain = [
        row for row in rows if row.offering_version_id and row.state == State.CONFIRMED and row.ends_at > now
    ]
    sorts = _sorts(certain, with_add_ons)
    known = _versions({one for sort in sorts.values() for one in sort.versions}, config_version)
    lost = []
    for row in certain:
        wish = _wish(sorts[row.id], known, config_version)
        if wish is None:
            continue
        people = {PRACTITIONER: row.practitioner_id, **takes.get(row.id, {})}
        day = wish.today(row.ends_at)
        lost += [(row, wish, one, day) for one in _filled(sorts[row.id], wish, people) if not _has(one, day)]
    return _named(lost) if lost else {}


def _sorts(rows: Sequence[AppointmentRow], with_add_ons: Collection[UUID]) -> dict[UUID, _Sort]:
    added = insides.add_ons_of_all([row.id for row in rows if row.id in with_add_ons])
    return {
        row.id: _Sort(
            row.location_id, (row.offering_version_id, *added.get(row.id, ())), row.variant,
            examining.read_exam(row.exam),
        )
        for row in rows if row.offering_version_id
    }  # fmt: skip


def _versions(wanted: set[UUID], config_version: int) -> Mapping[UUID, Offering]:
    """Return the versions, those in force without a statement, and the others with one the first time."""
    known: dict[UUID, Offering] = versioned.read("versions of visits", config_version, dict)
    if not known:
        known.update({one.version_id: one for one in offerings.list_current(config_version).values()})
        known.update({one.version_id: one for one in offerings.list_add_ons(config_version).values()})
    if missing := wanted - known.keys():
        known.update(offerings.get_versions(missing))
    return known


def _wish(sort: _Sort, known: Mapping[UUID, Offering], config_version: int) -> Wish | None:
    wishes: dict[_Sort, Wish | None] = versioned.read("sorts of visits", config_version, dict)
    if sort not in wishes:
        booked = [known[one] for one in sort.versions]
        wishes[sort] = unfit.wish_of(sort.location_id, booked, sort.variant, sort.exam, config_version)
    return wishes[sort]


def _filled(sort: _Sort, wish: Wish, people: Mapping[str, UUID | None]) -> Iterable[_Filled]:
    """Yield each role of the visit that somebody fills who works here."""
    known: dict[object, tuple[Period, ...]] = versioned.read("who may fill", wish.config_version, dict)
    for need in wish.roles:
        who = people.get(need.name)
        person = wish.practice.practitioners.get(who) if who else None
        if person is None:
            continue
        key = sort, need.name, person.id
        if key not in known:
            question = eligibility.question(wish.practice, wish.place, person, need)
            known[key] = eligibility.periods(question, wish.config_version)
        yield _Filled(need, person, known[key])


def _has(one: _Filled, day: date) -> bool:
    return any(period.has(day) for period in one.periods)


def _named(lost: Sequence[tuple[AppointmentRow, Wish, _Filled, date]]) -> dict[UUID, tuple[str, ...]]:
    """Return those that no clinician released as they stand."""
    released: Mapping[UUID, Release] = releases.of([row for row, _, _, _ in lost])
    found: dict[UUID, tuple[str, ...]] = {}
    for row, wish, one, day in lost:
        answer = deciding.on(wish, one.need, one.person, day)
        if not released.get(row.id, releases.NONE).lets(answer.verdict, answer.reasons):
            found[row.id] = (*found.get(row.id, ()), one.person.name)
    return found
