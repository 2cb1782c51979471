"""Which offerings become unbookable where. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Any
from uuid import UUID

import pytest

from saas.catalogue import contents, impact
from saas.catalogue.composing import Need
from saas.catalogue.contents import Offering
from saas.catalogue.impact import Offered
from saas.practice.hours import Opening
from saas.practice.snapshot import Place, Practice, Practitioner, Unit

MAIN, ANA, BO, ROOM, PEN, SPIN, VISIT, PLASMA = (UUID(int=number) for number in range(1, 9))
PLACE = Place(MAIN, "main", "Main", "UTC", "US-NY", "US", "NY", Opening(), UUID(int=90), "USD")
ROOMY = {"room": "consultation"}
ACTS = {ANA: {"microneedling", "prp_administer"}, BO: {"prp_draw"}}
Rights = Mapping[UUID, set[str]]


def offering(one: UUID, slug: str, segments: list[dict[str, Any]], **more: Any) -> Offering:
    content = {
        "name": {"en": slug.title()}, "category": "aesthetics", "procedures": ["microneedling"],
        "locations": ["main"], "segments": segments, **more,
    }  # fmt: skip
    return contents.read(one, one, slug, content)


NEEDLING = offering(
    VISIT, "needling", [
        {"kind": "processing", "minutes": 30, **ROOMY},
        {"kind": "hands_on", "minutes": 30, "devices": ["microneedling_pen"], **ROOMY},
    ],
    add_ons=[{"offering": "plasma", "mode": "parallel", "beside": "processing"}],
)  # fmt: skip
WITH_PLASMA = offering(
    PLASMA, "plasma", [
        {"kind": "hands_on", "minutes": 5, "roles": ["phlebotomist"], "procedures": ["prp_draw"]},
        {"kind": "processing", "minutes": 10, "devices": ["centrifuge"]},
    ],
    kind="add_on", procedures=["prp_draw", "prp_administer"],
)  # fmt: skip


def person(one: UUID, name: str) -> Practitioner:
    return Practitioner(one, name.lower(), name, "", {MAIN: ((0, time(9), time(17)),)}, ())


PRACTICE = Practice(
    {MAIN: PLACE}, {ANA: person(ANA, "Ana"), BO: person(BO, "Bo")}, (Unit(ROOM, MAIN, "One", "consultation"),),
    (Unit(PEN, MAIN, "Pen", "microneedling_pen"), Unit(SPIN, MAIN, "Spin", "centrifuge")), {"main": PLACE},
)  # fmt: skip


BOTH = (NEEDLING, WITH_PLASMA)


@dataclass(frozen=True)
class Rests:
    """What somebody's rights rest on: themselves, and nothing of the place."""

    rights: Rights

    def of_person(self, person_id: UUID) -> object:
        return self.rights.get(person_id)

    def of_place(self, place_id: UUID) -> object:
        return None


def offered(practice: Practice = PRACTICE, rights: Rights = ACTS, sold: Sequence[Offering] = BOTH) -> Offered:
    def may(who: Practitioner, place: Place, need: Need) -> bool:
        deep = rights.get(who.id, set()) - (
            {"microneedling"} if need.depth_mm and need.depth_mm > 1 else set()
        )
        return set(need.procedures) <= deep

    return Offered(practice, {one.id: one for one in sold}, may, Rests(rights))


def only(*people: UUID) -> Practice:
    return replace(PRACTICE, practitioners={one: PRACTICE.practitioners[one] for one in people})


ELSEWHERE = replace(NEEDLING, segments=(replace(NEEDLING.segments[0], room="aesthetics"),))
Changed = Callable[[], Offered]
BASE, ADDED = "Needling", "Needling + Plasma"


def gone(because: str, name: str) -> list[str]:
    return [f"Could no longer be booked at Main, {because}: {name}."]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (lambda: offered(), []),
        (lambda: offered(only(ANA)), gone("where nobody could be the phlebotomist", ADDED)),
        (lambda: offered(only(BO)), gone("where nobody could be the practitioner", BASE)),
        (lambda: offered(rights={ANA: {"microneedling"}, BO: {"prp_draw"}}), []),
        (lambda: offered(rights={BO: {"prp_draw"}}), gone("where nobody could be the practitioner", BASE)),
        # one person cannot be two
        (lambda: offered(only(ANA), {ANA: {"microneedling", "prp_draw"}}),
         gone("where too few people could fill the roles", ADDED)),
        (lambda: offered(replace(PRACTICE, rooms=())), gone("for want of a room of the kind consultation", BASE)),
        (lambda: offered(replace(PRACTICE, devices=PRACTICE.devices[1:])),
         gone("for want of a microneedling_pen", BASE)),
        (lambda: offered(replace(PRACTICE, devices=PRACTICE.devices[:1])), gone("for want of a centrifuge", ADDED)),
        # what is no longer offered at all is no surprise
        (lambda: offered(only(BO), sold=(WITH_PLASMA,)), []),
        (lambda: offered(only(ANA), sold=(NEEDLING,)), []),
        (lambda: offered(replace(PRACTICE, rooms=()), sold=(replace(NEEDLING, locations=()), WITH_PLASMA)), []),
        (lambda: offered(replace(PRACTICE, places={}, by_slug={})), []),
        # it needs more than there is
        (lambda: offered(sold=(ELSEWHERE, WITH_PLASMA)),
         gone("for want of a room of the kind aesthetics", BASE)),
    ],
)  # fmt: skip
def test_what_could_be_booked_and_could_not_any_more_is_told(after: Changed, said: list[str]) -> None:
    assert [str(one.reason) for one in impact.of(offered(), after())] == said


