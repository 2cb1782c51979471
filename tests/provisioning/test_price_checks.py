"""Prices and tax rates in a folder: each fault has its sentence and its place, and a gap is never free."""

from collections.abc import Mapping
from datetime import date

import pytest

from saas.catalogue.contents import CancellationPolicy, DepositPolicy, PriceRule
from saas.provisioning import price_checks, reading
from tests.provisioning import aspen

VISIT = (
    aspen.VISIT
    + """\
locations: [phoenix, york]
segments: [{kind: hands_on, minutes: 60}]
"""
)
PRICES = """\
prices:
  - amount: 240
  - {amount: "260.00", location: phoenix}
  - {amount: "290.00", tier: senior}
  - {amount: "255.50", from: 2027-01-01}
  - {amount: "300.00", practitioner: ada, location: york}
tax_purpose: aesthetic
deposit: {percent: 25}
cancellation: {free_until_hours: 48, fee_percent: 12.5}
"""
TAXES = """\
rates:
  - {jurisdiction: US-AZ, purpose: aesthetic, rate: 8.6, from: 2026-01-01, source: Some statute}
"""
SENIOR = (
    aspen.ADA.replace("is_practitioner: yes\n", "is_practitioner: yes\ntier: senior\n") + aspen.MAY_CONSULT
)
EURO = aspen.CLINIC.replace(
    "currency: USD}\n", "currency: USD}\n  - {slug: aspen-eu, name: Aspen EU, currency: EUR}\n"
)
TWO_CURRENCIES = {
    "clinic.yaml": EURO, "locations/york.yaml": aspen.YORK.replace("entity: aspen-llc", "entity: aspen-eu"),
}  # fmt: skip
YEN = {"clinic.yaml": aspen.CLINIC.replace("USD", "JPY")}


def files(visit: str, **more: str) -> dict[str, str]:
    return {"offerings/visit.yaml": visit, "people/ada.yaml": SENIOR, "people/cleo.yaml": aspen.CLEO, **more}


def said_of(old: str, new: str, more: Mapping[str, str] | None = None) -> list[str]:
    """Return what is said once *old* of the good prices is *new*."""
    assert old in PRICES
    return aspen.problems({**files(VISIT + PRICES.replace(old, new, 1)), **(more or {})})


def test_prices_become_values_with_their_terms() -> None:
    texts = {**aspen.GOOD, **files(VISIT + PRICES), "taxes.yaml": TAXES}
    found = reading.read_files({name: text.encode() for name, text in texts.items()})
    [offering] = found.offerings
    assert PriceRule(**offering.prices[3].model_dump()) == PriceRule("255.50", date(2027, 1, 1))
    assert PriceRule(**offering.prices[4].model_dump()) == PriceRule("300.00", None, "york", "ada")
    assert DepositPolicy(**(offering.deposit or offering).model_dump()) == DepositPolicy("25")
    assert CancellationPolicy(**(offering.cancellation or offering).model_dump()) == CancellationPolicy(
        48, "12.5"
    )
    assert found.people[0].tier == "senior"
    assert found.taxes.rates[0].since == date(2026, 1, 1)


