"""The process dies between asking Stripe and writing down the answer: what comes after finds out."""

from collections.abc import Callable

import pytest

from saas.kernel import clock, ids
from saas.payments import checkout, jobs, reconcile, refunds, settle, stripe_gateway
from saas.payments.rules import PaymentState, RefundState
from tests.ground import within
from tests.payments import kit
from tests.payments.kit import Till


class Died(BaseException):
    """The process is gone."""


def _die(*_: object, **__: object) -> None:
    raise Died


def dies(till: Till, act: Callable[[], object]) -> None:
    """Let an act die in its transaction."""
    with pytest.raises(Died), within(till.tenant_id):
        act()


def test_death_before_the_page_is_written_down_leads_to_the_same_page(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = till.prepared()
    with monkeypatch.context() as deadly:
        deadly.setattr(checkout, "_opened", _die)
        dies(till, lambda: checkout.open_page(checkout.get(row.id, lock=True), clock.now()))
    assert till.get(row).state == PaymentState.OPENING
    with within(till.tenant_id):
        jobs.resume(payment_id=str(row.id))
    (page,) = till.record("checkout.session")
    assert (till.get(row).session_id, till.get(row).url) == (page["id"], page["url"])


@pytest.mark.parametrize("where", ["session_seen", "_paid", "fee_seen", "enter"])
def test_death_while_a_payment_is_recorded_records_it_once(
    till: Till, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    row = till.opened(subject := ids.new())
    till.type_card(row)
    with monkeypatch.context() as deadly:
        deadly.setattr(settle, where, _die)
        dies(till, lambda: checkout.resume(row.id, clock.now()))
    assert (till.get(row).state, till.deposit(subject)) == (PaymentState.OPEN, 0)
    assert till.resumed(row) == PaymentState.PAID
    assert till.deposit(subject) == 6000
    till.expect_tied()


@pytest.mark.parametrize("where", ["refund_seen", "get"])
def test_death_while_a_refund_is_recorded_makes_no_second_one(
    till: Till, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    refund = till.asked_back(till.paid(), 2000)
    with monkeypatch.context() as deadly:
        real = refunds.get
        deadly.setattr(
            refunds, where, _die if where != "get" else lambda id, lock=False: _die() if lock else real(id)
        )
        dies(till, lambda: refunds.send(refund.id, clock.now()))
    assert till.refund(refund).state == RefundState.ASKED
    assert till.sent(refund) is RefundState.DONE
    assert len(till.record("refund")) == 1
    till.expect_tied()


def test_death_between_the_intent_and_the_call_is_healed_by_night(till: Till) -> None:
    row, refund = till.prepared(), till.asked_back(till.paid(), 2000)
    with within(till.tenant_id):
        assert reconcile.run(clock.now()).is_clean
    assert till.get(row).state == PaymentState.OPEN
    assert till.refund(refund).state == RefundState.DONE


def test_an_intent_is_committed_before_stripe_hears_of_it(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen from another connection while the call is made."""
    seen: list[str] = []
    real = stripe_gateway.open_session

    def spying(asked: stripe_gateway.Asked) -> object:
        seen.append(till.get(row).state)
        return real(asked)

    monkeypatch.setattr(stripe_gateway, "open_session", spying)
    with within(till.tenant_id):
        row = checkout.prepare(till.wanted(ids.new()), kit.VISITOR, clock.now())
        checkout.open_page(checkout.get(row.id, lock=True), clock.now())
    assert seen == ["opening"]
