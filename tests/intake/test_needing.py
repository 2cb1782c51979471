"""Which examination a visit asks for: by the rule of the place, the depth, and the clinic's own offering."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from saas.catalogue.examining import PriorExam
from saas.credentials import packing
from saas.intake import needing
from saas.intake.rules import Basis
from tests.catalogue.priced import offering

PACK = packing.get()
DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("act", "depth", "where", "by", "months", "basis", "telehealth"),
    [
        ("dry_needling", None, "US-AZ", {"PT", "ATC", "MD"}, None, Basis.PLAN_OF_CARE, False),
        ("microneedling", "0.6", "US-AZ", {"MD", "NP"}, 12, Basis.CLINIC_POLICY, True),
        ("microneedling", None, "US-AZ", {"MD", "NP"}, 12, Basis.CLINIC_POLICY, True),
        ("prp_draw", None, "US-AZ", {"MD", "NP"}, 12, Basis.CLINIC_POLICY, True),
        ("microneedling", "0.5", "US-NY", {"MD", "NP", "PA"}, 12, Basis.CLINIC_POLICY, False),
    ],
)
def test_the_rule_of_the_place_says_who_and_how_long(
    act: str, depth: str | None, where: str, by: set[str], months: int | None, basis: Basis, telehealth: bool
) -> None:
    need = needing.by_rule(act, Decimal(depth) if depth else None, where, DAY, PACK)
    assert need is not None
    assert (need.by, need.months, need.basis, need.telehealth) == (by, months, basis, telehealth)


@pytest.mark.parametrize(
    ("act", "depth", "where"),
    [
        ("microneedling", "0.5", "US-AZ"), ("consultation", None, "US-AZ"), ("discovery_call", None, "US-NY"),
        ("chemical_peel_superficial", None, "US-AZ"), ("dry_needling", None, "XX"),
    ],
)  # fmt: skip
def test_where_no_rule_asks_nothing_is_needed(act: str, depth: str | None, where: str) -> None:
    assert needing.by_rule(act, Decimal(depth) if depth else None, where, DAY, PACK) is None


def test_the_clinic_tightens_the_rule_and_does_not_loosen_it() -> None:
    asks = replace(offering(), procedures=("dry_needling",), prior_exam=PriorExam(("MD", "NP"), 6))
    [need] = needing.of_visit((), (asks,), "US-AZ", DAY, PACK)
    assert (need.by, need.months) == ({"MD", "NP"}, 6)
    rule = needing.by_rule("dry_needling", None, "US-AZ", DAY, PACK)
    assert rule is not None
    assert needing.rules.stricter(need, rule) == replace(need, by=frozenset({"MD"}), telehealth=False)


def test_a_consultation_asks_for_no_examination_whatever_its_offering_says() -> None:
    asks = replace(offering(), procedures=("consultation",), prior_exam=PriorExam(("MD",), 6))
    assert needing.of_visit((), (asks,), "US-AZ", DAY, PACK) == ()
