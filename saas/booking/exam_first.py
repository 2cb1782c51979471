"""That an examination comes before a treatment, and how it is had: as the first part of the visit, or before it.

Where the rule or the clinic asks for one and the patient has none that counts on the day (or nobody knows who it is),
the visit can begin with it, if the offering says how long that takes and somebody at the place may examine on that
day. An examination that is booked before the day counts. None of this refuses a booking: who wants no examination in
the visit books without, and is not checked in before they were examined.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from saas.booking.asking import Examined, Wish
from saas.catalogue import exam_inside, offerings
from saas.catalogue.composing import Need as Role
from saas.catalogue.contents import Modality, Offering
from saas.catalogue.examining import EXAMINER, Exam
from saas.credentials import attesting, eligibility
from saas.credentials.privileges import Period
from saas.db import versioned
from saas.intake import clearances, needing, rules
from saas.intake.rules import Clearance, Need, Standing
from saas.practice.snapshot import Practitioner
from saas.scheduling import reading
from saas.scheduling.windows import Window

# An offering in which this is done is one where a patient can be examined.
TALKING = "consultation"
MOST_KEPT = 5_000


@dataclass(frozen=True)
class Booked:
    """A visit to come in which the patient can be examined: on which day, by whom, and whether in person."""

    on: date
    professions: frozenset[str]
    in_person: bool = True

    def meets(self, need: Need, day: date) -> bool:
        """Whether it will do for *need* on *day*, if the examination finds nothing."""
        return self.on < day and bool(self.professions & need.by) and (self.in_person or need.telehealth)


@dataclass(frozen=True)
class Known:
    """What is known of the patient; nothing where nobody knows who it is."""

    clearances: tuple[Clearance, ...] = ()
    booked: tuple[Booked, ...] = ()


@dataclass(frozen=True)
class Examination:
    """An offering at the place in which the patient can be examined, and by whom of those who perform it."""

    offering: Offering
    people: tuple[Practitioner, ...]


@dataclass(frozen=True)
class First:
    """What is asked for before a visit, how it can be part of it (None: it cannot), and where else it can be had."""

    standings: tuple[Standing, ...]
    by: tuple[str, ...]
    inside: Exam | None
    elsewhere: tuple[Examination, ...]


NOTHING = Known()


def needed(wish: Wish, day: date) -> tuple[Need, ...]:
    """Return what the visit asks for on *day*, whoever it is for; kept with the configuration's version."""
    known: dict[Hashable, tuple[Need, ...]] = versioned.read("exams needed", wish.config_version, dict)
    variant = wish.offering.variant.slug if wish.offering.variant else None
    parts = tuple(one.version_id for one in (wish.offering, *wish.add_ons))
    key = parts, variant, wish.place.id, day
    if key not in known:
        if len(known) >= MOST_KEPT:
            known.clear()
        plain = _without(wish)
        offered = (plain.offering, *plain.add_ons)
        where, pack = plain.place.jurisdiction, attesting.pack(wish.config_version)
        known[key] = needing.of_visit(plain.timeline.placed, offered, where, day, pack)
    return known[key]


def lacking(wish: Wish, day: date, known: Known = NOTHING) -> tuple[Standing, ...]:
    """Return what of it the patient has neither been examined for nor has booked an examination for."""
    found = (rules.judge(need, known.clearances, day) for need in needed(wish, day))
    return tuple(
        one for one in found
        if not one.is_cleared and not any(booked.meets(one.need, day) for booked in known.booked)
    )  # fmt: skip


def inside(wish: Wish, day: date, known: Known = NOTHING) -> Exam | None:
    """Return the examination with which the visit can begin on *day*; None where none is lacking or it cannot."""
    minutes = minutes_of(wish)
    standings = lacking(wish, day, known) if minutes else ()
    if not minutes or not standings or wish.offering.modality is not Modality.IN_PERSON:
        return None
    procedures = sorted(one.need.procedure for one in standings)
    found = Exam(minutes, _by_all(standings), tuple(procedures))
    return found if any(one.has(day) for one in _examined_on(wish, found.by)) else None


def on(wish: Wish, day: date, known: Known = NOTHING) -> Wish:
    """Return the wish as it is booked on *day*: beginning with an examination where it is to and can."""
    if wish.exam is not Examined.IN_VISIT:
        return wish if wish.exam is None else _without(wish)
    return replace(wish, offering=exam_inside.put(wish.offering, inside(wish, day, known)))


def over(wish: Wish, window: Window, known: Known = NOTHING) -> tuple[Wish, ...]:
    """Return the wish as it is booked in *window*; where the days differ, one for those that are alike."""
    if wish.exam is not Examined.IN_VISIT or not minutes_of(wish):
        return (wish if wish.exam is None else _without(wish),)
    found: dict[Exam | None, list[date]] = {}
    for day in window.dates():
        found.setdefault(inside(wish, day, known), []).append(day)
    made = {exam: replace(wish, offering=exam_inside.put(wish.offering, exam)) for exam in found}
    if len(found) == 1:
        return tuple(made.values())
    return tuple(replace(one, only=tuple(found[exam])) for exam, one in made.items())