def test_what_could_not_be_booked_before_is_not_told_again() -> None:
    assert not list(impact.of(offered(replace(PRACTICE, rooms=())), offered(replace(only(BO), rooms=()))))


def test_a_place_and_an_add_on_that_are_renamed_are_still_themselves() -> None:
    place = replace(PLACE, slug="uptown")
    moved = replace(PRACTICE, places={MAIN: place}, by_slug={"uptown": place})
    join = replace(NEEDLING.add_ons[0], offering="prp")
    sold = (
        replace(NEEDLING, slug="needles", locations=("uptown",), add_ons=(join,)),
        replace(WITH_PLASMA, slug="prp", locations=("uptown",)),
    )
    assert not list(impact.of(offered(), offered(moved, sold=sold)))
    [found] = impact.of(offered(), offered(replace(moved, devices=moved.devices[:1]), sold=sold))
    assert found.subjects == (VISIT, PLASMA, MAIN)


def test_only_what_changed_is_looked_at() -> None:
    """Whoever may do what is asked nowhere where neither people nor things nor offerings differ."""

    def never(*_: object) -> bool:
        raise AssertionError

    before, after = offered(), offered(sold=(replace(NEEDLING, version_id=ANA), WITH_PLASMA))
    assert not list(impact.of(replace(before, may=never), replace(after, may=never)))


def test_what_is_lost_for_the_same_reason_at_the_same_places_is_told_together() -> None:
    places = {
        UUID(int=100 + n): replace(PLACE, id=UUID(int=100 + n), slug=f"l{n}", name=f"L{n}") for n in range(8)
    }
    rooms = tuple(Unit(UUID(int=200 + n), one, "Room", "consultation") for n, one in enumerate(places))
    pens = tuple(Unit(UUID(int=300 + n), one, "Pen", "microneedling_pen") for n, one in enumerate(places))
    everywhere = {one: ((0, time(9), time(17)),) for one in places}
    people = {ANA: replace(PRACTICE.practitioners[ANA], hours=everywhere)}
    there = Practice(places, people, rooms, pens, {one.slug: one for one in places.values()})
    slugs = tuple(there.by_slug)
    sold = [replace(NEEDLING, id=UUID(int=n), slug=f"o{n}", locations=slugs, add_ons=()) for n in (7, 8)]
    before = offered(there, sold=sold)
    [found] = impact.of(before, offered(replace(there, devices=()), sold=sold))
    assert str(found.reason) == (
        "Could no longer be booked at L0, L1, L2, L3, L4, … (8), for want of a microneedling_pen: Needling, Needling."
    )
    assert found.subjects == (UUID(int=7), UUID(int=8), *places)
    [one] = impact.of(before, offered(replace(there, devices=pens[1:]), sold=sold))
    assert (
        str(one.reason)
        == "Could no longer be booked at L0, for want of a microneedling_pen: Needling, Needling."
    )


def deep(depth: str | None, **more: Any) -> Offering:
    segments = [{"kind": "hands_on", "minutes": 30, **ROOMY}]
    return offering(VISIT, "needling", segments, depth_mm=depth, **more)


def test_who_cannot_go_as_deep_as_would_be_planned_is_told() -> None:
    """With both rights here Ana needles to a millimetre; Bo draws."""
    before, after = offered(sold=(deep("1.00"),)), offered(sold=(deep("1.50"),))
    assert [str(one.reason) for one in impact.of(before, after)] == [
        "Could no longer be booked at Main, where nobody could be the practitioner: Needling.",
        "Ana could no longer perform at Main, as it would be: Needling.",
    ]
    assert not list(impact.of(after, before))
    variants = [{"slug": one, "name": {"en": one}, "minutes": {}} for one in ("face", "neck")]
    was, will = (
        deep(None, variants=[{**one, "depth_mm": depth} for one in variants[:-1]] + [variants[-1]])
        for depth in ("0.50", "1.50")
    )
    found = list(impact.of(offered(sold=(was,)), offered(sold=(will,))))
    assert [str(one.reason) for one in found] == [
        "Ana could no longer perform at Main, as it would be: Needling · face."
    ]
    assert found[0].subjects == (VISIT, MAIN)
    assert not found[0].is_unsafe
