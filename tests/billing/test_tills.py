"""The till: what is taken at the desk is for a bill, never above what is due, and noted once."""

import pytest

from saas.billing import bills, tills
from saas.billing.refusals import MoreThanDue, NotAnAmount, NotBilled, TakenDifferently
from saas.billing.rules import Tender
from saas.billing.visits import Visit
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.kernel.errors import NotFound
from saas.kernel.money import CurrencyMismatch, Money
from saas.ledger.chart import Code
from tests.billing.visiting import NOW, Clinic
from tests.ledger.books import assert_sound, usd


@pytest.fixture
def billed(clinic: Clinic) -> Visit:
    """A visit with a deposit of 60 that is billed: 200.64 is due."""
    visit = clinic.visit()
    clinic.pay_deposit(visit, 6_000)
    bills.issue(visit, SYSTEM, NOW)
    return visit


def test_what_is_taken_is_no_longer_owed(clinic: Clinic, billed: Visit) -> None:
    tills.take(ids.new(), billed.appointment_id, usd(10_000), Tender.CASH, SYSTEM, NOW)
    tills.take(ids.new(), billed.appointment_id, usd(10_064), Tender.CARD_TERMINAL, SYSTEM, NOW)
    found = clinic.books.balances()
    assert (found[Code.BANK], found[Code.RECEIVABLE]) == (20_064, 0)
    stands = bills.standing(billed.appointment_id)
    assert stands is not None
    assert (stands.due, stands.paid) == (usd(0), usd(26_064))
    assert_sound()


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        (usd(20_065), MoreThanDue),
        (usd(0), NotAnAmount),
        (usd(-1), NotAnAmount),
        (Money(100, "EUR"), CurrencyMismatch),
    ],
)
def test_what_is_not_due_is_not_taken(
    clinic: Clinic, billed: Visit, amount: Money, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        tills.take(ids.new(), billed.appointment_id, amount, Tender.CASH, SYSTEM, NOW)
    assert Code.BANK not in clinic.books.balances()


def test_sent_twice_it_is_one_payment(clinic: Clinic, billed: Visit) -> None:
    act = ids.new()
    for _twice in range(2):
        tills.take(act, billed.appointment_id, usd(20_064), Tender.CASH, SYSTEM, NOW)
    assert clinic.books.balances()[Code.BANK] == 20_064
    with pytest.raises(TakenDifferently):
        tills.take(act, billed.appointment_id, usd(20_064), Tender.CARD_TERMINAL, SYSTEM, NOW)


def test_before_the_bill_nothing_is_taken(clinic: Clinic) -> None:
    with pytest.raises(NotBilled):
        tills.take(ids.new(), clinic.visit().appointment_id, usd(100), Tender.CASH, SYSTEM, NOW)
    with pytest.raises(NotFound):
        tills.take(ids.new(), ids.new(), usd(100), Tender.CASH, SYSTEM, NOW)
