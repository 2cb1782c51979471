"""Who gains and loses what, where, from today on. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from saas.credentials import eligibility, impact
from saas.credentials.attesting import Word
from saas.credentials.circumstances import Policy, Restriction, Status
from saas.credentials.grounds import Answers, Grounds, Known
from saas.credentials.privileges import Held, Period
from saas.credentials.vocabulary import Verdict
from saas.practice.hours import Opening, Roster, Row
from saas.practice.snapshot import Place, Practice, Practitioner, Unit
from tests.credentials.people import ATTESTED, licence, training

MAIN, OTHER, ANA, BO = (UUID(int=number) for number in range(1, 5))
TODAY = date(2027, 3, 2)
ALWAYS = Period.between(None, None)
PAST = Period.between(None, date(2027, 3, 1))
SPRING = Period.between(None, date(2027, 5, 31))
IN_TWO = (Period(date.min, TODAY), Period(date(2027, 3, 3), date.max))
HOURS = Roster((Row(0, time(9), time(17)),))


def practice(*people: UUID, at: tuple[UUID, ...] = (MAIN,)) -> Practice:
    places = {
        one: Place(one, name.lower(), name, "UTC", "US-NY", "US", "NY", Opening(), UUID(int=9), "USD")
        for one, name in ((MAIN, "Main"), (OTHER, "Other"))
    }
    found = {
        one: Practitioner(one, str(one), "Ana" if one == ANA else "Bo", "", dict.fromkeys(at, HOURS), ())
        for one in people
    }
    return Practice(places, found, (), ())


def by(there: Practice, granted: Mapping[UUID, Held], **more: Any) -> Answers:
    return Answers(Grounds(there, granted, **more))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {"consultation": (ALWAYS,)}, ["Ana could perform at Main: consultation."]),
        ({"consultation": (ALWAYS,)}, {}, ["Ana could no longer perform at Main: consultation."]),
        ({"consultation": (ALWAYS,)}, {"consultation": (ALWAYS,)}, []),
        ({"consultation": (PAST,)}, {}, []),
        ({"consultation": IN_TWO}, {"consultation": (ALWAYS,)}, []),
        ({"consultation": (ALWAYS,)}, {"consultation": (SPRING,)},
         ["Ana could no longer perform at Main: consultation (2027-06-01–)."]),
        ({"consultation": (SPRING,)}, {"consultation": (ALWAYS,)},
         ["Ana could perform at Main: consultation (2027-06-01–)."]),
        ({"discovery_call": (ALWAYS,), "consultation": (ALWAYS,)}, {"follow_up": (ALWAYS,)},
         ["Ana could no longer perform at Main: consultation, discovery_call.",
          "Ana could perform at Main: follow_up."]),
    ],
)  # fmt: skip
def test_what_somebody_gains_and_loses(before: Held, after: Held, said: list[str]) -> None:
    there = practice(ANA)
    found = list(impact.of(by(there, {ANA: before}), by(there, {ANA: after}), (), TODAY))
    assert [str(one.reason) for one in found] == said
    assert all(not one.is_unsafe and one.subjects == (ANA,) for one in found)


def test_another_place_is_another_eligibility() -> None:
    held = {ANA: {"consultation": (ALWAYS,)}}
    both, here = practice(ANA, at=(MAIN, OTHER)), practice(ANA)
    assert [str(one.reason) for one in impact.of(by(here, held), by(both, held), (), TODAY)] == [
        "Ana could perform at Other: consultation."
    ]
    assert [str(one.reason) for one in impact.of(by(practice(), {}), by(both, held), (), TODAY)] == [
        "Ana could perform at Main, Other: consultation."
    ]
    assert [str(one.reason) for one in impact.of(by(both, held), by(practice(BO), held), (), TODAY)] == [
        "Ana could no longer perform at Main, Other: consultation."
    ]


# ------------------------------------------------------------------ what the rules answer
ACTS: Held = {"dry_needling": (ALWAYS,), "microneedling": (ALWAYS,)}
PT, EST = licence("PT", "US-AZ", number="1"), licence("EST", "US-AZ", number="1")
LEARNT = training()
DRY = {"who": "PT", "held": (PT, LEARNT)}
SHALLOW = {"who": "EST", "held": (EST, training("microneedling"))}
MAY = date(2027, 5, 3)
DEPTHS = (Decimal("0.5"),)


def world(
    who: str = "PT", held: tuple[Any, ...] = (), state: str = "US-AZ", without: str = "", name: str = "Ana",
    depth: str | None = None, place: str = "main", restrict: Restriction | None = None, unverified: bool = False,
) -> Grounds:  # fmt: skip
    """Return a clinic in which Ana is *who* and holds *held*; all is attested but what is *without*."""
    there = practice(ANA)
    at = {MAIN: replace(there.places[MAIN], jurisdiction=state, slug=place)}
    people = {ANA: replace(there.practitioners[ANA], name=name, professions=(who,))}
    pens = (Unit(UUID(int=8), MAIN, "Pen", "microneedling_pen", Decimal(depth) if depth else None),)
    attested = tuple(one for one in ATTESTED if one.rule != without)
    word = Word(attested, Policy((restrict,) if restrict else (), unverified))
    return Grounds(Practice(at, people, (), pens), {ANA: ACTS}, {ANA: held}, word)


def told(before: Grounds, after: Grounds) -> list[str]:
    found = impact.of(Answers(before), Answers(after), DEPTHS, TODAY)
    return [str(one.reason) for one in found]


GONE = "Ana could no longer perform at Main: dry_needling"
NEEDLED = "Ana could no longer perform at Main: microneedling 0.5 mm. 0.5 mm is planned;"
CASES = "The clinic looks at each case in which a physical therapist would perform dry needling."
Said = dict[str, Any]


@pytest.mark.parametrize(("before", "after", "said"), [
    (DRY, {"held": (replace(PT, expires_on=MAY), LEARNT)},
     f"{GONE} (2027-05-04–). Ana's license as a physical therapist ends on 3 May 2027."),
    (DRY, {"held": (replace(PT, status=Status.REVOKED), LEARNT)},
     f"{GONE}. Ana's license as a physical therapist is suspended or revoked."),
    (DRY, {"held": (replace(PT, is_verified=False), LEARNT)},
     f"{GONE}. Nobody has verified Ana's license as a physical therapist yet."),
    (DRY, {"held": (PT,)}, f"{GONE}. Ana has no training in dry needling on record."),
    (DRY, {"without": "US-AZ.dry_needling"},
     f"{GONE}. The clinic has not attested what holds for dry needling in Arizona."),
    (DRY, {"restrict": Restriction(Verdict.REVIEW, "dry_needling", "PT")}, f"{GONE}. {CASES}"),
    (DRY, {"restrict": Restriction(Verdict.REVIEW, "dry_needling", location="main")}, f"{GONE}. {CASES}"),
    (DRY, {"state": "US-NY"}, f"{GONE}. Ana has no license as a physical therapist in New York on record."),
    (SHALLOW, {"depth": "0.3"}, f"{NEEDLED} Pen was evaluated to 0.3 mm."),
    (SHALLOW, {"restrict": Restriction(to_mm=Decimal("0.4"))}, f"{NEEDLED} the clinic needles to 0.4 mm."),
])  # fmt: skip
def test_what_the_rules_no_longer_allow_is_lost_and_said_why(before: Said, after: Said, said: str) -> None:
    assert told(world(**before), world(**{**before, **after})) == [said]
    gained = said.partition(". ")[0].replace("could no longer", "could") + "."
    assert told(world(**{**before, **after}), world(**before)) == [gained]


ELSEWHERE = Restriction(Verdict.PROHIBIT, location="elsewhere")
HERE = Restriction(Verdict.REVIEW, "dry_needling", location="main")
UPTOWN = replace(HERE, location="uptown")


@pytest.mark.parametrize(("before", "after"), [
    (DRY, {"name": "Anna Maria"}),
    (DRY, {"place": "uptown"}),
    (DRY, {"without": "US-NY.dry_needling"}),
    (DRY, {"restrict": ELSEWHERE}),
    ({**DRY, "restrict": HERE}, {"place": "uptown", "restrict": UPTOWN}),
    # what one change takes another gives
    (DRY, {"held": (replace(PT, number="2"), LEARNT)}),
    (DRY, {"held": (replace(PT, expires_on=MAY), replace(PT, number="2", issued_on=MAY), LEARNT)}),
    (DRY, {"held": (replace(PT, is_verified=False), LEARNT), "unverified": True}),
    ({**SHALLOW, "depth": "0.3", "restrict": Restriction(to_mm=Decimal("0.4"))}, {"depth": None}),
    (DRY, {"held": (PT, LEARNT, replace(PT, number="3", status=Status.REVOKED))}),
])  # fmt: skip
def test_what_changes_no_answer_is_not_told(before: Said, after: Said) -> None:
    assert told(world(**before), world(**{**before, **after})) == []


def test_a_question_that_reads_the_same_is_decided_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty people with the same papers, and a change that all of them feel."""
    asked: list[object] = []
    judge = eligibility.judge
    monkeypatch.setattr(eligibility, "judge", lambda *it: asked.append(it) or judge(*it))
    people = [UUID(int=100 + number) for number in range(20)]

    def many(**more: Any) -> Grounds:
        one = world(**DRY, **more)
        ana = one.practice.practitioners[ANA]
        there = replace(
            one.practice, practitioners={who: replace(ana, id=who, name=str(who)) for who in people}
        )
        held = {who: tuple(replace(c, number=str(who)) for c in one.held[ANA]) for who in people}
        return Grounds(there, dict.fromkeys(people, ACTS), held, one.word)

    known: Known = {}
    had, will = Answers(many(), known), Answers(many(without="US-AZ.dry_needling"), known)
    found = list(impact.of(had, will, DEPTHS, TODAY))
    assert len(found) == 20
    assert len(asked) == 4  # two acts, before and after
    assert {str(one.reason).partition(" could")[0] for one in found} == set(map(str, people))
    assert not list(impact.of(had, Answers(many(), known), DEPTHS, TODAY))
    assert len(asked) == 4
