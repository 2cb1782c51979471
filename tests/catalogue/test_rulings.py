"""Which rule decided is kept with what was decided, and reads back as it was."""

import json
from datetime import date

import pytest

from saas.catalogue import governing, policies, pricing, rulings
from saas.catalogue.contents import CancellationPolicy, DepositPolicy, PriceRule
from saas.catalogue.governing import Rule, Scope, Situation, Source
from saas.catalogue.rulings import Decided
from saas.catalogue.terms import Kind, NoShowPolicy, Terms
from tests.catalogue import priced

ASKED = Situation("peel", "aesthetics", "phoenix", is_first=True)
RULES: dict[Kind, list[Rule[Terms]]] = {
    Kind.DEPOSIT: [
        Rule(Scope(), DepositPolicy(percent="20")),
        Rule(Scope(offering="peel"), DepositPolicy(amount="30"), Source.OFFERING),
    ],
    Kind.CANCELLATION: [Rule(Scope(first_visit=True), CancellationPolicy(24, "50"))],
    Kind.NO_SHOW: [Rule(Scope(location="phoenix"), NoShowPolicy())],
}


def decided() -> Decided:
    return {kind: governing.resolve(RULES.get(kind, ()), ASKED) for kind in Kind}


def test_what_is_kept_reads_as_it_was_decided() -> None:
    kept = json.loads(json.dumps(rulings.as_json(decided(), policies.OF_MONEY)))
    assert rulings.read(kept) == {kind: decided()[kind] for kind in policies.OF_MONEY}


def test_an_agreement_comes_before_every_rule_which_are_still_told() -> None:
    found = rulings.waived(decided(), Kind.DEPOSIT)
    assert rulings.policies(found).deposit is None
    assert rulings.policies(found).cancellation == CancellationPolicy(24, "50")
    steps = found[Kind.DEPOSIT].trace
    assert [(step.rule.source, step.chosen) for step in steps] == [
        (Source.PATIENT, True), (Source.OFFERING, False), (Source.POLICIES, False),
    ]  # fmt: skip
    kept = json.loads(json.dumps(rulings.as_json(found, policies.OF_MONEY)))
    assert rulings.read(kept)[Kind.DEPOSIT] == found[Kind.DEPOSIT]


PRICES = (
    PriceRule("100"), PriceRule("110", since=date(2026, 6, 1)), PriceRule("120", location="main"),
    PriceRule("130", location="other"), PriceRule("140", tier="senior"), PriceRule("150", practitioner="ana"),
    PriceRule("160", location="main", since=date(2027, 1, 1)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("practitioner", "tier", "passed"),
    [
        (None, None, {"100": "outranked", "130": "location", "140": "tier", "150": "practitioner", "160": "later"}),
        ("ana", "senior", {"100": "outranked", "130": "location", "160": "later"}),
    ],
)  # fmt: skip
def test_each_price_stands_in_the_trace_or_was_passed_over_for_a_reason(
    practitioner: str | None, tier: str | None, passed: dict[str, str]
) -> None:
    offering = priced.offering(*PRICES)
    asked = priced.asked(practitioner, tier, "main", date(2026, 7, 1))
    found = {one.rule.amount: one.code for one in pricing.passed_over(offering, asked)}
    assert found == passed
    price = pricing.resolve(offering, asked)
    assert price is not None
    assert len(found) + sum(step.amount is not None for step in price.trace) == len(PRICES)
