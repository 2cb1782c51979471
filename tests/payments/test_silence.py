"""No clinical and no personal word reaches Stripe: ids, amounts, one neutral word and an address to return to."""

import dataclasses

import pytest

from saas.kernel import clock, ids
from saas.kernel.money import Money
from saas.payments import reconcile, refunds, settings
from saas.payments.stripe_gateway import Asked
from tests.ground import within
from tests.payments import kit
from tests.payments.kit import Till

CANARY = "Xerophthalmia"
SPOKEN = {"payment_id", "key", "account", "currency", "amount_minor", "page", "expires_at"}


def test_a_request_for_a_page_has_no_room_for_words() -> None:
    assert {field.name for field in dataclasses.fields(Asked)} == SPOKEN


def test_why_money_goes_back_is_not_told(till: Till) -> None:
    row = till.paid()
    with within(till.tenant_id):
        refund = refunds.ask(row.id, Money(100, "USD"), f"It was for {CANARY}", kit.CLERK, clock.now())
    till.sent(refund)
    with within(till.tenant_id):
        reconcile.run(clock.now())
    texts = [each["text"] for each in till.record("requests") if each["door"] == "api"]
    assert len(texts) >= 4
    for word in (CANARY, "Asked", "LLC", "Main", "P0", str(kit.CLERK.id), str(row.subject_id)):
        assert not [text for text in texts if word in text], word


def test_the_words_that_are_sent_are_known(till: Till) -> None:
    till.opened(ids.new())
    (asked,) = [
        each for each in till.record("requests") if each["method"] == "POST" and each["door"] == "api"
    ]
    names = {part.partition("=")[0] for part in asked["body"].split("&")}
    assert names == {
        "mode", "client_reference_id", "metadata[payment]", "line_items[0][quantity]",
        "line_items[0][price_data][currency]", "line_items[0][price_data][unit_amount]",
        "line_items[0][price_data][product_data][name]", "payment_intent_data[metadata][payment]",
        "allowed_payment_method_types[0]", "success_url", "cancel_url", "expires_at",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "base"), [("sk_live_1", ""), ("rk_live_1", ""), ("sk_test_1", "http://here")]
)
def test_a_live_key_is_told_to_nobody_but_stripe(
    monkeypatch: pytest.MonkeyPatch, key: str, base: str
) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", key)
    monkeypatch.setenv("STRIPE_API_BASE", "http://here/")
    assert settings.from_environment().base == base
