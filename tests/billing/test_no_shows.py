"""That nobody came is charged as a late cancellation is: of what is held, once, and taken back by its mirror."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.billing import bills, no_shows
from saas.billing.refusals import AlreadyBilled, WaiverUnexplained
from saas.catalogue.contents import CancellationPolicy
from saas.catalogue.terms import NoShowPolicy, Policies
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.ledger.chart import Code
from tests.billing import visiting
from tests.billing.test_cancelling import ON_PAPER, refunds
from tests.billing.visiting import NOW, START, Clinic
from tests.ledger.books import assert_sound, usd

ALL = Policies(no_show=NoShowPolicy(fee_percent="100"))
HALF = Policies(cancellation=CancellationPolicy(48, fee_percent="50"))


@pytest.mark.parametrize(
    ("known", "held", "fee", "refund"),
    [
        (ALL, 6_000, 6_000, 0),
        (ALL, 30_000, 24_000, 6_000),
        (HALF, 20_000, 12_000, 8_000),
        (Policies(HALF.deposit, HALF.cancellation, NoShowPolicy()), 20_000, 0, 20_000),
        (Policies(), 20_000, 0, 20_000),
        (ALL, 0, 0, 0),
    ],
)
def test_what_it_costs(known: Policies, held: int, fee: int, refund: int) -> None:
    found = no_shows.consequences(visiting.quote(ON_PAPER.offering(), known=known), usd(held))
    assert (found.fee.minor, found.refund.minor) == (fee, refund)


@given(st.integers(0, 10**6), st.decimals("0.01", 100, places=2).map(str))
def test_fee_and_refund_are_what_is_held(held: int, percent: str) -> None:
    known = Policies(no_show=NoShowPolicy(fee_percent=percent))
    quoted = visiting.quote(ON_PAPER.offering(), known=known)
    found = no_shows.consequences(quoted, usd(held))
    assert found.fee + found.refund == usd(held)
    assert usd(0) <= found.fee <= quoted.net


def test_the_fee_is_earned_and_the_rest_goes_back(clinic: Clinic) -> None:
    visit = clinic.visit(visiting.quote(clinic.offering(), known=HALF), "no_show")
    payment = clinic.pay_deposit(visit, 20_000)
    no_shows.settle(visit, ids.new(), SYSTEM, NOW)
    assert clinic.books.balances()[Code.CANCELLATION_FEES] == -12_000
    assert refunds(payment) == [(8_000, no_shows.NOT_COME)]
    stands = bills.standing(visit.appointment_id)
    assert stands is not None
    assert (stands.due.minor, stands.kept.minor) == (0, 12_000)
    assert_sound()


def test_taken_back_it_is_held_again_and_may_be_charged_again(clinic: Clinic) -> None:
    visit = clinic.visit(visiting.quote(clinic.offering(), known=ALL))
    clinic.pay_deposit(visit, 6_000)
    for _time in range(2):
        act = ids.new()
        no_shows.settle(visit, act, SYSTEM, NOW)
        assert clinic.books.balances().get(Code.DEPOSITS, 0) == 0
        no_shows.take_back(visit, act, SYSTEM, NOW + timedelta(hours=1))
        assert clinic.books.balances()[Code.DEPOSITS] == -6_000
    no_shows.settle(visit, ids.new(), SYSTEM, NOW)
    assert clinic.books.balances()[Code.CANCELLATION_FEES] == -6_000
    assert_sound()


def test_waived_all_of_it_goes_back_and_a_reason_is_asked_for(clinic: Clinic) -> None:
    visit = clinic.visit(visiting.quote(clinic.offering(), known=ALL))
    payment = clinic.pay_deposit(visit, 6_000)
    with pytest.raises(WaiverUnexplained):
        no_shows.settle(visit, ids.new(), SYSTEM, NOW, " ")
    no_shows.settle(visit, ids.new(), SYSTEM, NOW, "In hospital")
    assert refunds(payment) == [(6_000, "In hospital")]
    assert_sound()


def test_who_was_billed_came(clinic: Clinic) -> None:
    visit = clinic.visit()
    bills.issue(visit, SYSTEM, START)
    with pytest.raises(AlreadyBilled):
        no_shows.settle(visit, ids.new(), SYSTEM, NOW)
