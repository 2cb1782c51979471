"""The demo's books: what its past visits cost is billed and mostly paid, and the books are sound."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from saas.billing.models import Bill, DeskPayment, QuoteRow
from saas.db import session
from saas.demo import books, history, jobs
from saas.jobs import queue
from saas.kernel import clock, resources
from saas.kernel.actors import SYSTEM
from saas.ledger import verifying
from saas.provisioning import applying, reading


@pytest.fixture
def elm(tenant: UUID) -> UUID:
    """Elm with its history."""
    configuration = reading.read_folder(resources.path("tenants") / "elm")
    history.write("elm", applying.apply(configuration, SYSTEM).version, clock.now())
    return tenant


def count(table: type[Bill] | type[DeskPayment] | type[QuoteRow]) -> int:
    return session.current().scalar(select(func.count()).select_from(table)) or 0


def test_a_week_is_billed_and_mostly_paid_and_the_books_are_sound(elm: UUID) -> None:
    now = clock.now()
    written = sum(books.write_day(now.date() - timedelta(days=n), now) for n in range(1, 8))
    quoted = session.current().scalars(select(QuoteRow)).all()
    for_review = sum(any(line["review"] for line in row.content["lines"]) for row in quoted)
    assert written == len(quoted) == count(Bill) + for_review
    assert count(Bill) > 10
    assert for_review > 0
    assert 0 < count(DeskPayment) <= count(Bill)
    assert verifying.verify() == []


def test_what_lies_ahead_is_promised_and_not_billed(elm: UUID) -> None:
    now = clock.now()
    written = sum(books.write_day(now.date() + timedelta(days=n), now) for n in range(1, 8))
    assert written == count(QuoteRow) > 10
    assert count(Bill) == 0


def test_a_day_is_written_once(elm: UUID) -> None:
    now, day = clock.now(), clock.now().date() - timedelta(days=3)
    books.write_day(day, now)
    assert books.write_day(day, now) == 0


def test_each_day_lets_the_next_one_follow_until_the_last(elm: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    followed: list[int] = []
    monkeypatch.setattr(queue.Task, "defer", lambda task, number: followed.append(number))
    last = books.DAYS_BEHIND + books.DAYS_AHEAD
    for number in (0, last):
        jobs.write_books(number=str(number))
    assert followed == [1, last + 1]
    jobs.write_books(number=str(last + 1))
    assert followed == [1, last + 1]
