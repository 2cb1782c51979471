"""Money loses nothing: sums, shares, rounding and the way it is written."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.kernel.money import AmountRefused, CurrencyMismatch, Money

amounts = st.integers(-(10**13), 10**13).map(lambda minor: Money(minor, "USD"))
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)
rates = st.decimals(0, 100, places=4)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def test_three_share_a_thousand_to_the_cent() -> None:
    assert [part.minor for part in usd(100_000).split(3)] == [33_333, 33_333, 33_334]


@given(amounts, st.integers(1, 60))
def test_a_split_loses_nothing_and_differs_by_one_at_most(whole: Money, parts: int) -> None:
    shares = whole.split(parts)
    assert Money.total(shares, "USD") == whole
    assert max(shares) - min(shares) <= usd(1)
    assert list(shares) == sorted(shares, key=abs)


@given(amounts, weights)
def test_what_is_allocated_adds_up_and_is_within_a_unit_of_its_share(whole: Money, given: list[int]) -> None:
    shares = whole.allocate(given)
    assert Money.total(shares, "USD") == whole
    for share, weight in zip(shares, given, strict=True):
        assert abs(share.minor - Fraction(whole.minor * weight, sum(given))) < 1
        assert share or weight * abs(whole.minor) < sum(given)
        assert weight or not share


@given(amounts, weights)
def test_what_is_taken_back_is_shared_as_it_was_given(whole: Money, given: list[int]) -> None:
    assert (-whole).allocate(given) == tuple(-share for share in whole.allocate(given))


@pytest.mark.parametrize("nobody", [[], [0, 0], [1, -1]])
def test_there_is_no_sharing_by_such_weights(nobody: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        usd(100).allocate(nobody)
    with pytest.raises(ValueError, match="nobody"):
        usd(100).split(0)


@pytest.mark.parametrize(
    ("minor", "rate", "expected"),
    [
        (2_500, Decimal("8.6"), 215), (50, 1, 1), (49, 1, 0), (150, 1, 2), (-50, 1, -1), (-49, 1, 0), (-150, 1, -2),
        (1_000, Fraction(100, 3), 333), (0, 50, 0), (100_000, Decimal("8.875"), 8_875), (101, 50, 51), (99, 100, 99),
    ],
)  # fmt: skip
def test_per_cent_is_rounded_half_up(minor: int, rate: int | Decimal | Fraction, expected: int) -> None:
    assert usd(minor).percent(rate) == usd(expected)


@given(amounts, rates)
def test_per_cent_is_within_half_a_unit(whole: Money, rate: Decimal) -> None:
    exact = Fraction(whole.minor) * Fraction(rate) / 100
    assert abs(whole.percent(rate).minor - exact) <= Fraction(1, 2)
    assert (-whole).percent(rate) == -whole.percent(rate)


@given(amounts, amounts)
def test_sums_and_order_are_those_of_the_minor_units(one: Money, other: Money) -> None:
    assert one + other - other == one
    assert -one + one == Money.zero("USD")
    assert (one < other, one <= other, one > other, one >= other) == (
        one.minor < other.minor, one.minor <= other.minor, one.minor > other.minor, one.minor >= other.minor,
    )  # fmt: skip
    assert one * 3 == 3 * one == one + one + one
    assert bool(one) is (one != Money.zero("USD"))


@pytest.mark.parametrize(
    "meet",
    [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a >= b,
     lambda a, b: Money.total([a, b], "USD"), lambda a, b: a <= b, lambda a, b: a > b],
)  # fmt: skip
def test_two_currencies_never_meet(meet) -> None:
    with pytest.raises(CurrencyMismatch):
        meet(usd(1), Money(1, "EUR"))
    with pytest.raises(TypeError):
        meet(usd(1), 1)
    assert usd(1) != Money(1, "EUR")


@pytest.mark.parametrize("currency", ["", "usd", "US", "USDT", "$"])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="no currency"):
        Money(1, currency)


@pytest.mark.parametrize("minor", [1.0, True, Decimal(1), "1"])
def test_minor_units_are_whole(minor) -> None:
    with pytest.raises(TypeError):
        Money(minor, "USD")


@pytest.mark.parametrize("rate", [8.6, True, "8.6"])
def test_a_rate_is_exact(rate) -> None:
    with pytest.raises(TypeError):
        usd(1).percent(rate)


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "text"),
    [("25.50", "USD", 2_550, "25.50 USD"), ("1234567", "JPY", 1_234_567, "1,234,567 JPY"),
     ("1.234", "KWD", 1_234, "1.234 KWD"), (Decimal("-0.01"), "EUR", -1, "-0.01 EUR"), (50, "USD", 5_000, "50.00 USD")],
)  # fmt: skip
def test_it_is_read_and_written_with_the_places_of_its_currency(amount, currency, minor, text) -> None:
    money = Money.from_major(amount, currency)
    assert (money, str(money)) == (Money(minor, currency), text)
    assert Money.from_major(money.major, currency) == money


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("0.005", "USD"), ("0.5", "JPY"), ("x", "USD"), ("", "USD"), ("NaN", "USD"), ("Infinity", "USD"),
     ("1e999999", "USD"), ("1e-999999", "USD"), ("25.5" + "0" * 30 + "1", "USD")],
)  # fmt: skip
def test_what_is_finer_than_a_coin_or_no_number_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(AmountRefused):
        Money.from_major(amount, currency)
    with pytest.raises(TypeError):
        Money.from_major(0.5, currency)  # type: ignore[arg-type]
