"""Accounts, and checkout sessions from their opening to their end."""

import time

import pytest
import stripe

from tests.sandbox.driving import DECLINED, HOUR, MINUTE, Driver, wanted


def test_an_account_takes_payments_at_once(platform: Driver, clinic: Driver) -> None:
    account = platform.client().v1.accounts.retrieve(clinic.account)
    assert account.charges_enabled
    assert clinic.client().v1.accounts.retrieve_current().id == clinic.account
    assert [each.id for each in platform.client().v1.accounts.list()] == [clinic.account]


def test_an_unknown_account_is_refused_as_one_without_access(platform: Driver) -> None:
    stranger = Driver(platform.url, "acct_unknown")
    with pytest.raises(stripe.PermissionError) as refused:
        stranger.open()
    assert refused.value.error is not None
    assert refused.value.error.code == "account_invalid"
    assert platform.record()["checkout.session"] == []


def test_an_account_sees_its_own_things_alone(platform: Driver, clinic: Driver) -> None:
    session = clinic.open()
    for other in (platform, platform.connected()):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            other.client().v1.checkout.sessions.retrieve(session.id)
        assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
        assert not other.client().v1.checkout.sessions.list().data
    assert clinic.client().v1.checkout.sessions.list().data[0].id == session.id


@pytest.mark.parametrize("key", ["", "sk_live_123", "pk_test_123"])
def test_only_a_secret_test_key_opens_the_door(platform: Driver, key: str) -> None:
    client = stripe.StripeClient(key or "none", base_addresses={"api": platform.url}, max_network_retries=0)
    with pytest.raises(stripe.AuthenticationError):
        client.v1.accounts.list()


def test_another_version_of_the_contract_is_refused(clinic: Driver) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="2020-08-27"):
        clinic.client().v1.charges.list(options={"stripe_version": "2020-08-27"})


def test_a_session_opens_with_what_was_asked(clinic: Driver) -> None:
    session = clinic.open(client_reference_id="hold-1", metadata={"act": "7"})
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 5000)
    assert (session.currency, session.payment_intent, session.livemode) == ("usd", None, False)
    assert session.metadata
    assert (session.client_reference_id, session.metadata.to_dict()) == ("hold-1", {"act": "7"})
    assert session.url == f"{clinic.url}/c/pay/{session.id}"


@pytest.mark.parametrize("seconds", [30 * MINUTE - 2, -HOUR, 24 * HOUR + 60])
def test_a_session_cannot_end_too_soon_or_too_late(clinic: Driver, seconds: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        clinic.open(expires_at=int(time.time()) + seconds)
    assert refused.value.param == "expires_at"


def test_a_session_may_end_within_its_bounds_and_else_ends_after_a_day(clinic: Driver) -> None:
    clinic.open(expires_at=int(time.time()) + 30 * MINUTE + 2)
    clinic.open(expires_at=int(time.time()) + 24 * HOUR - 2)
    params = wanted()
    del params["expires_at"]
    session = clinic.client().v1.checkout.sessions.create(params)
    assert session.expires_at - session.created == 24 * HOUR


def test_expiring_closes_a_session_once_for_all(clinic: Driver) -> None:
    session = clinic.open()
    clinic.pay(session, DECLINED)
    ended = clinic.client().v1.checkout.sessions.expire(session.id)
    assert (ended.status, ended.url) == ("expired", None)
    with pytest.raises(stripe.InvalidRequestError):
        clinic.client().v1.checkout.sessions.expire(session.id)
    (intent,) = clinic.record()["payment_intent"]
    assert intent["status"] == "canceled"
    assert clinic.pay(session).status == 410
    assert not [charge for charge in clinic.record()["charge"] if charge["paid"]]


def test_a_paid_session_cannot_be_expired(clinic: Driver) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        clinic.client().v1.checkout.sessions.expire(clinic.paid().id)


def test_a_session_lapses_when_its_time_is_over(clinic: Driver) -> None:
    session = clinic.open()
    clinic.tell("clock", advance_seconds=34 * MINUTE)
    assert clinic.client().v1.checkout.sessions.retrieve(session.id).status == "open"
    clinic.tell("clock", advance_seconds=2 * MINUTE)
    assert clinic.client().v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert [event.type for event in clinic.client().v1.events.list()] == ["checkout.session.expired"]


def test_a_paid_session_stays_paid_when_its_time_is_over(clinic: Driver) -> None:
    session = clinic.paid()
    clinic.tell("clock", advance_seconds=HOUR)
    assert clinic.client().v1.checkout.sessions.retrieve(session.id).status == "complete"
    assert "checkout.session.expired" not in {event.type for event in clinic.client().v1.events.list()}


def test_sessions_are_listed_newest_first_in_pages(clinic: Driver) -> None:
    ids = [clinic.open().id for _ in range(5)]
    sessions = clinic.client().v1.checkout.sessions
    first = sessions.list({"limit": 2})
    assert ([each.id for each in first], first.has_more) == (ids[:2:-1], True)
    assert [each.id for each in first.auto_paging_iter()] == ids[::-1]
    before = sessions.list({"limit": 2, "ending_before": ids[1]})
    assert [each.id for each in before] == [ids[3], ids[2]]
    sessions.expire(ids[0])
    assert [each.id for each in sessions.list({"status": "expired"})] == [ids[0]]
    with pytest.raises(stripe.InvalidRequestError, match="cs_none"):
        sessions.list({"starting_after": "cs_none"})
