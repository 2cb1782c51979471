"""Which offerings nobody could book any more at a place where they could be booked before; which texts become drafts.

Who may do what is told by the caller; hours are not looked at, only that somebody works there at all. Pure, but for
`of_texts`, which reads the approvals of the texts that change.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from uuid import UUID

from saas.catalogue import approving, asking_more, composing
from saas.catalogue.adding import AddOnRefused
from saas.catalogue.composing import CannotCompose, Need
from saas.catalogue.contents import Offering, OfferingKind
from saas.kernel import impacts
from saas.kernel.errors import Reason
from saas.kernel.impacts import Impact
from saas.kernel.text import N_
from saas.practice.snapshot import Place, Practice, Practitioner

ROOM = "catalogue"
NOBODY = N_("Could no longer be booked at %(places)s, where nobody could be the %(need)s: %(names)s.")
NO_CREW = N_("Could no longer be booked at %(places)s, where too few people could fill the roles: %(names)s.")
NO_ROOM = N_("Could no longer be booked at %(places)s, for want of a room of the kind %(need)s: %(names)s.")
NO_DEVICE = N_("Could no longer be booked at %(places)s, for want of a %(need)s: %(names)s.")
NO_FIT = N_("Could no longer be booked at %(places)s, because the parts do not go together: %(names)s.")
DRAFT = N_("Becomes a draft, and patients go on reading what was approved until the new text is: %(names)s.")
UNSAID = N_("Patients no longer read a text that was approved: %(names)s.")

Why = tuple[str, str]  # the sentence, and the name of what is missing
May = Callable[[Practitioner, Place, Need], bool]


class Rests(Protocol):
    """What *may* goes by, of each person and each place; it is compared and never read."""

    def of_person(self, person_id: UUID, /) -> object:
        """Return what counts of somebody, wherever they are."""

    def of_place(self, place_id: UUID, /) -> object:
        """Return what counts at a place, for everybody."""


@dataclass(frozen=True)
class Offered:
    """What is offered, where, who may perform it from today on, and what that rests on."""

    practice: Practice
    offerings: Mapping[UUID, Offering]
    may: May
    rests: Rests

    @cached_property
    def by_slug(self) -> Mapping[str, Offering]:
        """The offerings by their slugs."""
        return {one.slug: one for one in self.offerings.values()}

    @cached_property
    def working(self) -> Mapping[UUID, Sequence[Practitioner]]:
        """Who works at each place."""
        people = self.practice.practitioners.values()
        return {place: [one for one in people if place in one.hours] for place in self.practice.places}

    @cached_property
    def kinds(self) -> Mapping[UUID, frozenset[tuple[str, str]]]:
        """The kinds of rooms and devices that each place has."""
        found: dict[UUID, set[tuple[str, str]]] = {place: set() for place in self.practice.places}
        for kind, units in (("room", self.practice.rooms), ("device", self.practice.devices)):
            for unit in units:
                found.setdefault(unit.location_id, set()).add((kind, unit.kind))
        return {place: frozenset(one) for place, one in found.items()}

    def means_at(self, place: UUID) -> object:
        """Return all that decides what can be booked at a place, but for the offerings."""
        people = {one.id: self.rests.of_person(one.id) for one in self.working[place]}
        return self.kinds[place], self.rests.of_place(place), people


@dataclass(frozen=True)
class Lost:
    """Something, alone or with an add-on, that could no longer be booked at a place."""

    name: str
    ids: tuple[UUID, ...]
    place: Place
    why: Why


def of(before: Offered, after: Offered) -> Iterator[Impact]:
    """Yield what becomes unbookable, together what does so for the same reason at the same places."""
    at: dict[tuple[Why, str, tuple[UUID, ...]], list[Place]] = {}
    for one in lost(before, after):
        at.setdefault((one.why, one.name, one.ids), []).append(one.place)
    together: dict[tuple[Why, tuple[str, ...]], list[tuple[str, tuple[UUID, ...], list[Place]]]] = {}
    for (why, name, ids), places in at.items():
        together.setdefault((why, tuple(place.name for place in places)), []).append((name, ids, places))
    for ((sentence, need), places_of), some in together.items():
        params = {
            "places": impacts.some(places_of),
            "names": impacts.some([name for name, _, _ in some]),
            "need": need,
        }
        subjects = dict.fromkeys(
            (*(one for _, ids, _ in some for one in ids), *(one.id for one in some[0][2]))
        )
        yield Impact(ROOM, Reason("unbookable", sentence, params), tuple(subjects))
    yield from asking_more.of(before.offerings, after.offerings, after.practice, after.may)


def of_texts(before: Mapping[UUID, Offering], after: Mapping[UUID, Offering]) -> Iterator[Impact]:
    """Yield whose approved texts become drafts, and whose are shown no more; one statement, none without a change."""
    changed = {
        one.id: (one, after[one.id])
        for one in before.values()
        if one.id in after and one.texts != after[one.id].texts
    }
    for sentence, code, found in unapproved(changed, approving.newest(changed)):
        names = impacts.some([one.text("name") for one in found])
        yield Impact(ROOM, Reason(code, sentence, {"names": names}), tuple(one.id for one in found))


def unapproved(
    changed: Mapping[UUID, tuple[Offering, Offering]], approvals: Mapping[UUID, approving.Newest]
) -> Iterator[tuple[str, str, list[Offering]]]:
    """Yield the sentence, its code and the offerings for what the change makes of approved texts."""
    drafts: dict[UUID, Offering] = {}
    unsaid: dict[UUID, Offering] = {}
    for one, (was, will) in changed.items():
        then = will.texts.digests()
        for language, digest in was.texts.digests().items():
            approved = approvals.get(one, {}).get(language)
            if approved is not None and language not in then:
                unsaid[one] = will
            elif approved is not None and digest == approved.digest != then[language]:
                drafts[one] = will
    if drafts:
        yield DRAFT, "text_draft", list(drafts.values())
    if unsaid:
        yield UNSAID, "text_unsaid", list(unsaid.values())


def lost(before: Offered, after: Offered) -> Iterator[Lost]:
    """Yield each offering, alone or else with each of its add-ons, that becomes unbookable at a place."""
    change = _Change(before, after)
    alike = {one for one in before.offerings if _needs_same(before.offerings[one], after.offerings.get(one))}
    steady = {
        one
        for one in before.practice.places
        if one in after.practice.places and before.means_at(one) == after.means_at(one)
    }
    for base in before.offerings.values():
        then = after.offerings.get(base.id)
        if base.kind is not OfferingKind.VISIT or then is None:
            continue
        is_alike = alike.issuperset(change.parts_of(base))
        for slug in base.locations:
            place = before.practice.by_slug.get(slug)
            there = after.practice.places.get(place.id) if place else None
            if place and there and there.slug in then.locations and not (is_alike and place.id in steady):
                yield from change.at(base, then, place, there)


class _Change:
    def __init__(self, before: Offered, after: Offered) -> None:
        self.before, self.after = before, after
        self._needs: dict[tuple[bool, UUID, UUID | None], Sequence[Need] | None] = {}
        self._people: dict[tuple[bool, UUID, Need], frozenset[UUID]] = {}

    def parts_of(self, base: Offering) -> Iterator[UUID]:
        """Yield the ids of the offering and its add-ons."""
        found = (self.before.by_slug.get(join.offering) for join in base.add_ons)
        return (one.id for one in (base, *found) if one)

    def at(self, base: Offering, then: Offering, place: Place, there: Place) -> Iterator[Lost]:
        """Yield what is lost of *base* at a place: all of it, or else just with an add-on."""
        alone = self._lost((base, None), (then, None), place, there)
        if alone:
            yield Lost(then.text("name"), (then.id,), there, alone)
            return
        for join in base.add_ons:
            added = self.before.by_slug.get(join.offering)
            add_on = self.after.offerings.get(added.id) if added else None
            if not added or not add_on or not _joins(base, added, place) or not _joins(then, add_on, there):
                continue
            why = self._lost((base, added), (then, add_on), place, there)
            if why:
                name = f"{then.text('name')} + {add_on.text('name')}"
                yield Lost(name, (then.id, add_on.id), there, why)

    def _lost(
        self, was: tuple[Offering, Offering | None], will: tuple[Offering, Offering | None], place: Place,
        there: Place,
    ) -> Why | None:  # fmt: skip
        why = self._missing(self.after, will, there)
        return why if why and not self._missing(self.before, was, place) else None

    def _missing(self, offered: Offered, what: tuple[Offering, Offering | None], place: Place) -> Why | None:
        """Return the sentence and the name of what is missing for it at *place*, or None."""
        needs = self._of(offered, *what)
        if needs is None:
            return NO_FIT, ""
        for need in needs:
            if need.kind != "role" and (need.kind, need.name) not in offered.kinds[place.id]:
                return (NO_ROOM if need.kind == "room" else NO_DEVICE), need.name
        able = [(need.name, self._able(offered, place, need)) for need in needs if need.kind == "role"]
        nobody = next((name for name, found in able if not found), None)
        if nobody is not None:
            return NOBODY, nobody
        return None if _fill([found for _, found in able], frozenset()) else (NO_CREW, "")

    def _of(self, offered: Offered, base: Offering, add_on: Offering | None) -> Sequence[Need] | None:
        key = (offered is self.before, base.id, add_on.id if add_on else None)
        if key not in self._needs:
            try:
                self._needs[key] = composing.of_offering(base, (add_on,) if add_on else ()).needs
            except (AddOnRefused, CannotCompose):
                self._needs[key] = None
        return self._needs[key]

    def _able(self, offered: Offered, place: Place, need: Need) -> frozenset[UUID]:
        """Return who works at *place* and may fill the role *need*."""
        key = offered is self.before, place.id, need.planned
        if key not in self._people:
            people = offered.working[place.id]
            self._people[key] = frozenset(one.id for one in people if offered.may(one, place, need))
        return self._people[key]


def _joins(base: Offering, add_on: Offering, place: Place) -> bool:
    return place.slug in add_on.locations and any(join.offering == add_on.slug for join in base.add_ons)


def _fill(roles: Sequence[frozenset[UUID]], taken: frozenset[UUID]) -> bool:
    """Whether each role can have a person of its own."""
    if not roles:
        return True
    return any(_fill(roles[1:], taken | {one}) for one in roles[0] - taken)


def _needs_same(one: Offering, then: Offering | None) -> bool:
    """Whether what it needs, where and with what, is as it was, whatever else it says."""
    said = ("segments", "locations", "add_ons", "max_add_ons", "slug")
    return then is not None and all(getattr(one, name) == getattr(then, name) for name in said)
