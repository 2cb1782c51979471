"""Visits that are really booked, and a change after which the rules do not let their people perform them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from saas.booking import hold
from saas.credentials import privileges
from saas.credentials.attesting import Word
from saas.credentials.circumstances import Credential, Policy, Restriction, Status
from saas.credentials.vocabulary import Verdict
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.practice.snapshot import Unit
from saas.provisioning import impacts
from saas.provisioning.worlds import World
from saas.scheduling import appointments
from tests.booking import clinic as clinics
from tests.booking.clinic import NOW, TUESDAY, Clinic, at
from tests.credentials.qualifying import attest
from tests.provisioning import worldly

Change = Callable[[World], World]
RULE = "US-NY.prp"


def holding(who: int, **standing: Any) -> Change:
    """Let the licence of one of the two stand like this; 0 leads the visit, 1 draws the blood."""

    def change(world: World) -> World:
        person = list(world.held)[who]
        papers = tuple(replace(one, **standing) for one in world.held[person])
        return replace(world, held={**world.held, person: papers})

    return change


def also(who: int, **standing: Any) -> Change:
    """Let one of the two have a second licence besides."""

    def change(world: World) -> World:
        person = list(world.held)[who]
        second: Credential = replace(world.held[person][0], number="second", **standing)
        return replace(world, held={**world.held, person: (*world.held[person], second)})

    return change


def restricting(**said: Any) -> Change:
    return lambda world: replace(world, word=replace(world.word, policy=Policy((Restriction(**said),))))


def silent(world: World) -> World:
    """Withdraw every attestation."""
    return replace(world, word=Word())


def at_place(**changed: Any) -> Change:
    def change(world: World) -> World:
        [place] = world.practice.places.values()
        other = replace(place, **changed)
        return worldly.practice(world, places={place.id: other}, by_slug={other.slug: other})

    return change


def renamed(world: World) -> World:
    people = {one: replace(found, name="Other") for one, found in world.practice.practitioners.items()}
    return worldly.practice(world, practitioners=people)


def both(*changes: Change) -> Change:
    def change(world: World) -> World:
        for one in changes:
            world = one(world)
        return world

    return change


DRAW, PLASMA = "prp_draw", "prp_administer"
PROHIBITED, REVIEWED, UNATTESTED, UNLICENSED = (
    [(code, PLASMA), (code, DRAW)]
    for code in ("clinic_prohibits", "clinic_reviews", "not_attested", "licence_missing")
)
BEFORE, LATER = TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=1)
TABLE: dict[str, tuple[Change, list[tuple[str, str]]]] = {
    "ends before": (holding(0, expires_on=BEFORE), [("licence_ended", PLASMA)]),
    "ends on the day": (holding(0, expires_on=TUESDAY), []),
    "hers who draws": (holding(1, expires_on=BEFORE), [("licence_ended", DRAW)]),
    "revoked": (holding(1, status=Status.REVOKED), [("licence_suspended", DRAW)]),
    "withdrawn": (silent, UNATTESTED),
    "restricted": (restricting(procedure="prp", profession="MD"), PROHIBITED),
    "for review": (restricting(verdict=Verdict.REVIEW, location="main"), REVIEWED),
    "restricted elsewhere": (restricting(location="other"), []),
    "another state": (at_place(jurisdiction="US-NJ"), UNLICENSED),
    "renamed": (both(renamed, at_place(slug="uptown", name="Uptown")), []),
    "renewed": (both(holding(0, expires_on=BEFORE), also(0, issued_on=BEFORE, expires_on=None)), []),
    "renewed too late": (both(holding(0, expires_on=BEFORE), also(0, issued_on=LATER, expires_on=None)),
                         [("licence_ended", PLASMA)]),
}  # fmt: skip


@pytest.fixture
def composed(tenant: UUID) -> Clinic:
    """A practitioner gives plasma that a colleague draws; both are physicians with a licence in New York."""
    return clinics.set_up_composed(tenant)


def test_a_visit_whose_performer_loses_their_part_is_told_with_the_reason(composed: Clinic) -> None:
    row = composed.hold_with(at(10), "plasma")
    appointments.confirm(row, SYSTEM, NOW)
    before = in_order(worldly.stands(composed), composed)
    for name, (change, expected) in TABLE.items():
        found = [one for one in worldly.told(before, change(before)) if one.is_unsafe]
        assert all(one.subjects == (row.id,) and one.room == "booking" for one in found), name
        reasons = [(one.reason.params["why"].code, one.reason.params["procedure"]) for one in found]
        assert sorted(reasons) == sorted(expected), name
        # it is told once: nobody loses what was not theirs
        assert not [one for one in worldly.told(change(before), change(before)) if one.is_unsafe]


def test_the_sentence_says_who_what_and_why(composed: Clinic) -> None:
    composed.hold_with(at(10), "plasma")
    before = in_order(worldly.stands(composed), composed)
    after = holding(1, status=Status.REVOKED)(before)
    assert sorted(str(one.reason) for one in worldly.told(before, after)) == [
        "Could no longer be booked at Main, where nobody could be the phlebotomist: Visit + Plasma.",
        "D0 Person could no longer perform at Main: prp_draw. D0 Person's license as a physician is suspended or "
        "revoked.",
        "D0 Person could not perform prp_draw on the day. D0 Person's license as a physician is suspended or "
        f"revoked. Visits booked with them: 0, holds: 1; first {TUESDAY} 10:00.",
    ]  # fmt: skip


def test_the_depth_that_was_booked_counts_and_not_what_is_planned_now(tenant: UUID) -> None:
    """A pen for half a millimetre strands the deep variant of a visit, and not the shallow one."""
    clinic = clinics.set_up(tenant, rooms=2, procedures=["microneedling"], variants=[
        {"slug": slug, "name": {"en": slug}, "minutes": {}, "depth_mm": depth}
        for slug, depth in (("shallow", "0.30"), ("deep", "0.80"))
    ])  # fmt: skip
    for person in clinic.people.values():
        privileges.put(person, [{"procedure": "microneedling", "starts_on": None, "ends_on": None}])
    attest("US-NY.microneedling")
    held = [booked(clinic, hour, variant) for hour, variant in ((10, "shallow"), (12, "deep"))]
    before = worldly.stands(clinic)
    [place] = before.practice.places
    pen = Unit(ids.new(), place, "Pen", "microneedling_pen", Decimal("0.5"))
    after = worldly.practice(before, devices=(pen,))
    assert worldly.unsafe(before, after) == [("scope_lost", {held[1]})]
    planned = worldly.selling(before, variants=(), segments=())
    assert worldly.unsafe(before, planned) == []
    assert worldly.unsafe(planned, worldly.practice(planned, devices=(pen,))) == [("scope_lost", {held[1]})]


def booked(clinic: Clinic, hour: int, variant: str) -> UUID:
    asked = hold.Asked("visit", "main", at(hour), None, variant=variant)
    return hold.hold(asked, hold.Holder(variant), clinic.version(), clinics.VISITOR, NOW).id


def test_the_statements_do_not_grow_with_the_visits(composed: Clinic) -> None:
    composed.hold_with(at(10), "plasma")
    before = in_order(worldly.stands(composed), composed)
    few = worldly.counted(lambda: impacts.of(before, silent(before), NOW))
    for hour in (12, 14):
        composed.hold_with(at(hour), "plasma", holder=str(hour))
    worldly.told(before, before)
    assert worldly.counted(lambda: impacts.of(before, silent(before), NOW)) == few <= 3
    found = [one for one in worldly.told(before, silent(before)) if one.is_unsafe]
    assert [len(one.subjects) for one in found] == [3, 3]


def in_order(world: World, clinic: Clinic) -> World:
    """Return the world with the papers of whoever leads first."""
    wanted = (clinic.people["p0"], clinic.people["d0"])
    return replace(world, held={one: world.held[one] for one in wanted})