FAULTS = [
    ("amount: 240", "amount: -5", "'-5' is not an amount; expected digits, with a point before cents"),
    ("amount: 240", "amount: 2,40", "'2,40' is not an amount"),
    ("amount: 240", "amount: 0.00", "an amount of nothing; expected more than 0"),
    ("amount: 240", "amount: 240.005", "240.005 is finer than a coin of USD"),
    ("location: phoenix", "location: phenix", "there is no location 'phenix'; did you mean 'phoenix'?"),
    ("practitioner: ada", "practitioner: adda", "there is no practitioner 'adda'; did you mean 'ada'?"),
    ("tier: senior", "tier: senor", "nobody has the tier 'senor'; did you mean 'senior'?"),
    ("tier: senior", "tier: senior, practitioner: ada", "names a practitioner and a tier; expected one of the two"),
    ("from: 2027-01-01", "from: 2027-1-1", "'2027-1-1' is not a date"),
    ("from: 2027-01-01", "form: 2027-01-01", "unknown key 'form'; did you mean 'from'?"),
    ("tier: senior", "location: phoenix", "a second price for the same, first in line 10"),
    ("amount: 240", "{amount: 240, from: 2026-01-01}", "no price holds at 'york' before 2026-01-01"),
    ("amount: 240", "{amount: 240, tier: senior, location: york}", "no price holds at 'york' before 2027-01-01"),
    ("tax_purpose: aesthetic\n", "", "there are prices and no 'tax_purpose'"),
    ("percent: 25", "percent: 0", "'0' is not a share; expected per cent, more than 0 and at most 100"),
    ("percent: 25", "percent: 100.01", "'100.01' is not a share"),
    ("percent: 25", "percent: 25, amount: 60", "says 'percent' and 'amount'; expected exactly one of"),
    ("{percent: 25}", "{}", "says no amount; expected exactly one of 'percent', 'amount', 'per_hour'"),
    ("percent: 25", "amount: 240.01", "240.01 USD is more than the lowest price, 240.00 USD"),
    ("percent: 25", "per_hour: 241", "241.00 USD is more than the lowest price, 240.00 USD"),
    ("percent: 25", "amount: 60.001", "60.001 is finer than a coin of USD"),
    ("fee_percent: 12.5", "fee: 500", "500.00 USD is more than the lowest price, 240.00 USD"),
    ("fee_percent: 12.5", "fee_percent: 120", "'120' is not a share"),
    ("free_until_hours: 48", "free_until_hours: 0", "0 hours is out of bounds; expected a whole number of hours"),
    ("48, fee_percent: 12.5", "48", "says no amount; expected exactly one of 'fee_percent', 'fee'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), FAULTS)
def test_a_fault_is_said_where_it_stands(old: str, new: str, sentence: str) -> None:
    if new.startswith("{amount"):
        old, new = f"- {old}", f"- {new}"
    [said] = said_of(old, new)
    assert said.startswith("offerings/visit.yaml:")
    assert sentence in said


def test_a_price_at_a_place_where_it_is_not_offered_is_refused() -> None:
    elsewhere = VISIT.replace("[phoenix, york]", "[york]") + PRICES
    [said] = aspen.problems(files(elsewhere))
    assert "prices[1].location: it is not offered at 'phoenix'; expected one of its locations" in said


def test_a_coin_is_the_one_of_the_places_currency() -> None:
    assert [one.split("  ")[1].split(";")[0] for one in said_of("amount: 240", "amount: 240", YEN)] == [
        "prices[3].amount: 255.50 is finer than a coin of JPY"
    ]


def test_places_of_two_currencies_need_prices_of_their_own() -> None:
    said = said_of("{percent: 25}", "{amount: 60}", TWO_CURRENCIES)
    assert [one.split("  ")[1].split(":")[0] for one in said] == [
        "prices[0].amount", "prices[2].amount", "prices[3].amount", "deposit.amount"
    ]  # fmt: skip
    assert "240 would be in EUR and in USD, the currencies of its locations; expected 'location'" in said[0]
    own = "prices:\n  - {amount: 240, location: phoenix}\n  - {amount: 220, location: york}\ntax_purpose: aesthetic\n"
    texts = {**aspen.GOOD, **files(VISIT + own), **TWO_CURRENCIES}
    reading.read_files({name: text.encode() for name, text in texts.items()})


@pytest.mark.parametrize(
    "term", ["deposit: {percent: 25}\n", "cancellation: {free_until_hours: 24, fee: 5}\n"]
)
def test_terms_without_a_price_are_refused(term: str) -> None:
    [said] = aspen.problems(files(VISIT + term))
    assert "there is no price it could refer to" in said


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("rate: 8.6", "rate: 101", "'101' is not a tax rate; expected per cent, from 0 to 100"),
        ("rate: 8.6", "rate: -1", "'-1' is not a tax rate"),
        ("US-AZ", "US-ZA", "'US-ZA' is not a jurisdiction"),
        ("purpose: aesthetic", "purpose: aestetic", "no offering has the tax_purpose 'aestetic'; did you mean"),
        (", source: Some statute", "", "the key 'source' is missing"),
        ("from: 2026-01-01", "since: 2026-01-01", "unknown key 'since'"),
        ("rates:\n", f"rates:\n{TAXES.partition(chr(10))[2]}", "a second rate for the same, first in line 2"),
    ],
)  # fmt: skip
def test_a_fault_of_taxes_is_said(old: str, new: str, sentence: str) -> None:
    said = aspen.problems({**files(VISIT + PRICES), "taxes.yaml": TAXES.replace(old, new, 1)})
    assert any(one.startswith("taxes.yaml:") and sentence in one for one in said)


def test_a_priced_line_without_a_rate_is_for_review() -> None:
    texts = {**aspen.GOOD, **files(VISIT + PRICES), "taxes.yaml": TAXES}
    found = reading.read_files({name: text.encode() for name, text in texts.items()})
    york, phoenix = (
        f"no tax rate for aesthetic in {where}: such lines are for review" for where in ("US-NY", "US-AZ")
    )
    assert price_checks.for_review(found, date(2026, 1, 1)) == [york]
    assert price_checks.for_review(found, date(2025, 12, 31)) == [phoenix, york]


def test_what_is_free_needs_no_rate() -> None:
    texts = {**aspen.GOOD, **files(VISIT)}
    found = reading.read_files({name: text.encode() for name, text in texts.items()})
    assert price_checks.for_review(found, date(2026, 1, 1)) == []
