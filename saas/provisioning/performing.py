"""Who may perform a visit, and where: the people of each place against the roles of its timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from saas.catalogue.composing import Need, Timeline
from saas.credentials import eligibility
from saas.practice.snapshot import Place, Practice, Practitioner


@dataclass(frozen=True)
class Standing:
    """What somebody may do at a place: the roles they may fill, and until when the first of them.

    `works` is whether they work there at all; no roles then says nothing about what they may do.
    """

    works: bool
    roles: tuple[str, ...] = ()
    until: date | None = None


@dataclass(frozen=True)
class Performer:
    """Someone who treats, and their standing by the slug of each place."""

    person: Practitioner
    standings: Mapping[str, Standing]

    @property
    def may(self) -> bool:
        """Whether they may fill any role anywhere."""
        return any(one.roles for one in self.standings.values())


def at_places(timeline: Timeline, places: Sequence[Place], practice: Practice, config_version: int,
              on: date) -> list[Performer]:  # fmt: skip
    """Return everybody who works at one of *places*, those first who may do something on the day *on*."""
    roles = [need for need in timeline.needs if need.kind == "role"]
    found = [
        Performer(
            person,
            {place.slug: _standing(person, place, practice, roles, config_version, on) for place in places},
        )
        for person in practice.practitioners.values()
        if any(place.id in person.hours for place in places)
    ]
    return sorted(found, key=lambda one: not one.may)


def _standing(
    person: Practitioner, place: Place, practice: Practice, roles: Sequence[Need], config_version: int, on: date
) -> Standing:  # fmt: skip
    if place.id not in person.hours:
        return Standing(works=False)
    until: dict[str, date] = {}
    for need in roles:
        question = eligibility.question(practice, place, person, need)
        periods = eligibility.periods(question, config_version)
        ends = [period.ends_on for period in periods if period.has(on)]
        if ends:
            until[need.name] = max(ends)
    first = next(iter(until.values()), date.max)
    return Standing(True, tuple(until), None if first == date.max else first)
