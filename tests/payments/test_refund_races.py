"""Fifty people give one deposit back: it goes back once."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from procrastinate.exceptions import UniqueViolation
from sqlalchemy.exc import IntegrityError

from saas.db import session
from saas.db.settings import Urls
from saas.journal.kinds import EventKind
from saas.kernel import clock, ids
from saas.payments import checkout, jobs, refunds
from saas.payments.refunds import RefundRefused
from saas.payments.rules import RefundState
from saas.payments.stripe_gateway import Unanswered
from tests.ground import within
from tests.payments import kit
from tests.payments.kit import Till

PEOPLE = 50


@pytest.fixture
def many(till: Till, urls: Urls) -> Iterator[Till]:
    """A clinic, and a pool wide enough for everybody."""
    session.connect(urls.app, pool_size=PEOPLE, max_overflow=5)
    yield till
    session.dispose()


def race(people: int, act: Callable[[], str]) -> Counter[str]:
    """Let everybody act at once, and count what came of it."""
    barrier = threading.Barrier(people)

    def run(_: int) -> str:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(people) as threads:
        return Counter(threads.map(run, range(people)))


def test_fifty_people_give_a_deposit_back_once(many: Till) -> None:
    row = many.paid(subject := ids.new())

    def give() -> str:
        try:
            return many.asked_back(row).state
        except RefundRefused:
            return "refused"

    assert race(PEOPLE, give) == Counter({"refused": PEOPLE - 1, "asked": 1})
    with within(many.tenant_id):
        (refund,) = refunds.list_for(row.id)
    many.sent(refund)
    assert len(many.record("refund")) == 1
    assert many.deposit(subject) == 0
    many.expect_tied()


def test_workers_that_send_one_refund_at_once_make_one(many: Till) -> None:
    refund = many.asked_back(many.paid(), 1000)

    def send() -> str:
        try:
            return many.sent(refund)
        except Unanswered:
            return "asked again later"

    assert race(8, send)[RefundState.DONE] >= 1
    assert len(many.record("refund")) == 1
    assert many.told(EventKind.REFUND_DONE) == 1
    many.expect_tied()


def test_people_who_ask_for_one_payment_at_once_make_one(many: Till) -> None:
    wanted = many.wanted(ids.new())

    def prepare() -> str:
        try:
            with within(many.tenant_id):
                checkout.prepare(wanted, kit.VISITOR, clock.now())
        except (
            IntegrityError,
            UniqueViolation,
        ):  # whoever did not lock what is paid for, found out by this or that
            return "refused"
        return "prepared or found"

    assert race(2, prepare)["prepared or found"] >= 1
    with within(many.tenant_id):
        assert len(checkout.list_for(wanted.subject_id)) == 1


def test_refunds_and_news_of_refunds_at_once_neither_block_nor_double(many: Till) -> None:
    """Everyone takes the payment first and the books after it."""
    row = many.paid(subject := ids.new())
    many.driver.client().v1.refunds.create({"charge": str(row.charge_id), "amount": 1000})
    turns = iter(["ask", "hear"] * 8)

    def act() -> str:
        if next(turns) == "ask":
            return many.asked_back(row, 100).state
        with within(many.tenant_id):
            jobs.take_in(type="charge.refunded", account=row.account, object_id=row.charge_id)
        return "heard"

    assert race(16, act) == Counter({"asked": 8, "heard": 8})
    with within(many.tenant_id):
        found = refunds.list_for(row.id)
    assert sorted(each.amount_minor for each in found) == [100] * 8 + [1000]
    for each in found:
        many.sent(each)
    assert many.deposit(subject) == 6000 - 1800
    many.expect_tied()
