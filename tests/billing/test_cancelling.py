"""Cancelling: what it would cost, and that it costs just that, once."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.billing import bills, cancelling
from saas.billing.refusals import AlreadyBilled, WaiverUnexplained
from saas.catalogue import contents
from saas.db import session
from saas.kernel.actors import SYSTEM
from saas.kernel.ids import new
from saas.ledger.chart import Code
from tests.billing import visiting
from tests.billing.visiting import START, Clinic
from tests.ledger.books import Books, assert_sound, usd

IN_TIME, LATE = START - timedelta(days=3), START - timedelta(hours=20)
ON_PAPER = Clinic(new(), Books(new(), new()), new())


@pytest.mark.parametrize(
    ("held", "now", "late", "fee", "refund"),
    [
        (6_000, IN_TIME, False, 0, 6_000),
        (6_000, LATE, True, 6_000, 0),
        (20_000, LATE, True, 12_000, 8_000),
        (0, LATE, True, 0, 0),
        (0, IN_TIME, False, 0, 0),
        (6_000, START - timedelta(hours=48), True, 6_000, 0),
        (6_000, START - timedelta(hours=48, seconds=1), False, 0, 6_000),
        (6_000, START + timedelta(hours=3), True, 6_000, 0),
    ],
)
def test_what_it_costs(held: int, now: datetime, late: bool, fee: int, refund: int) -> None:
    quoted = visiting.quote(ON_PAPER.offering())
    found = cancelling.consequences(quoted, usd(held), START.replace(tzinfo=None), "UTC", now)
    assert (found.late, found.fee.minor, found.refund.minor) == (late, fee, refund)
    assert "%(" not in found.sentence % found.params


def test_without_a_policy_it_is_free_at_any_time() -> None:
    quoted = visiting.quote(ON_PAPER.offering(cancellation=None))
    found = cancelling.consequences(quoted, usd(6_000), START.replace(tzinfo=None), "UTC", START)
    assert (found.late, found.fee.minor, found.refund.minor) == (False, 0, 6_000)


CHARGED = st.one_of(
    st.builds(lambda p: {"fee_percent": str(p)}, st.decimals(0, 100, places=2)),
    st.builds(lambda minor: {"fee": f"{minor // 100}.{minor % 100:02}"}, st.integers(0, 10**7)),
)


@given(
    price=st.integers(0, 10**7),
    held=st.integers(0, 10**7),
    charged=CHARGED,
    hours=st.integers(0, 336),
    ahead=st.timedeltas(timedelta(days=-2), timedelta(days=30)),
)
def test_fee_and_refund_are_what_is_held_and_the_fee_never_above_the_price(
    price: int, held: int, charged: dict[str, str], hours: int, ahead: timedelta
) -> None:
    policy = {"free_until_hours": hours, **charged}
    offering = ON_PAPER.offering(f"{price // 100}.{price % 100:02}", cancellation=policy)
    found = cancelling.consequences(
        visiting.quote(offering), usd(held), START.replace(tzinfo=None), "UTC", START - ahead
    )
    assert found.fee + found.refund == usd(held)
    assert usd(0) <= found.fee <= usd(price)
    assert found.refund >= usd(0)
    if not found.late:
        assert not found.fee


def refunds(payment_id: UUID) -> list[tuple[int, str]]:
    """Return what was asked to go back of a payment, and why."""
    query = "SELECT amount_minor, reason FROM refunds WHERE payment_id = :p AND tenant_id = :t"
    found = session.statement(query, p=payment_id, t=session.current().tenant_id)
    return [(row.amount_minor, row.reason) for row in found]


def test_in_time_all_of_it_goes_back(clinic: Clinic) -> None:
    visit = clinic.visit()
    payment = clinic.pay_deposit(visit, 6_000)
    cancelling.settle_cancellation(visit, SYSTEM, IN_TIME)
    assert refunds(payment) == [(6_000, cancelling.IN_TIME)]
    assert clinic.books.balances().get(Code.CANCELLATION_FEES, 0) == 0
    assert_sound()


def test_late_the_fee_is_kept_and_the_rest_goes_back(clinic: Clinic) -> None:
    visit = clinic.visit()
    payment = clinic.pay_deposit(visit, 20_000)
    cancelling.settle_cancellation(visit, SYSTEM, LATE)
    assert refunds(payment) == [(8_000, cancelling.LATE)]
    found = clinic.books.balances()
    assert (found[Code.CANCELLATION_FEES], found[Code.DEPOSITS]) == (-12_000, 0)
    assert_sound()


def test_settled_again_it_keeps_and_gives_nothing_more(clinic: Clinic) -> None:
    visit = clinic.visit()
    payment = clinic.pay_deposit(visit, 20_000)
    for _twice in range(2):
        cancelling.settle_cancellation(visit, SYSTEM, LATE)
    assert refunds(payment) == [(8_000, cancelling.LATE)]
    assert clinic.books.balances()[Code.CANCELLATION_FEES] == -12_000


def test_when_the_clinic_cancels_all_of_it_goes_back(clinic: Clinic) -> None:
    visit = clinic.visit()
    payment = clinic.pay_deposit(visit, 6_000)
    fee = cancelling.settle_cancellation(visit, SYSTEM, LATE, by_clinic=True)
    assert fee == cancelling.Fee(True, usd(0), usd(6_000))
    assert refunds(payment) == [(6_000, cancelling.BY_CLINIC)]


def test_a_waiver_says_why_and_the_trail_keeps_it(clinic: Clinic) -> None:
    visit = clinic.visit()
    payment = clinic.pay_deposit(visit, 6_000)
    with pytest.raises(WaiverUnexplained):
        cancelling.settle_cancellation(visit, SYSTEM, LATE, waive_reason=" ")
    cancelling.settle_cancellation(visit, SYSTEM, LATE, waive_reason="Bereavement")
    assert refunds(payment) == [(6_000, "Bereavement")]
    session.current().flush()
    query = "SELECT reason FROM audit_entries WHERE action = 'cancellation.waived' AND tenant_id = :t"
    assert session.statement(query, t=clinic.tenant_id).scalars().all() == ["Bereavement"]


def test_nothing_held_or_nothing_promised_moves_nothing(clinic: Clinic) -> None:
    unpaid = clinic.visit()
    assert cancelling.settle_cancellation(unpaid, SYSTEM, LATE) == cancelling.Fee(True, usd(0), usd(0))
    free = replace(clinic.visit(), appointment_id=new())
    assert cancelling.settle_cancellation(free, SYSTEM, LATE) is None


def test_what_is_billed_is_not_called_off(clinic: Clinic) -> None:
    visit = clinic.visit()
    clinic.pay_deposit(visit, 6_000)
    bills.issue(visit, SYSTEM, START)
    with pytest.raises(AlreadyBilled):
        cancelling.settle_cancellation(visit, SYSTEM, LATE)


def test_of_a_visit_that_is_off_nothing_is_due_and_the_fee_is_what_was_kept(clinic: Clinic) -> None:
    visit = clinic.visit(state="cancelled")
    clinic.pay_deposit(visit, 20_000)
    cancelling.settle_cancellation(visit, SYSTEM, LATE)
    stands = bills.standing(visit.appointment_id)
    assert stands is not None
    assert (stands.due, stands.kept, stands.refunded) == (usd(0), usd(12_000), usd(8_000))


def test_the_policy_kept_is_the_one_it_was_booked_under() -> None:
    kept = visiting.quote(ON_PAPER.offering()).policies.cancellation
    assert kept == contents.CancellationPolicy(48, fee_percent="50")
