"""What Stripe tells: kept once and looked at, or refused with a code and nothing written."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from saas.db.settings import Urls
from saas.kernel import clock, ids
from saas.payments import jobs
from saas.payments.rules import PaymentState
from saas.sandbox import delivering
from tests.ground import within
from tests.jobs import work
from tests.payments import kit
from tests.payments.kit import Till
from tests.sandbox.driving import SECRET, Driver

Refused = tuple[bytes, str]
DONE = "checkout.session.completed"


def hear(app: Flask, body: bytes, signature: str | None) -> TestResponse:
    """Post a body as Stripe does."""
    headers = {} if signature is None else {"Stripe-Signature": signature}
    return app.test_client().post(
        "/hooks/stripe", data=body, headers=headers, content_type="application/json"
    )


def expect_nothing_written(till: Till) -> None:
    assert kit.events(till.driver.account) == []
    assert kit.jobs(till.tenant_id) == {}


def _again_with_a_later_time(body: bytes) -> Refused:
    """An old event, whose header was given a second time."""
    old = kit.signed(body, clock.now() - timedelta(hours=1))
    return body, f"{old},t={int(clock.now().timestamp())}"


FORGED: dict[str, Callable[[bytes], Refused]] = {
    "another secret": lambda body: (body, kit.signed(body, secret="whsec_other")),
    "an empty secret": lambda body: (body, kit.signed(body, secret="")),
    "another body": lambda body: (body + b" ", kit.signed(body)),
    "no signature": lambda body: (body, ""),
    "no form": lambda body: (body, "t,v1"),
    "no number": lambda body: (body, "t=soon,v1=abc"),
    "an old scheme alone": lambda body: (body, kit.signed(body).replace("v1=", "v0=")),
    "six minutes old": lambda body: (body, kit.signed(body, clock.now() - timedelta(minutes=6))),
    "six minutes ahead": lambda body: (body, kit.signed(body, clock.now() + timedelta(minutes=6))),
    "letters": lambda body: (body, "t=1,v1=\xe9"),
    "at the end of time": lambda body: (body, delivering.sign(SECRET, 10**20, body)),
    "old, with a later time": _again_with_a_later_time,
}
SHAPELESS = [b"", b"no json", b"[]", b"null", b"{}", b'{"id": "evt_1", "type": "x", "data": []}', b"\xff\xfe"]


def test_what_stripe_did_not_sign_just_now_is_refused(till: Till, application: Flask) -> None:
    for case, forge in FORGED.items():
        answer = hear(application, *forge(kit.event(DONE, till.driver.account, "cs_1")))
        assert (answer.status_code, answer.json) == (400, {"code": "not_from_stripe"}), case
    expect_nothing_written(till)


def test_what_is_no_event_is_refused(till: Till, application: Flask) -> None:
    for body in SHAPELESS:
        assert hear(application, body, kit.signed(body)).status_code == 400, body
    expect_nothing_written(till)


def test_an_event_of_nobodys_account_is_refused(till: Till, application: Flask) -> None:
    for account in ("acct_of_somebody_else", ""):
        body = kit.event(DONE, account, "cs_1")
        answer = hear(application, body, kit.signed(body))
        assert (answer.status_code, answer.json) == (400, {"code": "unknown_account"})
        assert account == "" or kit.events(account) == []
    expect_nothing_written(till)


def test_a_body_of_a_megabyte_is_refused_unread(till: Till, application: Flask) -> None:
    body = kit.event(DONE, till.driver.account, "x" * 1_000_000)
    assert hear(application, body, kit.signed(body)).status_code == 413
    expect_nothing_written(till)


def test_without_a_secret_nothing_is_believed(
    till: Till, application: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = kit.event(DONE, till.driver.account, "cs_1")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "")
    assert hear(application, body, kit.signed(body, secret="")).status_code == 400
    monkeypatch.delenv("STRIPE_API_KEY")
    monkeypatch.delenv("STRIPE_API_BASE")
    assert hear(application, body, kit.signed(body)).status_code == 503
    expect_nothing_written(till)


def test_news_that_means_nothing_here_is_acknowledged_and_not_kept(till: Till, application: Flask) -> None:
    for thing in ({"id": "po_1"}, {"object": "balance"}):
        told = {"id": "evt_1", "type": "x", "account": till.driver.account, "data": {"object": thing}}
        body = json.dumps(told).encode()
        answer = hear(application, body, kit.signed(body))
        assert (answer.status_code, answer.json) == (200, {"received": "ignored"})
    expect_nothing_written(till)


def test_an_event_that_comes_again_is_kept_once(till: Till, application: Flask) -> None:
    body = kit.event(DONE, till.driver.account, "cs_1")
    answers = [hear(application, body, kit.signed(body)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.json for answer in answers] == [{"received": "new"}, *[{"received": "known"}] * 2]
    assert kit.events(till.driver.account) == [DONE]
    assert len(kit.jobs(till.tenant_id)) == 1


def test_an_event_and_its_job_are_kept_together_or_not_at_all(
    till: Till, application: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("the queue is away")

    body = kit.event(DONE, till.driver.account, "cs_1")
    with monkeypatch.context() as broken:
        broken.setattr(jobs.take_in, "defer", fail)
        assert hear(application, body, kit.signed(body)).status_code == 500
    expect_nothing_written(till)
    assert hear(application, body, kit.signed(body)).json == {"received": "new"}


def test_a_good_event_leads_to_a_look_that_settles(till: Till, application: Flask) -> None:
    row = till.opened(subject := ids.new())
    till.type_card(row)
    body = kit.event(DONE, till.driver.account, str(row.session_id))
    assert hear(application, body, kit.signed(body)).status_code == 200
    ((_, arguments),) = kit.jobs(till.tenant_id).items()
    assert arguments == {"type": DONE, "account": till.driver.account, "object_id": row.session_id}
    with within(till.tenant_id):
        jobs.take_in(**arguments)
    assert till.get(row).state == PaymentState.PAID
    assert till.deposit(subject) == 6000
    till.expect_tied()


def test_an_event_of_another_clinics_session_changes_nothing(till: Till, application: Flask) -> None:
    """Whoever owns an account tells of that account alone."""
    row = till.opened()
    till.type_card(row)
    other = Driver(till.driver.url).connected("Another")
    with within(till.tenant_id):
        jobs.take_in(type=DONE, account=other.account, object_id=str(row.session_id))
    assert till.get(row).state == PaymentState.OPEN


def test_the_sandbox_tells_and_a_worker_settles(listening: Till, urls: Urls) -> None:
    work.forget_all(urls)
    row = listening.opened(subject := ids.new())
    listening.type_card(row)
    assert listening.driver.tell("quiet", "GET") == {"quiet": True}
    assert sorted(kit.events(listening.driver.account)) == ["charge.updated", DONE]
    assert len(kit.jobs(listening.tenant_id)) == 2
    work.do_what_waits(urls)
    assert kit.jobs(listening.tenant_id) == {}
    assert listening.get(row).state == PaymentState.PAID
    assert (listening.deposit(subject), listening.get(row).fee_minor) == (6000, 204)
    assert {each["state"] for each in listening.record("deliveries")} == {"done"}
    listening.expect_tied()
