"""What a test can break on the way: each fault does what it says, as often as it says, and no more."""

import pytest
import stripe

from tests.sandbox.driving import Driver, Page


@pytest.fixture
def intent(clinic: Driver) -> str:
    """A PaymentIntent that succeeded."""
    return str(clinic.paid().payment_intent)


def refund(clinic: Driver, intent: str, key: str = "k", timeout: float = 10) -> stripe.Refund:
    client = clinic.client(timeout)
    return client.v1.refunds.create({"payment_intent": intent, "amount": 1000}, {"idempotency_key": key})


@pytest.mark.parametrize(("kind", "executed"), [("lost_reply", 1), ("lost_request", 0)])
def test_a_lost_call_is_executed_or_not_and_can_be_repeated(
    clinic: Driver, intent: str, kind: str, executed: int
) -> None:
    clinic.tell("faults", kind=kind, method="POST", path="/v1/refunds")
    with pytest.raises(stripe.APIConnectionError):
        refund(clinic, intent)
    assert len(clinic.record()["refund"]) == executed
    assert refund(clinic, intent).amount == 1000
    assert len(clinic.record()["refund"]) == 1


@pytest.mark.parametrize(("kind", "executed"), [("timeout_after", 1), ("timeout_before", 0)])
def test_a_call_that_hangs_is_executed_or_not_and_can_be_repeated(
    clinic: Driver, intent: str, kind: str, executed: int
) -> None:
    clinic.tell("faults", kind=kind, path="/v1/ref*", seconds=60)
    with pytest.raises(stripe.APIConnectionError):
        refund(clinic, intent, timeout=0.3)
    assert len(clinic.record()["refund"]) == executed
    assert refund(clinic, intent).amount == 1000
    assert len(clinic.record()["refund"]) == 1


@pytest.mark.parametrize(("kind", "executed"), [("error_500", 0), ("error_500_after", 1)])
def test_a_500_is_repeated_for_its_key(clinic: Driver, intent: str, kind: str, executed: int) -> None:
    clinic.tell("faults", kind=kind, path="/v1/refunds")
    for replayed in (None, "true"):
        with pytest.raises(stripe.APIError) as failed:
            refund(clinic, intent)
        assert failed.value.http_status == 500
        headers = failed.value.headers or {}
        assert (headers.get("Idempotent-Replayed"), headers["Stripe-Should-Retry"]) == (replayed, "false")
    assert len(clinic.record()["refund"]) == executed
    assert refund(clinic, intent, "other key").amount == 1000


def test_too_many_requests_are_not_executed_and_not_kept(clinic: Driver, intent: str) -> None:
    clinic.tell("faults", kind="rate_limit", path="/v1/refunds", count=2)
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            refund(clinic, intent)
    assert refund(clinic, intent).amount == 1000


def test_a_decline_is_a_card_error(clinic: Driver, intent: str) -> None:
    clinic.tell("faults", kind="decline", path="/v1/refunds")
    with pytest.raises(stripe.CardError) as declined:
        refund(clinic, intent)
    assert declined.value.code == "card_declined"
    assert declined.value.error is not None
    assert declined.value.error.decline_code == "generic_decline"


def test_a_fault_counts_what_it_matches(platform: Driver, clinic: Driver, intent: str) -> None:
    clinic.tell("faults", kind="error_500", path="/v1/refunds", after=1, count=1, account=clinic.account)
    assert not platform.connected().client().v1.refunds.list().data
    refund(clinic, intent, "first")
    with pytest.raises(stripe.APIError):
        refund(clinic, intent, "second")
    refund(clinic, intent, "third")
    (fault,) = clinic.tell("faults", "GET")["faults"]
    assert (fault["after"], fault["left"]) == (1, 0)
    clinic.tell("faults", "DELETE")
    assert clinic.tell("faults", "GET")["faults"] == []


def test_the_library_heals_a_lost_reply_by_itself(clinic: Driver, intent: str) -> None:
    clinic.tell("faults", kind="lost_reply", path="/v1/refunds")
    client = stripe.StripeClient(
        "sk_test_1", base_addresses={"api": clinic.url}, stripe_account=clinic.account, max_network_retries=1
    )
    assert client.v1.refunds.create({"payment_intent": intent}).amount == 5000
    assert len(clinic.record()["refund"]) == 1


@pytest.mark.parametrize(
    "given",
    [{}, {"kind": "flood"}, {"kind": "error_500", "where": "/v1/refunds"}, {"kind": "reorder"}],
)
def test_a_fault_that_makes_no_sense_is_refused(clinic: Driver, given: dict[str, object]) -> None:
    with pytest.raises(AssertionError, match="invalid_request_error"):
        clinic.tell("faults", **given)


def test_the_sandboxs_door_takes_json_alone(clinic: Driver) -> None:
    page: Page = clinic.browse(f"{clinic.url}/_sandbox/faults", {"kind": "error_500"})
    assert page.status == 400
    assert clinic.tell("faults", "GET")["faults"] == []


def test_the_record_holds_every_byte_that_came(clinic: Driver) -> None:
    price = {"currency": "usd", "unit_amount": 5000, "product_data": {"name": "Kanariengelb & süß"}}
    session = clinic.open(line_items=[{"quantity": 1, "price_data": price}])
    clinic.client().v1.charges.list({"payment_intent": "needle word"})
    clinic.pay(session)
    requests = clinic.record()["requests"] + Driver(clinic.url).record()["requests"]
    text = "\n".join(request["text"] for request in requests)
    for word in ("Kanariengelb & süß", "needle word", "clinic.example/held"):
        assert word in text
    assert "sk_test_123" not in text
    assert {request["door"] for request in requests} == {"api", "page"}
