"""The resolver: exactly one price decides, the first level that has one, and the trace says why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.catalogue import pricing
from saas.catalogue.contents import PriceRule
from saas.catalogue.pricing import Circumstances, Level, NoPrice, Price
from saas.kernel.money import Money
from tests.catalogue.priced import TODAY, asked, offering

EVERYWHERE = PriceRule("240.00")
PHOENIX = PriceRule("260.00", location="phoenix")
SENIOR = PriceRule("290.00", tier="senior")
ANA = PriceRule("300.00", practitioner="ana")
ALL = (EVERYWHERE, PHOENIX, SENIOR, ANA)
LEVELS = list(Level)

days = st.none() | st.integers(-40, 40).map(lambda n: TODAY + timedelta(days=n))
people = st.sampled_from([(None, None), ("ana", None), (None, "senior")])
rules = st.builds(
    lambda cents, since, location, who: PriceRule(f"{cents}.00", since, location, *who),
    st.integers(1, 999), days, st.sampled_from([None, "phoenix", "york"]), people,
)  # fmt: skip
circumstances = st.builds(
    asked, st.sampled_from([None, "ana", "ben"]), st.sampled_from([None, "senior", "junior"]),
    st.sampled_from(["phoenix", "york"]), st.integers(-50, 50).map(lambda n: TODAY + timedelta(days=n)),
)  # fmt: skip
rule_sets = st.lists(rules, max_size=12, unique_by=lambda r: (r.practitioner, r.tier, r.location, r.since))


@pytest.mark.parametrize(
    ("who", "tier", "where", "dollars"),
    [
        ("ana", "senior", "phoenix", 300), ("ana", None, "york", 300), ("ben", "senior", "phoenix", 290),
        ("ben", "senior", "york", 290), ("ben", None, "phoenix", 260), (None, None, "phoenix", 260),
        ("ben", "junior", "york", 240), (None, None, "york", 240),
    ],
)  # fmt: skip
def test_the_most_particular_level_decides(
    who: str | None, tier: str | None, where: str, dollars: int
) -> None:
    found = pricing.resolve(offering(*ALL), asked(who, tier, where))
    assert found is not None
    assert found.amount == Money(dollars * 100, "USD")


@pytest.mark.parametrize(
    ("on", "dollars"), [("2026-12-31", 240), ("2027-01-01", 255), ("2027-05-31", 255), ("2027-06-01", 270)]
)
def test_a_price_holds_from_its_day_until_the_next(on: str, dollars: int) -> None:
    later = PriceRule("270.00", since=date(2027, 6, 1))
    changing = offering(later, EVERYWHERE, PriceRule("255.00", since=date(2027, 1, 1)))
    found = pricing.resolve(changing, asked(on=date.fromisoformat(on)))
    assert found is not None
    assert found.amount == Money(dollars * 100, "USD")


def test_a_price_of_a_person_just_here_comes_before_theirs_everywhere() -> None:
    here = PriceRule("310.00", practitioner="ana", location="york")
    newer = PriceRule("305.00", practitioner="ana", since=TODAY)
    priced = offering(*ALL, here, newer)
    amounts = [pricing.resolve(priced, asked(location=where)) for where in ("york", "phoenix")]
    assert [found and found.amount.minor for found in amounts] == [31000, 30500]


def test_an_offering_without_prices_is_free() -> None:
    assert pricing.resolve(offering(), asked()) is None


def test_a_gap_is_told_and_never_free() -> None:
    with pytest.raises(NoPrice):
        pricing.resolve(offering(PHOENIX), asked(location="york"))
    with pytest.raises(NoPrice):
        pricing.resolve(offering(PriceRule("1.00", since=TODAY)), asked(on=TODAY - timedelta(days=1)))


def test_the_trace_asks_every_level_in_order_and_says_why() -> None:
    found = pricing.resolve(offering(*ALL), asked("ben", "senior"))
    assert found is not None
    assert [step.level for step in found.trace] == LEVELS
    assert [str(step) for step in found.trace] == [
        "This patient has no price of their own.",
        "The practitioner has no price of their own.",
        "Practitioners of the tier senior ask 290.00 USD.",
        "The price at phoenix is 260.00 USD.",
        "The price everywhere is 240.00 USD.",
    ]
    assert found.chosen.level is Level.TIER


def test_a_currency_without_cents_is_priced_in_whole_units() -> None:
    found = pricing.resolve(offering(PriceRule("24000")), asked(currency="JPY"))
    assert found is not None
    assert found.amount == Money(24000, "JPY")


@given(rule_sets, circumstances)
def test_exactly_one_step_is_chosen_and_it_is_the_price(
    given_rules: list[PriceRule], who: Circumstances
) -> None:
    try:
        found = pricing.resolve(offering(*given_rules), who)
    except NoPrice:
        assert given_rules
        return
    assert (found is None) == (not given_rules)
    if found is not None:
        assert [step.amount for step in found.trace if step.chosen] == [found.amount]
        first = next(step for step in found.trace if step.amount)
        assert first.chosen
        assert [pricing.read_step(step.as_json()) for step in found.trace] == list(found.trace)


def answer(given_rules: Sequence[PriceRule], who: Circumstances) -> Price | None:
    """Return the price; None also where there is a gap."""
    try:
        return pricing.resolve(offering(*given_rules), who)
    except NoPrice:
        return None


@given(rule_sets, rule_sets, circumstances)
def test_rules_of_a_lower_level_never_change_the_answer(
    given_rules: list[PriceRule], more: list[PriceRule], who: Circumstances
) -> None:
    before = answer(given_rules, who)
    if before is None:
        return
    decided = LEVELS.index(before.chosen.level)
    lower = [rule for rule in more if LEVELS.index(pricing.level_of(rule)) > decided]
    after = answer([*given_rules, *lower], who)
    assert after is not None
    assert (after.amount, after.chosen) == (before.amount, before.chosen)


@given(rule_sets, rules, circumstances, st.integers(1, 400))
def test_a_rule_that_is_not_in_force_yet_changes_nothing(
    given_rules: list[PriceRule], more: PriceRule, who: Circumstances, ahead: int
) -> None:
    later = replace(more, since=who.on + timedelta(days=ahead))
    assert answer([*given_rules, later], who) == answer(given_rules, who)


@given(st.permutations(ALL), circumstances)
def test_the_order_they_are_written_in_never_matters(order: list[PriceRule], who: Circumstances) -> None:
    assert pricing.resolve(offering(*order), who) == pricing.resolve(offering(*ALL), who)
