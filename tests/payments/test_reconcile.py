"""Reconciliation: everything that moved at Stripe is explained exactly once, and what was lost is healed."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from saas.kernel import clock, ids
from saas.ledger import trial
from saas.ledger.chart import Code, Ref
from saas.payments import checkout, reconcile, settle, stripe_gateway
from saas.payments.models import Movement
from saas.payments.reconcile import Finding, Report
from saas.payments.rules import PaymentState, Purpose
from saas.payments.stripe_gateway import MovementSeen
from tests.ground import within
from tests.payments import kit
from tests.payments.kit import Till
from tests.sandbox.driving import DISPUTED


def reconciled(till: Till) -> Report:
    with within(till.tenant_id):
        return reconcile.run(clock.now())


def explained(till: Till) -> dict[str, object]:
    """Return what explains each movement."""
    with within(till.tenant_id) as current:
        return {row.stripe_id: row.explained_by for row in current.scalars(select(Movement))}


def test_it_ties_after_payments_refunds_and_a_dispute(till: Till) -> None:
    back, part, disputed = till.paid(), till.paid(), till.opened()
    till.sent(till.asked_back(back))
    till.sent(till.asked_back(part, 1500))
    till.type_card(disputed, DISPUTED)
    till.resumed(disputed)
    till.driver.tell("clock", advance_seconds=120)
    report = reconciled(till)
    assert (report.is_clean, report.movements) == (True, 6)
    (standing,) = report.standings
    assert standing.ours_minor == standing.theirs_minor == till.at_stripe() == till.clearing()


def test_what_is_explained_stays_so_and_a_second_run_finds_nothing_new(till: Till) -> None:
    till.sent(till.asked_back(till.paid(), 1500))
    first = reconciled(till)
    before = explained(till)
    assert reconciled(till) == first
    assert explained(till) == before
    assert None not in before.values()
    assert len(set(before.values())) == len(before) == 2


def test_a_clinic_without_an_account_has_nothing_to_tie(committed: object) -> None:
    with within(committed):  # type: ignore[arg-type]
        assert reconcile.run(clock.now()) == Report((), 0, ())


def test_a_payment_of_which_every_event_was_dropped_is_healed(till: Till) -> None:
    row = till.opened(subject := ids.new())
    till.type_card(row)
    assert reconciled(till).is_clean
    assert (till.get(row).state, till.deposit(subject)) == (PaymentState.PAID, 6000)
    till.expect_tied()


def test_a_payment_whose_page_nobody_was_told_of_is_healed(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_gateway, "REPEATS", 0)
    row = till.prepared()
    till.driver.tell("faults", kind="lost_reply", count=1, path="/v1/checkout/sessions", method="POST")
    with pytest.raises(stripe_gateway.Unanswered), within(till.tenant_id):
        checkout.open_page(checkout.get(row.id, lock=True), clock.now())
    assert reconciled(till).is_clean
    assert till.get(row).state == PaymentState.OPEN


def test_a_refund_that_nobody_sent_is_sent(till: Till) -> None:
    till.asked_back(till.paid())
    assert reconciled(till).is_clean
    assert len(till.record("refund")) == 1
    till.expect_tied()


def test_what_was_refunded_there_and_never_told_is_taken_in(till: Till) -> None:
    row = till.paid(subject := ids.new())
    till.driver.client().v1.refunds.create({"charge": str(row.charge_id), "amount": 2000})
    assert reconciled(till).is_clean
    assert till.deposit(subject) == 4000
    till.expect_tied()


def test_a_charge_behind_our_back_waits_for_a_person(till: Till) -> None:
    till.paid()
    till.driver.paid()
    report = reconciled(till)
    (unknown,) = [each["id"] for each in till.record("balance_transaction") if each["amount"] == 5000]
    ours, theirs = till.clearing(), till.at_stripe()
    assert report.findings == (
        Finding("unexplained_movement", unknown, "USD", 0, 5000),
        Finding("clearing_differs", till.driver.account, "USD", ours, theirs),
    )
    assert theirs - ours == 5000 - 175
    assert reconciled(till).findings == report.findings


def test_a_refund_there_that_overtakes_ours_takes_its_place(till: Till) -> None:
    row = till.paid(subject := ids.new())
    ours = till.asked_back(row, 5000)  # stands in the books, and was not sent
    till.driver.client().v1.refunds.create({"charge": str(row.charge_id), "amount": 6000})
    assert reconciled(till).is_clean
    assert (till.refund(ours).state, till.deposit(subject)) == ("failed", 0)
    till.expect_tied()


def test_a_refund_there_of_a_deposit_that_is_spent_waits_for_a_person(till: Till) -> None:
    row = till.paid(subject := ids.new())
    with within(till.tenant_id):
        fee = (settle.owed_by(row), Ref(Code.CANCELLATION_FEES, till.location_id), 4000)
        settle.enter("cancellation.charged", subject, row, [fee], clock.now())
    till.driver.client().v1.refunds.create({"charge": str(row.charge_id), "amount": 6000})
    codes = [each.code for each in reconciled(till).findings]
    assert codes == ["unexplained_movement", "clearing_differs"]
    assert till.deposit(subject) == 2000


@pytest.mark.parametrize("other", [{"amount_minor": 5999}, {"fee_minor": 203}, {"currency": "EUR"}])
def test_a_movement_of_another_amount_is_not_explained_nor_posted(
    till: Till, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]
) -> None:
    till.paid()
    before = till.clearing()
    real = stripe_gateway.list_movements
    monkeypatch.setattr(
        stripe_gateway, "list_movements", lambda *given: [replace(each, **other) for each in real(*given)]
    )
    codes = [each.code for each in reconciled(till).findings]
    assert codes[0] == "unexplained_movement"
    assert till.clearing() == before


def test_one_thing_explains_one_movement(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    till.paid()
    real = stripe_gateway.list_movements

    def doubled(*given: object) -> list[MovementSeen]:
        found = list(real(*given))  # type: ignore[arg-type]
        return [*found, *(replace(each, id=f"{each.id}_again") for each in found)]

    monkeypatch.setattr(stripe_gateway, "list_movements", doubled)
    assert [each.code for each in reconciled(till).findings] == ["unexplained_movement", "clearing_differs"]


def test_a_page_whose_amount_was_tampered_with_is_a_finding(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = till.opened()
    till.type_card(row)
    real = stripe_gateway.get_session
    monkeypatch.setattr(stripe_gateway, "get_session", lambda *given: replace(real(*given), amount_minor=1))
    findings = reconciled(till).findings
    assert findings[0] == Finding("payment_differs", str(row.id))
    assert till.clearing() == 0


def test_what_waits_is_counted_and_the_books_are_not_blamed(till: Till) -> None:
    row = till.paid()
    till.asked_back(row)
    closing = till.opened(ids.new())
    with within(till.tenant_id):
        checkout.close(Purpose.DEPOSIT, closing.subject_id)
    till.driver.tell("faults", kind="error_500", count=None, path="/v1/refunds*")
    till.driver.tell("faults", kind="rate_limit", count=None, path="/v1/checkout/*")
    report = reconciled(till)
    assert (report.waiting, report.findings, report.is_clean) == (2, (), False)
    till.driver.tell("faults", "DELETE")
    assert reconciled(till).is_clean


def test_a_page_that_stripe_should_have_ended_waits_for_a_person(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its account was disconnected, say, or the keys are another platform's."""
    till.opened()

    def refuse(*_: object) -> None:
        raise stripe_gateway.StripeRefused("resource_missing")

    monkeypatch.setattr(stripe_gateway, "get_session", refuse)
    assert reconciled(till).is_clean
    with within(till.tenant_id):
        assert reconcile.run(kit.later(hours=2)).waiting == 1


def test_payouts_and_fees_of_stripe_itself_are_entered_once(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.paid()
    real, now = stripe_gateway.list_movements, clock.now()
    own = [
        MovementSeen("txn_1", "payout", "po_1", "USD", -5000, 0, now),
        MovementSeen("txn_2", "payout_failure", "po_1", "USD", 5000, 0, now),
        MovementSeen("txn_3", "payout", "po_2", "USD", -4000, 100, now),
        MovementSeen("txn_4", "stripe_fee", None, "USD", -200, 0, now),
    ]
    monkeypatch.setattr(stripe_gateway, "list_movements", lambda *given: [*own, *real(*given)])
    assert reconciled(till).is_clean
    assert reconciled(till).is_clean
    with within(till.tenant_id):
        lines = trial.balance(till.legal_entity_id, "USD", clock.now().date())
    found = {line.code: line.balance_minor for line in lines}
    assert (found[Code.BANK], found[Code.PROCESSING_FEES]) == (4000, 204 + 100 + 200)
    assert found[Code.STRIPE_CLEARING] == 6000 - 204 - 4000 - 100 - 200
