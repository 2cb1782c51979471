"""Money back to the card: never more than was paid, never twice, and the books say the same as the sandbox."""

import pytest

from saas.journal.kinds import EventKind
from saas.kernel import clock, ids
from saas.kernel.errors import NotFound
from saas.kernel.money import Money
from saas.payments import refunds, stripe_gateway
from saas.payments.refunds import RefundRefused
from saas.payments.rules import RefundState
from saas.payments.stripe_gateway import Unanswered
from tests.ground import within
from tests.payments import kit
from tests.payments.kit import Till
from tests.sandbox.driving import DISPUTED

FAULTS = (
    "lost_request",
    "lost_reply",
    "timeout_before",
    "timeout_after",
    "rate_limit",
    "error_500",
    "error_500_after",
)
BAD = [
    (6001, "USD", "More than was paid"), (0, "USD", "Nothing"), (-100, "USD", "Less than nothing"),
    (1000, "EUR", "Another currency"), (1000, "USD", ""), (1000, "USD", "  "), (1000, "USD", "x" * 501),
]  # fmt: skip


def test_a_deposit_goes_back_to_the_card_and_out_of_the_books(till: Till) -> None:
    row = till.paid(subject := ids.new())
    refund = till.asked_back(row)
    assert (till.deposit(subject), till.record("refund")) == (0, [])
    assert till.sent(refund) is RefundState.DONE
    assert [each["amount"] for each in till.record("refund")] == [6000]
    till.expect_tied()


def test_parts_go_back_until_nothing_is_left(till: Till) -> None:
    row = till.paid(subject := ids.new())
    for minor in (1000, 4999, 1):
        assert till.sent(till.asked_back(row, minor)) is RefundState.DONE
    with pytest.raises(RefundRefused):
        till.asked_back(row, 1)
    assert till.deposit(subject) == 0
    till.expect_tied()


def test_a_refund_that_makes_no_sense_is_refused_and_writes_nothing(till: Till) -> None:
    row = till.paid(subject := ids.new())
    for minor, currency, reason in BAD:
        with pytest.raises(RefundRefused), within(till.tenant_id):
            refunds.ask(row.id, Money(minor, currency), reason, kit.CLERK, clock.now())
    with within(till.tenant_id):
        assert refunds.list_for(row.id) == []
    assert till.deposit(subject) == 6000


def test_nothing_goes_back_of_what_was_not_paid(till: Till) -> None:
    with pytest.raises(RefundRefused):
        till.asked_back(till.opened(), 1)
    with pytest.raises(NotFound), within(till.tenant_id):
        refunds.ask(ids.new(), kit.DEPOSIT, "No such payment", kit.CLERK, clock.now())


def test_whatever_is_lost_on_the_way_one_refund_is_made(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe_gateway, "REPEATS", 0)
    row = till.paid()
    for made, kind in enumerate(FAULTS, 1):
        refund = till.asked_back(row, 500)
        till.driver.tell("faults", kind=kind, count=1, path="/v1/refunds", method="POST", seconds=0.05)
        with pytest.raises(Unanswered):
            till.sent(refund)
        assert till.refund(refund).state == RefundState.ASKED, kind
        assert till.sent(refund) is RefundState.DONE, kind
        assert [each["amount"] for each in till.record("refund")] == [500] * made, kind
    till.expect_tied()


def test_a_refund_is_looked_for_before_it_is_asked_for_a_day_later(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe forgets keys after a day; by then the same request would give the money back once more."""
    monkeypatch.setattr(stripe_gateway, "REPEATS", 0)
    refund = till.asked_back(till.paid(), 2500)
    till.driver.tell("faults", kind="lost_reply", count=1, path="/v1/refunds", method="POST")
    with pytest.raises(Unanswered):
        till.sent(refund)
    till.driver.tell("clock", advance_seconds=25 * 3600)
    with within(till.tenant_id):
        assert refunds.send(refund.id, kit.later(hours=25)) is RefundState.DONE
    assert len(till.record("refund")) == 1


def test_a_key_that_is_refused_for_a_while_fails_no_refund(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = till.asked_back(till.paid())
    monkeypatch.setenv("STRIPE_API_KEY", "no key at all")
    with pytest.raises(Unanswered):
        till.sent(refund)
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_123")
    assert till.sent(refund) is RefundState.DONE
    till.expect_tied()


def test_a_refund_that_stripe_refuses_stands_in_the_books_again(till: Till) -> None:
    row = till.opened(subject := ids.new())
    assert till.type_card(row, DISPUTED) == 303
    till.resumed(row)
    till.driver.tell("clock", advance_seconds=120)
    refund = till.asked_back(row)
    assert till.deposit(subject) == 0
    assert till.sent(refund) is RefundState.FAILED
    assert (till.refund(refund).failure, till.deposit(subject)) == ("charge_disputed", 6000)
    assert till.told(EventKind.REFUND_FAILED) == 1


def test_a_refund_that_fails_after_it_was_done_stands_in_the_books_again(till: Till) -> None:
    row = till.paid(subject := ids.new())
    refund = till.asked_back(row)
    till.sent(refund)
    with within(till.tenant_id):
        seen = stripe_gateway.get_refund(row.account, str(till.refund(refund).stripe_id))
        failed = stripe_gateway.RefundSeen(
            **{**vars(seen), "status": "failed", "failure": "lost_or_stolen_card"}
        )
        for shown in (failed, seen, failed):
            refunds.refund_seen(refunds.get(refund.id, lock=True), shown, clock.now())
    assert till.deposit(subject) == 6000
    assert (till.told(EventKind.REFUND_DONE), till.told(EventKind.REFUND_FAILED)) == (1, 1)


def test_a_refund_that_was_made_and_is_not_shown_has_not_failed(till: Till) -> None:
    refund = till.asked_back(till.paid())
    pending = stripe_gateway.RefundSeen("re_1", refund.id, "ch_1", "pending", None, "USD", 6000, clock.now())
    with within(till.tenant_id):
        refunds.refund_seen(refunds.get(refund.id, lock=True), pending, clock.now())
    with pytest.raises(stripe_gateway.StripeRefused):
        till.sent(refund)
    assert till.refund(refund).state == RefundState.ASKED


def test_only_the_first_word_on_a_refund_is_news(till: Till) -> None:
    row = till.paid()
    refund = till.asked_back(row)
    till.sent(refund)
    before = till.refund(refund).ended_at
    with within(till.tenant_id):
        seen = stripe_gateway.get_refund(row.account, str(refunds.get(refund.id).stripe_id))
        refunds.refund_seen(refunds.get(refund.id, lock=True), seen, kit.later(hours=1))
    assert till.refund(refund).ended_at == before
    assert till.told(EventKind.REFUND_DONE) == 1


def test_a_refund_that_is_under_way_is_not_done(till: Till) -> None:
    row = till.paid()
    refund = till.asked_back(row)
    pending = stripe_gateway.RefundSeen("re_1", refund.id, "ch_1", "pending", None, "USD", 6000, clock.now())
    with within(till.tenant_id):
        state = refunds.refund_seen(refunds.get(refund.id, lock=True), pending, clock.now())
    assert (state, till.refund(refund).ended_at) == (RefundState.ASKED, None)
    assert till.told(EventKind.REFUND_DONE) == 0
