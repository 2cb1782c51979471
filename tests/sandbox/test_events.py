"""Events and their deliveries: signed, repeated until acknowledged, and as unruly as a test wants them."""

import hashlib
import hmac
import json
import time

import pytest
import stripe

from saas.sandbox import delivering
from tests.sandbox.driving import DECLINED, DISPUTED, MINUTE, SECRET, Driver, Receiver

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded",
        "checkout.session.completed", "charge.updated"]  # fmt: skip


def quiet(driver: Driver) -> None:
    """Wait until everything is delivered that no fault holds back."""
    assert driver.tell("quiet", "GET")["quiet"]


def test_a_payment_is_told_in_order_and_signed(clinic: Driver, endpoint: Receiver) -> None:
    session = clinic.paid()
    quiet(clinic)
    assert endpoint.types() == PAID
    events = [stripe.Webhook.construct_event(body, header, SECRET) for header, body in endpoint.got]
    assert {event.account for event in events} == {clinic.account}
    completed = next(event for event in events if event.type == "checkout.session.completed")
    assert completed.data.object["id"] == session.id
    assert completed.api_version == stripe.api_version
    assert clinic.client().v1.events.retrieve(completed.id).data.object == completed.data.object


def test_an_event_shows_the_object_as_it_was(clinic: Driver, endpoint: Receiver) -> None:
    clinic.client().v1.refunds.create({"payment_intent": str(clinic.paid().payment_intent)})
    told = {event.type: event.data for event in clinic.client().v1.events.list()}
    assert told["charge.succeeded"].object["balance_transaction"] is None
    assert told["charge.succeeded"].object["amount_refunded"] == 0
    assert told["charge.updated"].object["balance_transaction"]
    assert told["charge.refunded"].object["amount_refunded"] == 5000
    assert told["charge.refunded"].previous_attributes
    assert told["refund.created"].object["amount"] == 5000


def test_an_event_knows_the_request_that_caused_it(clinic: Driver) -> None:
    session = clinic.open()
    clinic.client().v1.checkout.sessions.expire(session.id, options={"idempotency_key": "expire:1"})
    (event,) = clinic.client().v1.events.list()
    assert event.request
    assert event.request.idempotency_key == "expire:1"


def test_what_fails_is_told_too(clinic: Driver, endpoint: Receiver) -> None:
    clinic.pay(clinic.open(), DECLINED)
    clinic.paid(DISPUTED)
    clinic.tell("clock", advance_seconds=MINUTE)
    quiet(clinic)
    assert endpoint.types()[:3] == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
    ]
    assert endpoint.types()[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_a_forged_or_stale_signature_is_seen_through(clinic: Driver, endpoint: Receiver) -> None:
    clinic.client().v1.checkout.sessions.expire(clinic.open().id)
    quiet(clinic)
    ((header, body),) = endpoint.got
    stale = delivering.sign(SECRET, int(time.time()) - 301, body)
    for wrong_header, wrong_body, secret in (
        (header, body, "whsec_other"), (header, body + b" ", SECRET), (stale, body, SECRET), ("", body, SECRET),
    ):  # fmt: skip
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(wrong_body, wrong_header, secret)
    digest = hmac.new(SECRET.encode(), b"7." + body, hashlib.sha256).hexdigest()
    assert delivering.sign(SECRET, 7, body) == f"t=7,v1={digest}"


def test_the_signature_keeps_the_wall_clocks_time(clinic: Driver, endpoint: Receiver) -> None:
    clinic.open()
    clinic.tell("clock", advance_seconds=40 * MINUTE)
    quiet(clinic)
    ((header, body),) = endpoint.got
    stripe.Webhook.construct_event(body, header, SECRET)
    assert json.loads(body)["created"] > time.time() + 30 * MINUTE


def test_an_event_comes_again_until_it_is_acknowledged(
    clinic: Driver, endpoint: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "PAUSES", (0,))
    endpoint.answers[:] = [500, 302, 404]
    clinic.client().v1.checkout.sessions.expire(clinic.open().id)
    quiet(clinic)
    assert len(endpoint.got) == 4
    assert len(set(endpoint.ids())) == 1
    (delivery,) = clinic.record()["deliveries"]
    assert (delivery["state"], delivery["attempts"]) == ("done", 4)


def test_an_event_can_be_duplicated(clinic: Driver, endpoint: Receiver) -> None:
    clinic.tell("faults", kind="duplicate", event="charge.succeeded", times=3)
    clinic.paid()
    quiet(clinic)
    assert endpoint.types().count("charge.succeeded") == 3
    assert len(set(endpoint.ids())) == len(PAID)


def test_events_can_be_dropped_and_are_still_listed(clinic: Driver, endpoint: Receiver) -> None:
    clinic.tell("faults", kind="drop", event="c*.s*", count=None)
    clinic.paid()
    quiet(clinic)
    assert endpoint.types() == [PAID[0], PAID[2], PAID[4]]
    lost = clinic.client().v1.events.list({"delivery_success": False})
    assert sorted(event.type for event in lost) == ["charge.succeeded", "checkout.session.completed"]
    assert not clinic.client().v1.events.list({"type": "charge.succeeded", "delivery_success": True}).data


def test_events_can_be_turned_around(clinic: Driver, endpoint: Receiver) -> None:
    clinic.tell("faults", kind="reorder", count=3, after=1)
    clinic.paid()
    quiet(clinic)
    assert sorted(endpoint.types()) == sorted(PAID)
    held = [kind for kind in endpoint.types() if kind in PAID[1:4]]
    assert held == PAID[3:0:-1]


def test_an_event_can_be_delayed_until_the_faults_are_cleared(clinic: Driver, endpoint: Receiver) -> None:
    clinic.tell("faults", kind="delay", event="checkout.session.completed", seconds=600)
    clinic.paid()
    quiet(clinic)
    assert "checkout.session.completed" not in endpoint.types()
    clinic.tell("faults", "DELETE")
    quiet(clinic)
    assert endpoint.types()[-1] == "checkout.session.completed"


def test_a_delayed_event_comes_late(clinic: Driver, endpoint: Receiver) -> None:
    clinic.tell("faults", kind="delay", event="charge.succeeded", seconds=0.3)
    clinic.paid()
    deadline = time.monotonic() + 5
    while "charge.succeeded" not in endpoint.types():
        assert time.monotonic() < deadline
        clinic.tell("quiet", "GET")
    assert endpoint.types()[-1] == "charge.succeeded"


def test_an_event_can_be_delivered_again(clinic: Driver, endpoint: Receiver) -> None:
    clinic.client().v1.checkout.sessions.expire(clinic.open().id)
    quiet(clinic)
    clinic.tell("deliver", event=endpoint.ids()[0], times=2)
    quiet(clinic)
    assert len(endpoint.got) == 3
    assert len(set(endpoint.ids())) == 1


def test_without_an_endpoint_events_are_only_listed(clinic: Driver) -> None:
    clinic.paid()
    record = clinic.record()
    assert record["deliveries"] == []
    assert [event["type"] for event in record["event"]] == PAID
    found = clinic.client().v1.events.list({"types": ["charge.succeeded", "charge.updated"]})
    assert [event.type for event in found] == ["charge.updated", "charge.succeeded"]
    assert len(clinic.client().v1.events.list({"type": "payment_intent.*"}).data) == 2
