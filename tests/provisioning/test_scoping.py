"""The matrix says what booking would say, asks each distinct question once, and supposes without writing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from saas.booking import asking, deciding
from saas.booking.asking import Channel
from saas.catalogue import varying
from saas.credentials.vocabulary import Verdict
from saas.practice.snapshot import Practitioner
from saas.provisioning import scoping, supposing
from saas.provisioning.scoping import Cell, Ground, Judge, Work
from saas.provisioning.supposing import NEW_PERSON, Assumption
from saas.tenancy import tenants
from tests.ground import within
from tests.journeys.kit import Clinic

DAY = date(2027, 3, 2)


@pytest.fixture
def ground(practice: Clinic) -> Ground:
    with within(practice.id):
        return scoping.standing(tenants.config_version(practice.id))


def work(ground: Ground, slug: str) -> Work:
    return scoping.work_of(varying.of(next(one for one in ground.offerings if one.slug == slug)))


def cell(ground: Ground, offering: str, place: str, person: str) -> Cell:
    practice = ground.practice
    return Judge(ground, DAY).cell(
        work(ground, offering), practice.place(place), practice.practitioner(person)
    )


def supposed(ground: Ground, place: str, offering: str, it: Assumption, person: UUID = NEW_PERSON) -> Cell:
    new, there = supposing.suppose(ground, ground.practice.place(place), it, "New", "Somebody new")
    return Judge(new, DAY).cell(work(new, offering), there, new.practice.practitioners[person])


def many(ground: Ground, number: int) -> tuple[Ground, list[Practitioner]]:
    """Return the ground with *number* people more who hold the like of Kwabena's papers, under other numbers."""
    model = ground.practice.practitioner("kwabena-asante")
    people = [replace(model, id=uuid4(), slug=f"p{n}", name=f"Person {n}") for n in range(number)]
    held = {
        one.id: tuple(replace(paper, number=f"{n}") for paper in ground.held[model.id])
        for n, one in enumerate(people)
    }
    granted = {one.id: ground.granted[model.id] for one in people}
    return replace(ground, held={**ground.held, **held}, granted={**ground.granted, **granted}), people


def test_every_cell_says_what_booking_says(practice: Clinic, ground: Ground) -> None:
    with within(practice.id):
        version, judge = tenants.config_version(practice.id), Judge(ground, DAY)
        for sold in ground.offerings[:6]:
            for place in (one for one in ground.practice.places.values() if one.slug in sold.locations):
                for person in ground.practice.practitioners.values():
                    found = judge.cell(scoping.work_of(sold), place, person)
                    wish = asking.Wish(sold, place, ground.practice, version, Channel.STAFF, person)
                    for need, answer in zip(wish.roles, found.answers, strict=True):
                        said = deciding.on(wish, need, person, DAY)
                        assert answer.verdict == said.verdict
                        assert {str(one) for one in answer.reasons} == set(map(str, said.reasons))
                        assert answer.rules == said.rules


def test_a_therapist_may_not_needle_in_new_york_and_no_paper_is_missing_for_it(ground: Ground) -> None:
    rafael = ground.practice.practitioner("rafael-quintanilla")
    place, needling = ground.practice.place("new-york"), work(ground, "dry-needling")
    judge = Judge(ground, DAY)
    assert judge.cell(needling, place, rafael).best.verdict is Verdict.PROHIBIT
    told = [str(gap.reason) for gap in scoping.gaps(judge, rafael, [needling], [place])]
    assert not [one for one in told if "may not perform" in one]


def test_what_is_missing_names_what_it_would_open(ground: Ground) -> None:
    kwabena = ground.practice.practitioner("kwabena-asante")
    without = replace(ground, held={**ground.held, kwabena.id: ()})
    place, needling = ground.practice.place("phoenix"), work(ground, "dry-needling")
    gap = scoping.gaps(Judge(without, DAY), kwabena, [needling], [place])[0]
    assert gap.reason.code == "licence_missing"
    assert kwabena.name in str(gap.reason)
    assert gap.work == ((needling, (place,)),)


def test_people_who_hold_the_same_are_decided_about_once_and_named_each(ground: Ground) -> None:
    full, people = many(ground, 50)
    judge, place = Judge(full, DAY), full.practice.place("new-york")
    cells = [judge.cell(work(full, "dry-needling"), place, one) for one in people]
    assert judge.decided == 1
    assert people[7].name in str(cells[7].best.reasons[0]) or "name" not in cells[7].best.reasons[0].params


def test_a_place_in_another_state_is_judged_by_that_state(ground: Ground) -> None:
    kwabena = ground.practice.practitioner("kwabena-asante").id
    assert cell(ground, "dry-needling", "phoenix", "kwabena-asante").best.verdict is Verdict.ALLOW
    there = supposed(ground, "phoenix", "dry-needling", Assumption(jurisdiction="US-CA"), kwabena)
    assert there.best.verdict is Verdict.PROHIBIT
    assert there.works


def test_whoever_is_hired_may_what_their_papers_open(ground: Ground) -> None:
    since = date(2015, 1, 1)
    bare = supposed(ground, "phoenix", "dry-needling", Assumption(profession="PT", since=since))
    trained = Assumption(
        profession="PT", since=since, trained=("dry_needling",), registered=("dry_needling",)
    )
    assert bare.best.verdict is Verdict.PROHIBIT
    assert supposed(ground, "phoenix", "dry-needling", trained).best.verdict is Verdict.ALLOW


def test_a_shallower_device_forbids_what_is_planned_deeper(ground: Ground) -> None:
    found = [
        supposed(ground, "phoenix", "micro-needling", Assumption(depth_mm=Decimal("0.1")), one).best
        for one in ground.practice.practitioners
    ]
    assert all(one.verdict is Verdict.PROHIBIT for one in found)
    assert any(reason.code == "scope_too_deep_for_device" for one in found for reason in one.reasons)
