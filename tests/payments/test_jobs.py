"""Jobs ask again until it is known: soon at first, ever more slowly, and by night after a day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from saas.db import session
from saas.db.settings import Urls
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import clock, ids
from saas.payments import checkout, jobs, stripe_gateway
from saas.payments.rules import PaymentState, Purpose, RefundState
from tests.ground import within
from tests.jobs import work
from tests.payments import kit
from tests.payments.kit import Till

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
PAUSES = [(0, 20), (20, 20), (40, 20), (41, 20), (60, 30), (600, 300), (1200, 600), (86_400, 600), (-5, 20)]


@pytest.mark.parametrize(("age", "pause"), PAUSES)
def test_pauses_grow_with_the_age_of_what_is_asked_for(age: int, pause: int) -> None:
    assert jobs.pause(NOON, NOON + timedelta(seconds=age)) == pause


def waiting(urls: Urls, till: Till, name: str) -> list[Any]:
    """Return when the tenant's jobs of one name are due, in whole seconds from when they were deferred."""
    rows = work.jobs(urls, till.tenant_id, "task_name, scheduled_at, status::text")
    return [
        round((at - clock.now()).total_seconds()) if at else 0 for task, at, status in rows if task == name
    ]


def test_news_is_heard() -> None:
    assert jobs.watch in book.subscribers(EventKind.PAYMENT_OPENED)
    assert jobs.send_refund in book.subscribers(EventKind.REFUND_ASKED)


def test_a_payment_is_watched_from_its_intent_on(till: Till, urls: Urls) -> None:
    row = till.prepared()
    assert len(kit.jobs(till.tenant_id, "payments.watch")) == 1
    with within(till.tenant_id):
        jobs.watch(event_id=str(ids.new()), subject_id=str(row.id))
    (seconds,) = waiting(urls, till, "payments.resume")
    assert 10 < seconds <= 20


def test_resuming_goes_on_until_the_end_is_known(till: Till, urls: Urls) -> None:
    row = till.opened()
    for _ in range(2):
        with within(till.tenant_id):
            jobs.resume(payment_id=str(row.id))
    assert len(waiting(urls, till, "payments.resume")) == 2
    till.type_card(row)
    with within(till.tenant_id):
        jobs.resume(payment_id=str(row.id))
    assert till.get(row).state == PaymentState.PAID
    assert len(waiting(urls, till, "payments.resume")) == 2


def test_resuming_goes_on_while_stripe_is_silent_and_stops_after_a_day(
    till: Till, urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = till.opened()
    till.driver.tell("faults", kind="rate_limit", count=None, path="/v1/*")
    for hours, jobs_left in ((0, 1), (23.9, 2), (24.1, 2), (48, 2)):
        monkeypatch.setattr(clock, "now", lambda hours=hours: datetime.now(UTC) + timedelta(hours=hours))
        with within(till.tenant_id):
            jobs.resume(payment_id=str(row.id))
        assert len(waiting(urls, till, "payments.resume")) == jobs_left


def test_a_fee_that_is_booked_later_is_waited_for(
    till: Till, urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = till.opened()
    till.type_card(row)
    real = stripe_gateway._charge
    with monkeypatch.context() as early:
        early.setattr(stripe_gateway, "_charge", lambda found: kit.without_fee(real(found)))
        with within(till.tenant_id):
            jobs.resume(payment_id=str(row.id))
    assert (till.get(row).state, till.get(row).fee_minor) == ("paid", None)
    assert len(waiting(urls, till, "payments.resume")) == 1
    with within(till.tenant_id):
        jobs.resume(payment_id=str(row.id))
    assert till.get(row).fee_minor == 204
    till.expect_tied()


def test_a_page_that_should_end_is_ended_by_its_job(till: Till) -> None:
    row = till.opened(subject := ids.new())
    with within(till.tenant_id):
        checkout.close(Purpose.DEPOSIT, subject)
        checkout.close(Purpose.DEPOSIT, subject)
    assert len(kit.jobs(till.tenant_id, "payments.end_page")) == 1
    with within(till.tenant_id):
        jobs.end_page(event_id=str(ids.new()), subject_id=str(row.id))
    assert till.get(row).state == PaymentState.CLOSED
    assert till.type_card(row) == 410


def test_a_refund_is_sent_by_its_job_and_again_while_stripe_is_silent(till: Till, urls: Urls) -> None:
    refund = till.asked_back(till.paid())
    till.driver.tell("faults", kind="error_500_after", count=1, path="/v1/refunds")
    with within(till.tenant_id):
        jobs.send_refund(event_id=str(ids.new()), subject_id=str(refund.id))
    assert till.refund(refund).state == RefundState.ASKED
    assert len(waiting(urls, till, "payments.resume_refund")) == 1
    with within(till.tenant_id):
        jobs.resume_refund(refund_id=str(refund.id))
    assert till.refund(refund).state == RefundState.DONE
    assert len(waiting(urls, till, "payments.resume_refund")) == 1
    assert len(till.record("refund")) == 1


def test_the_night_reconciles_every_clinic(till: Till, urls: Urls) -> None:
    row = till.opened()
    till.type_card(row)
    with session.scope():
        jobs.reconcile_all()
    assert len(kit.jobs(till.tenant_id, "payments.reconcile")) == 1
    with within(till.tenant_id):
        jobs.reconcile_tenant()
    assert till.get(row).state == PaymentState.PAID
