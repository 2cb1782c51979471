"""Who may supervise whoever would perform a visit, and when: told to scheduling with the candidate.

Who is beside the patient or at the place has to be at work there; who is available, at work anywhere. One
person supervises all that somebody does in a visit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from saas.catalogue.composing import Need, Timeline
from saas.credentials import eligibility
from saas.credentials.eligibility import Presence
from saas.credentials.vocabulary import Mode, nearer
from saas.kernel.spans import Span, merged
from saas.practice.snapshot import Place, Practice, Practitioner
from saas.scheduling import attendance, masks, staffing
from saas.scheduling.demand import Overseer
from saas.scheduling.windows import Window

ALWAYS = -1
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Visit:
    """What would take place where, in one version of the configuration."""

    practice: Practice
    place: Place
    timeline: Timeline
    config_version: int


def of(asked: Visit, need: Need, person: Practitioner, window: Window) -> tuple[int, tuple[Overseer, ...]]:
    """Return when nobody has to supervise *person* in the role *need*, and who may at other times."""
    question = eligibility.question(asked.practice, asked.place, person, need)
    found = eligibility.presences(question, asked.config_version)
    supervised = _days(found, window)
    if not supervised:
        return ALWAYS, ()
    spans = _spans(asked, need, {one.act for one in found})
    people = asked.practice.practitioners
    ids = dict.fromkeys(watch.supervisor_id for one in found for watch in one.watches)
    overseers = (_overseer(asked, people[one], found, spans, window) for one in ids if one in people)
    return ~supervised, tuple(one for one in overseers if one.allowed)


def _overseer(
    asked: Visit, one: Practitioner, found: Sequence[Presence], spans: tuple[Span, ...], window: Window
) -> Overseer:
    mode, mask = Mode.NONE, ALWAYS
    for act in {presence.act for presence in found}:
        needed = [presence for presence in found if presence.act == act]
        theirs = [presence for presence in needed if _mode(presence, one.id) is not Mode.NONE]
        mask &= ~_days(needed, window) | _days(theirs, window)
        for presence in theirs:
            mode = nearer(mode, _mode(presence, one.id))
    mask &= anywhere(asked.practice, one, window) if mode is Mode.AVAILABLE else _at(asked.place, one, window)
    seats = staffing.watches(one.id, one.max_supervised) if mode is Mode.ON_SITE else ()
    return Overseer(one.id, mask, spans, mode is Mode.DIRECT, seats)


def _mode(presence: Presence, supervisor_id: UUID) -> Mode:
    return next((one.mode for one in presence.watches if one.supervisor_id == supervisor_id), Mode.NONE)


def _days(found: Sequence[Presence], window: Window) -> int:
    return window.of_dates([(one.days.starts_on, one.days.ends_on) for one in found])


def _spans(asked: Visit, need: Need, acts: set[str]) -> tuple[Span, ...]:
    """Return when the role does any of *acts*."""
    return merged(
        part.span for part in asked.timeline.placed
        if need.name in part.segment.roles and acts & set(part.segment.procedures)
    )  # fmt: skip


def _at(place: Place, person: Practitioner, window: Window) -> int:
    return attendance.working(person, place, window, attendance.opening(place, window))


def anywhere(practice: Practice, person: Practitioner, window: Window) -> int:
    """Return when *person* is at work at any place, each on its own clock."""
    mask = 0
    for place in practice.places.values():
        if place.id in person.hours:
            there = Window(window.first - _DAY, window.days + 2, place.time_zone)
            ahead = (window.epoch - there.epoch) // masks.GRANULE_SECONDS
            mask |= _at(place, person, there) >> ahead
    return mask & ((1 << window.size) - 1)
