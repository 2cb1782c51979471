"""Booked visits whose performer may not perform them on their day, as things stand now, and who could instead.

Asked in bulk: two statements however many visits there are, one more where some were on request, and the rules once
for each distinct question. What a clinician released is fit as far as their release goes.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.booking import deciding, releases, reschedule, searching
from saas.booking.asking import Channel, Wish
from saas.booking.deciding import Answer
from saas.booking.releases import Release
from saas.catalogue import exam_inside, examining, offerings, varying
from saas.catalogue.contents import Offering
from saas.catalogue.examining import Exam
from saas.kernel.errors import DomainError, Reason
from saas.kernel.text import N_
from saas.practice import snapshot
from saas.practice.snapshot import Place, Practitioner
from saas.scheduling import touched
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import NotEligible
from saas.scheduling.states import State
from saas.scheduling.touched import Performed

FREE = N_("%(name)s may perform it and is free at that time.")


@dataclass(frozen=True)
class Unfit:
    """A visit, the person who may not fill a role of it on its day, and why; `offering` as its variant."""

    visit: UUID
    starts_at: datetime
    place: Place
    offering: Offering
    person: Practitioner
    answer: Answer


@dataclass(frozen=True)
class Beyond:
    """How many visits somebody is booked for after a day, and how many of them they may not perform as things stand."""

    visits: int
    unfit: int


def beyond(person_id: UUID, last_day: date, jurisdiction: str, config_version: int, now: datetime) -> Beyond:
    """Count the certain visits of a person after *last_day*, each by its place's calendar, in a jurisdiction.

    A jurisdiction holds for what lies in it (`US` for `US-AZ`); an empty one is everywhere.
    """
    places = snapshot.read(config_version).places
    later = [
        row for row in _certain([person_id], now)
        if (place := places.get(row.location_id)) is not None and _lies_in(place.jurisdiction, jurisdiction)
        and row.ends_at.astimezone(ZoneInfo(place.time_zone)).date() > last_day
    ]  # fmt: skip
    lost = {one.visit for one in _among(later, config_version) if one.person.id == person_id}
    return Beyond(len(later), len(lost))


def of_people(people: Iterable[UUID], config_version: int, now: datetime) -> list[Unfit]:
    """Return the certain visits to come of *people*, by time, that somebody may not perform on the day."""
    return _among(_certain(list(people), now), config_version)


def _certain(people: Collection[UUID], now: datetime) -> list[Performed]:
    return [one for one in touched.by(people, (), now) if one.state == State.CONFIRMED]


def _lies_in(place: str, jurisdiction: str) -> bool:
    return not jurisdiction or place == jurisdiction or place.startswith(f"{jurisdiction}-")


def _among(rows: Sequence[Performed], config_version: int) -> list[Unfit]:
    versions = offerings.get_versions({one for row in rows for one in row.versions})
    known: dict[Hashable, Wish | None] = {}
    released, found = releases.of(rows), list[Unfit]()
    for row in rows:
        exam = examining.read_exam(row.exam)
        key = (row.location_id, row.versions, row.variant, exam)
        if key not in known:
            booked = [versions[one] for one in row.versions]
            known[key] = wish_of(row.location_id, booked, row.variant, exam, config_version)
        wish = known[key]
        found += _unfit(row, wish, released.get(row.id, releases.NONE)) if wish else []
    return found


def of_visit(row: Appointment, config_version: int) -> list[tuple[Practitioner, Answer]]:
    """Return who of a certain visit may not fill their role in it on its day, and why."""
    if row.state != State.CONFIRMED or row.offering_version_id is None:
        return []
    try:
        wish = reschedule.wish_of(row, config_version, Channel.STAFF)
    except (KeyError, DomainError):  # its place is out of use
        return []
    day, kept = wish.today(row.ends_at), deciding.people_of(row)
    release, found = releases.of([row]).get(row.id, releases.NONE), []
    for need in wish.roles:
        person = wish.practice.practitioners.get(kept[need.name]) if need.name in kept else None
        answer = deciding.on(wish, need, person, day) if person else None
        if person and answer and not release.lets(answer.verdict, answer.reasons):
            found.append((person, answer))
    return found


def require_none(row: Appointment, config_version: int, now: datetime) -> None:
    """Raise NotEligible where somebody may not fill their role any more, with the reasons and who could instead.

    Also where somebody left; PlaceGone where the visit's place is out of use.
    """
    practice = snapshot.read(config_version)
    reschedule.place_of(row, practice)
    deciding.require_all_there(practice, deciding.people_of(row))
    for person, answer in of_visit(row, config_version):
        told = Reason("practitioner_not_permitted", deciding.NO_LONGER, {"name": person.name})
        others = (
            Reason("colleague_free", FREE, {"name": one.name, "practitioner": one.slug})
            for one in colleagues(row, config_version, now)
        )
        raise NotEligible(deciding.NO_LONGER, [told, *answer.reasons, *others], name=person.name)


def colleagues(row: Appointment, config_version: int, now: datetime) -> list[Practitioner]:
    """Return who else could perform the visit at its very time: qualified, at work and free."""
    wish = replace(reschedule.wish_of(row, config_version, Channel.STAFF), practitioner=None)
    times = searching.find(wish, wish.today(row.starts_at), 1, now, ignoring=row.id)
    slots = (one for one in searching.slots(wish, times) if one.starts_at == row.starts_at)
    return [one.practitioner for one in slots if one.practitioner.id != row.practitioner_id]


def _unfit(row: Performed, wish: Wish, release: Release) -> list[Unfit]:
    day, people = wish.today(row.ends_at), wish.practice.practitioners
    found = []
    for need in wish.roles:
        person = people.get(row.takes[need.name]) if need.name in row.takes else None
        answer = deciding.on(wish, need, person, day) if person else None
        if person and answer and not release.lets(answer.verdict, answer.reasons):
            found.append(Unfit(row.id, row.starts_at, wish.place, wish.offering, person, answer))
    return found


def wish_of(
    location_id: UUID, booked: Sequence[Offering], variant: str | None, exam: Exam | None, config_version: int
) -> Wish | None:
    """Return what was booked, the base first, as a wish.

    None where its place is out of use or its add-ons fit no more.
    """
    practice = snapshot.read(config_version)
    place, (base, *added) = practice.places.get(location_id), booked
    if place is None:
        return None
    plain = exam_inside.put(varying.as_known(base, variant), exam)
    wish = Wish(plain, place, practice, config_version, Channel.STAFF, None, tuple(added))
    try:
        return wish if wish.timeline.needs else None
    except DomainError:
        return None
