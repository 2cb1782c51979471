"""Who gains and loses what, where, from today on. Pure."""

from datetime import date, time
from uuid import UUID

import pytest

from saas.credentials import impact
from saas.credentials.privileges import Held, Period
from saas.practice.hours import Opening, Roster, Row
from saas.practice.snapshot import Place, Practice, Practitioner

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
        ({"prp_draw": (ALWAYS,), "consultation": (ALWAYS,)}, {"dry_needling": (ALWAYS,)},
         ["Ana could no longer perform at Main: consultation, prp_draw.", "Ana could perform at Main: dry_needling."]),
    ],
)  # fmt: skip
def test_what_somebody_gains_and_loses(before: Held, after: Held, said: list[str]) -> None:
    there = practice(ANA)
    found = list(impact.of(there, there, {ANA: before}, {ANA: after}, TODAY))
    assert [str(one.reason) for one in found] == said
    assert all(not one.is_unsafe and one.subjects == (ANA,) for one in found)


def test_another_place_is_another_eligibility() -> None:
    held = {ANA: {"consultation": (ALWAYS,)}}
    both, here = practice(ANA, at=(MAIN, OTHER)), practice(ANA)
    assert [str(one.reason) for one in impact.of(here, both, held, held, TODAY)] == [
        "Ana could perform at Other: consultation."
    ]
    assert [str(one.reason) for one in impact.of(practice(), both, {}, held, TODAY)] == [
        "Ana could perform at Main, Other: consultation."
    ]
    assert [str(one.reason) for one in impact.of(both, practice(BO), held, held, TODAY)] == [
        "Ana could no longer perform at Main, Other: consultation."
    ]


def test_who_loses_a_day_has_shrunk() -> None:
    held = {ANA: {"consultation": (ALWAYS,)}, BO: {"consultation": (PAST,)}}
    assert impact.shrunk(held, held, TODAY) == set()
    assert impact.shrunk(held, {ANA: {"consultation": (SPRING,)}}, TODAY) == {ANA}
    assert impact.shrunk({ANA: {"consultation": (SPRING,)}}, held, TODAY) == set()
