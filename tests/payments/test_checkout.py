"""A payment page: one for one thing, whatever is lost on the way to it."""

import time

import pytest

from saas.kernel import clock, ids
from saas.kernel.money import Money
from saas.payments import checkout, stripe_gateway
from saas.payments.checkout import AlreadyPaid, PageClosing
from saas.payments.rules import PaymentState, Purpose
from saas.payments.stripe_gateway import Unanswered
from tests.ground import within
from tests.payments import kit
from tests.payments.kit import Till
from tests.sandbox.driving import DECLINED

LOST = ("lost_request", "lost_reply", "timeout_before", "timeout_after")


def test_what_is_paid_is_held_for_the_thing_and_its_fee_is_entered(till: Till) -> None:
    subject = ids.new()
    row = till.paid(subject)
    assert (row.state, row.card_last4, row.fee_minor) == ("paid", "4242", 204)
    assert till.deposit(subject) == 6000
    assert till.clearing() == till.at_stripe() == 6000 - 204


def test_two_clicks_lead_to_one_page(till: Till) -> None:
    subject = ids.new()
    first, second = till.opened(subject), till.opened(subject)
    assert (first.id, first.url) == (second.id, second.url)
    assert len(till.record("checkout.session")) == 1


@pytest.mark.parametrize("kind", LOST)
def test_a_call_that_got_lost_is_asked_again_and_makes_one_page(
    till: Till, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_gateway, "REPEATS", 0)
    row = till.prepared()
    till.driver.tell("faults", kind=kind, count=1, path="/v1/checkout/sessions", seconds=0.05)
    with pytest.raises(Unanswered), within(till.tenant_id):
        checkout.open_page(checkout.get(row.id, lock=True), clock.now())
    assert till.get(row).state == PaymentState.OPENING
    assert till.resumed(row) == PaymentState.OPEN
    assert len(till.record("checkout.session")) == 1


def test_a_stripe_that_does_not_answer_in_time_is_not_waited_for(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_gateway, "REPEATS", 0)
    monkeypatch.setattr(stripe_gateway, "TIMEOUT_SECONDS", 0.2)
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_of_a_client_of_its_own")
    row = till.prepared()
    till.driver.tell("faults", kind="slow", count=1, path="/v1/checkout/sessions", seconds=5)
    before = time.monotonic()
    with pytest.raises(Unanswered), within(till.tenant_id):
        checkout.open_page(checkout.get(row.id, lock=True), clock.now())
    assert time.monotonic() - before < 4


@pytest.mark.parametrize("kind", ["error_500", "error_500_after"])
def test_a_failure_that_stripe_would_repeat_is_asked_with_a_new_key(till: Till, kind: str) -> None:
    till.driver.tell("faults", kind=kind, count=1, path="/v1/checkout/sessions")
    row = till.opened()
    assert (row.state, row.attempt) == (PaymentState.OPEN, 2)
    assert till.type_card(row) == 303
    assert till.resumed(row) == PaymentState.PAID


def test_a_declined_card_can_be_followed_by_a_good_one(till: Till) -> None:
    row = till.opened()
    assert till.type_card(row, DECLINED) == 402
    assert till.resumed(row) == PaymentState.OPEN
    assert till.type_card(row) == 303
    assert till.resumed(row) == PaymentState.PAID


def test_nobody_can_pay_on_a_page_that_was_closed(till: Till) -> None:
    subject = ids.new()
    row = till.opened(subject)
    with within(till.tenant_id):
        assert checkout.close(Purpose.DEPOSIT, subject) is not None
    assert till.resumed(row) == PaymentState.CLOSED
    assert till.type_card(row) == 410


def test_a_page_that_was_paid_on_while_it_was_closed_is_paid(till: Till) -> None:
    subject = ids.new()
    row = till.opened(subject)
    assert till.type_card(row) == 303
    with within(till.tenant_id):
        checkout.close(Purpose.DEPOSIT, subject)
    assert till.resumed(row) == PaymentState.PAID
    assert till.deposit(subject) == 6000


def test_a_page_of_which_no_word_came_is_made_and_ended_once_it_is_not_wanted(till: Till) -> None:
    row = till.prepared()
    with within(till.tenant_id):
        checkout.close(Purpose.DEPOSIT, row.subject_id)
    assert till.resumed(row) == PaymentState.CLOSED
    assert [each["status"] for each in till.record("checkout.session")] == ["expired"]


def test_what_is_paid_or_closing_or_of_another_amount_is_not_asked_for_again(till: Till) -> None:
    paid, closing, other = ids.new(), ids.new(), ids.new()
    till.paid(paid)
    till.opened(closing)
    till.opened(other)
    with within(till.tenant_id):
        with pytest.raises(AlreadyPaid):
            checkout.prepare(till.wanted(paid), kit.VISITOR, clock.now())
        checkout.close(Purpose.DEPOSIT, closing)
        with pytest.raises(PageClosing):
            checkout.prepare(till.wanted(closing), kit.VISITOR, clock.now())
        with pytest.raises(PageClosing):
            checkout.prepare(till.wanted(other, Money(7000, "USD")), kit.VISITOR, clock.now())


def test_a_page_ends_by_itself_and_another_may_follow(till: Till) -> None:
    subject = ids.new()
    row = till.opened(subject)
    till.driver.tell("clock", advance_seconds=36 * 60)
    assert till.resumed(row) == PaymentState.CLOSED
    assert till.prepared(subject).id != row.id
