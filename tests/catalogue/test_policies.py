"""Deposits and fees: half up, never more than the price; the free window ends on the wall's clock."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.catalogue import contents, policies
from saas.catalogue.contents import CancellationPolicy, DepositPolicy
from saas.catalogue.terms import LateArrivalPolicy, NoShowPolicy, Policies
from saas.kernel.money import Money
from tests.catalogue.priced import offering

JANUARY = datetime.fromisoformat("2026-01-01T00:00")
PRICE = Money(24001, "USD")
TWO_DAYS = CancellationPolicy(48, fee_percent="50")

prices = st.integers(1, 10_000_000).map(lambda minor: Money(minor, "USD"))
shares = st.decimals("0.01", 100, places=2).map(str)
amounts = st.decimals("0.01", 100_000, places=2).map(str)
deposits = st.one_of(
    st.builds(DepositPolicy, percent=shares), st.builds(DepositPolicy, amount=amounts),
    st.builds(DepositPolicy, per_hour=amounts),
)  # fmt: skip
cancellations = st.one_of(
    st.builds(CancellationPolicy, st.integers(1, 1440), fee_percent=shares),
    st.builds(CancellationPolicy, st.integers(1, 1440), fee=amounts),
)


@pytest.mark.parametrize(
    ("policy", "minutes", "minor"),
    [
        (None, 60, 0), (DepositPolicy(percent="25"), 60, 6000), (DepositPolicy(percent="50"), 60, 12001),
        (DepositPolicy(amount="60.00"), 60, 6000), (DepositPolicy(amount="300"), 60, 24001),
        (DepositPolicy(per_hour="40.00"), 65, 4333), (DepositPolicy(per_hour="40.00"), 90, 6000),
        (DepositPolicy(per_hour="40.00"), 600, 24001),
    ],
)  # fmt: skip
def test_a_deposit_is_a_share_an_amount_or_by_the_hour(
    policy: DepositPolicy | None, minutes: int, minor: int
) -> None:
    assert policies.deposit(policy, PRICE, minutes) == Money(minor, "USD")


@pytest.mark.parametrize(
    ("policy", "minor"),
    [
        (None, 0), (TWO_DAYS, 12001), (CancellationPolicy(24, fee="40.00"), 4000),
        (CancellationPolicy(24, fee="999"), 24001),
    ],
)  # fmt: skip
def test_a_late_fee_is_a_share_or_an_amount(policy: CancellationPolicy | None, minor: int) -> None:
    assert policies.late_fee(policy, PRICE) == Money(minor, "USD")


@given(deposits, cancellations, prices, st.integers(1, 480))
def test_neither_is_ever_more_than_the_price(
    deposit: DepositPolicy, cancellation: CancellationPolicy, price: Money, minutes: int
) -> None:
    assert Money(0, "USD") <= policies.deposit(deposit, price, minutes) <= price
    assert Money(0, "USD") <= policies.late_fee(cancellation, price) <= price


@pytest.mark.parametrize(
    ("zone", "start", "until"),
    [
        ("America/New_York", "2026-11-10T10:15", "2026-11-08T10:15-05:00"),
        # over the end of summer time, on November 1: 49 hours pass
        ("America/New_York", "2026-11-02T09:00", "2026-10-31T09:00-04:00"),
        # over its beginning, on March 14, 2027: 47 hours pass
        ("America/New_York", "2027-03-15T09:00", "2027-03-13T09:00-05:00"),
        # the hour that comes twice, and the one that never comes: the later reading
        ("America/New_York", "2026-11-03T01:30", "2026-11-01T01:30-05:00"),
        ("America/New_York", "2027-03-16T02:30", "2027-03-14T03:30-04:00"),
        # Phoenix keeps its clocks
        ("America/Phoenix", "2026-11-02T09:00", "2026-10-31T09:00-07:00"),
        ("America/Phoenix", "2027-03-15T09:00", "2027-03-13T09:00-07:00"),
    ],
)
def test_the_window_ends_at_the_same_hour_of_the_wall(zone: str, start: str, until: str) -> None:
    found = policies.free_until(TWO_DAYS, datetime.fromisoformat(start), zone)
    assert found == datetime.fromisoformat(until)
    assert found.tzinfo is UTC


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda n: JANUARY + timedelta(minutes=n)), st.integers(1, 1440),
    st.sampled_from(["America/New_York", "America/Phoenix", "Europe/Berlin", "Australia/Lord_Howe"]),
)  # fmt: skip
def test_the_window_is_as_long_as_it_says_but_for_one_change_of_clocks(
    wall: datetime, hours: int, zone: str
) -> None:
    until = policies.free_until(CancellationPolicy(hours, fee="1"), wall, zone)
    passed = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) - until
    assert abs(passed - timedelta(hours=hours)) <= timedelta(hours=1)


@given(deposits | st.none(), cancellations | st.none())
def test_what_was_kept_with_a_booking_reads_as_it_was(
    deposit: DepositPolicy | None, cancellation: CancellationPolicy | None
) -> None:
    known = Policies(deposit, cancellation, NoShowPolicy(fee="5"), LateArrivalPolicy(10, 20, {"en": "Late"}))
    kept = {**policies.snapshot(known), **policies.snapshot_of_time(known)}
    assert policies.read_snapshot(json.loads(json.dumps(kept))) == known


def test_what_was_booked_before_a_kind_of_policy_was_known_has_none() -> None:
    assert policies.read_snapshot({"cancellation": None}) == Policies()
    assert policies.read_snapshot(None) == Policies()


@pytest.mark.parametrize(
    ("no_show", "minor"),
    [
        (None, 12001),
        (NoShowPolicy(), 0),
        (NoShowPolicy(fee_percent="100"), 24001),
        (NoShowPolicy(fee="999"), 24001),
    ],
)
def test_not_to_come_costs_what_its_policy_says_or_else_as_much_as_cancelling_late(
    no_show: NoShowPolicy | None, minor: int
) -> None:
    assert policies.no_show_fee(Policies(cancellation=TWO_DAYS, no_show=no_show), PRICE) == Money(
        minor, "USD"
    )


def test_a_version_from_before_prices_has_none() -> None:
    content = {
        "name": {"en": "Visit"},
        "category": "consultation",
        "procedures": [],
        "locations": [],
        "segments": [],
    }
    old = contents.read(offering().id, offering().id, "visit", content)
    assert (old.prices, old.tax_purpose, old.deposit, old.cancellation) == ((), None, None, None)


def test_a_percentage_keeps_its_decimals() -> None:
    assert policies.deposit(DepositPolicy(percent="12.5"), Money(1000, "USD"), 60) == Money(125, "USD")
    assert Money(1000, "USD").percent(Decimal("12.5")) == Money(125, "USD")
