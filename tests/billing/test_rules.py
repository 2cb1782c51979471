"""Quotes and cover, from values alone."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from saas.billing import quoting, rules
from saas.catalogue.taxes import Rate
from saas.kernel.ids import new
from saas.kernel.money import Money
from tests.billing import visiting
from tests.billing.visiting import START, Clinic
from tests.ledger.books import Books, usd

ON_PAPER = Clinic(new(), Books(new(), new()), new())
MINOR = st.integers(0, 10**8)
RATES = st.none() | st.builds(
    lambda percent: Rate(percent, "https://example.gov", START.date()), st.decimals(0, 30, places=3)
)


def test_an_offering_without_prices_is_not_quoted() -> None:
    asked = visiting.Circumstances("llc", None, None, START.date(), "USD")
    assert quoting.quote(ON_PAPER.offering(prices=[]), asked, None, 60) is None


def test_without_a_rate_no_tax_is_added_and_the_line_is_for_review() -> None:
    quoted = visiting.quote(ON_PAPER.offering(), rate=None)
    assert (quoted.is_for_review, quoted.tax, quoted.total) == (True, usd(0), usd(24_000))


def test_a_rate_of_nothing_is_a_rate() -> None:
    quoted = visiting.quote(ON_PAPER.offering(), Rate(Decimal(0), "https://example.gov", START.date()))
    assert (quoted.is_for_review, quoted.tax) == (False, usd(0))


@given(
    price=st.integers(0, 10**7),
    rate=RATES,
    percent=st.decimals(0, 100, places=2),
    minutes=st.integers(5, 600),
)
def test_lines_sum_to_the_total_and_the_deposit_is_never_above_the_price(
    price: int, rate: Rate | None, percent: Decimal, minutes: int
) -> None:
    offering = ON_PAPER.offering(f"{price // 100}.{price % 100:02}", deposit={"percent": str(percent)})
    quoted = visiting.quote(offering, rate, minutes)
    assert Money.total((line.net + line.tax for line in quoted.lines), "USD") == quoted.total
    assert quoted.net == usd(price)
    assert usd(0) <= quoted.deposit <= quoted.net
    assert quoted.tax >= usd(0)


@given(base=RATES, added=st.lists(st.tuples(st.integers(0, 10**6), RATES), min_size=1, max_size=3))
def test_each_add_on_is_a_line_with_its_own_tax_and_the_deposit_is_of_all(
    base: Rate | None, added: list[tuple[int, Rate | None]]
) -> None:
    asked = visiting.Circumstances("llc", None, None, START.date(), "USD")
    offering = ON_PAPER.offering("100.00", deposit={"percent": "50"})
    add_ons = [
        quoting.Added(ON_PAPER.offering(f"{price // 100}.{price % 100:02}"), rate) for price, rate in added
    ]
    quoted = quoting.quote(offering, asked, base, 60, add_ons)
    assert quoted is not None
    assert [line.ordinal for line in quoted.lines] == list(range(1 + len(added)))
    assert [line.net for line in quoted.lines[1:]] == [usd(price) for price, _ in added]
    alone = [visiting.quote(add_on.offering, add_on.rate) for add_on in add_ons]
    assert [line.tax for line in quoted.lines[1:]] == [one.tax for one in alone]
    assert quoted.is_for_review == any(rate is None for rate in (base, *(rate for _, rate in added)))
    assert quoted.deposit == quoted.net.percent(Decimal(50))


@given(price=st.integers(0, 10**7), rate=RATES)
def test_what_is_kept_reads_as_what_was_quoted(price: int, rate: Rate | None) -> None:
    quoted = visiting.quote(ON_PAPER.offering(f"{price // 100}.{price % 100:02}"), rate)
    kept = json.loads(json.dumps(quoting.content(quoted)))
    assert quoting.read_lines(kept["lines"], "USD") == quoted.lines
    assert quoting.Quote(quoted.lines, quoted.deposit, kept["policy"]).policies == quoted.policies


@given(net=MINOR, tax=MINOR, deposit=MINOR)
def test_what_covers_a_bill_is_the_deposit_and_what_is_left(net: int, tax: int, deposit: int) -> None:
    by_deposit, left = rules.covered(usd(net), usd(tax), usd(deposit))
    assert (by_deposit[0] + left[0], by_deposit[1] + left[1]) == (usd(net), usd(tax))
    assert sum(by_deposit, usd(0)) == usd(min(deposit, net + tax))
    assert min(*by_deposit, *left) >= usd(0)


@given(total=MINOR, paid=MINOR, refunded=MINOR)
def test_what_is_due_is_never_less_than_nothing(total: int, paid: int, refunded: int) -> None:
    assert rules.due(usd(total), usd(paid), usd(refunded)) == usd(max(0, total - paid + refunded))