def first(wish: Wish, day: date, known: Known = NOTHING) -> First | None:
    """Return what comes first on *day*, to be told with the times; None where nothing is lacking."""
    standings = lacking(wish, day, known)
    if not standings:
        return None
    by, far = _by_all(standings), all(one.need.telehealth for one in standings)
    return First(standings, by, inside(wish, day, known), _elsewhere(wish, by, far))


def known_of(wish: Wish, days: Iterable[date], patient_id: UUID | None, now: datetime) -> Known:
    """Return what is known of the patient; nothing is read where nothing is asked for on *days*."""
    asked = list(days)
    if patient_id is None or not any(needed(wish, day) for day in asked):
        return NOTHING
    found = Known(clearances.known_of([patient_id], wish.place.time_zone).get(patient_id, ()))
    if not any(lacking(wish, day, found) for day in asked):
        return found
    return replace(found, booked=tuple(_booked(wish, patient_id, now)))


def minutes_of(wish: Wish) -> int | None:
    """Return how long an examination takes as the first part; None where the clinic makes none in the visit."""
    return max((one.exam_minutes for one in (wish.offering, *wish.add_ons) if one.exam_minutes), default=None)


def _without(wish: Wish) -> Wish:
    return replace(wish, offering=exam_inside.without(wish.offering)) if wish.offering.exam else wish


def _by_all(standings: Sequence[Standing]) -> tuple[str, ...]:
    """Return whose examination would do for everything that is lacking."""
    return tuple(sorted(frozenset.intersection(*(one.need.by for one in standings))))


def _examined_on(wish: Wish, by: tuple[str, ...]) -> tuple[Period, ...]:
    """Return when somebody who works at the place may examine; kept with the configuration's version."""
    known: dict[Hashable, tuple[Period, ...]] = versioned.read("examiners", wish.config_version, dict)
    key = wish.place.id, by
    if key not in known:
        known[key] = tuple(period for one in _here(wish) for period in _periods(wish, one, _examiner(by)))
    return known[key]


def _examiner(by: tuple[str, ...]) -> Role:
    return Role("role", EXAMINER, (), (exam_inside.ACT,), by=by)


def _elsewhere(wish: Wish, by: tuple[str, ...], far: bool) -> tuple[Examination, ...]:
    """Return the offerings at the place in which somebody of *by* examines, by telehealth too where that is *far*."""
    known: dict[Hashable, tuple[Examination, ...]] = versioned.read(
        "exams elsewhere", wish.config_version, dict
    )
    key = wish.place.id, wish.offering.id, by, far
    if key not in known:
        known[key] = tuple(_found_elsewhere(wish, by, far))
    return known[key]


def _found_elsewhere(wish: Wish, by: tuple[str, ...], far: bool) -> Iterable[Examination]:
    offered = offerings.list_current(wish.config_version).values()
    asked = [
        one for one in offered
        if TALKING in one.procedures and one.online and wish.place.slug in one.locations
        and one.slug != wish.offering.slug and (far or one.modality is Modality.IN_PERSON)
    ]  # fmt: skip
    found = (Examination(one, tuple(_performing(wish, one, by))) for one in asked)
    return (one for one in found if one.people)


def _performing(wish: Wish, offering: Offering, by: tuple[str, ...]) -> Iterable[Practitioner]:
    lead = replace(wish, offering=offering, add_ons=(), practitioner=None).roles[0]
    both = (lead, _examiner(by))
    return (one for one in _here(wish) if all(_periods(wish, one, role) for role in both))


def _here(wish: Wish) -> Iterable[Practitioner]:
    return (one for one in wish.practice.practitioners.values() if wish.place.id in one.hours)


def _periods(wish: Wish, person: Practitioner, role: Role) -> tuple[Period, ...]:
    question = eligibility.question(wish.practice, wish.place, person, role)
    return eligibility.periods(question, wish.config_version)


def _booked(wish: Wish, patient_id: UUID, now: datetime) -> Iterable[Booked]:
    """Yield the patient's visits to come in which they can be examined; one statement."""
    offered = {one.id: one for one in offerings.list_current(wish.config_version).values()}
    for wall, person_id, offering_id in reading.to_come_of(patient_id, now):
        offering, person = offered.get(offering_id), wish.practice.practitioners.get(person_id)
        if offering is not None and person is not None and TALKING in offering.procedures:
            in_person = offering.modality is Modality.IN_PERSON
            yield Booked(date.fromisoformat(wall[:10]), frozenset(person.professions), in_person)
