"""A patient's own price comes before every other, for its offering, days and currency, and for nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.catalogue import pricing
from saas.catalogue.contents import PriceRule
from saas.catalogue.pricing import AgreedPrice, Level
from saas.kernel import ids
from saas.kernel.money import Money
from tests.catalogue.priced import asked, offering

DAY = date(2027, 1, 10)
VISIT = offering(PriceRule("100.00"), PriceRule("80.00", practitioner="ana"))
OWN = AgreedPrice(VISIT.id, Money(5000, "USD"), DAY, DAY + timedelta(days=10))


@pytest.mark.parametrize(
    ("agreed", "on", "minor"),
    [
        (OWN, DAY, 5000),
        (OWN, DAY - timedelta(days=1), 8000),
        (OWN, DAY + timedelta(days=9), 5000),
        (OWN, DAY + timedelta(days=10), 8000),
        (replace(OWN, until=None), DAY + timedelta(days=999), 5000),
        (replace(OWN, offering_id=ids.new()), DAY, 8000),
        (replace(OWN, amount=Money(5000, "EUR")), DAY, 8000),
    ],
)
def test_it_holds_for_its_offering_days_and_currency(agreed: AgreedPrice, on: date, minor: int) -> None:
    found = pricing.resolve(VISIT, replace(asked(on=on, practitioner="ana"), agreed=(agreed,)))
    assert found is not None
    assert found.amount == Money(minor, "USD")


def test_the_trace_says_so_and_one_step_is_chosen() -> None:
    found = pricing.resolve(VISIT, replace(asked(on=DAY, practitioner="ana"), agreed=(OWN,)))
    assert found is not None
    assert [step.level for step in found.trace] == list(Level)
    assert [step.level for step in found.trace if step.chosen] == [Level.PATIENT]
    assert pricing.read_step(found.trace[0].as_json()) == found.trace[0]


@given(st.integers(1, 10**6), st.integers(1, 10**6).map(lambda minor: f"{minor // 100}.{minor % 100:02}"))
def test_no_general_price_changes_what_a_patient_was_promised(minor: int, amount: str) -> None:
    if amount in ("0.00",):
        return
    own = replace(OWN, amount=Money(minor, "USD"))
    priced = replace(VISIT, prices=(*VISIT.prices, PriceRule(amount, since=DAY)))
    found = pricing.resolve(priced, replace(asked(on=DAY), agreed=(own,)))
    assert found is not None
    assert found.amount == Money(minor, "USD")
