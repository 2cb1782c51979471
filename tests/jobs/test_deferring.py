"""Deferring: in the caller's transaction, once where asked, and never at the caller's expense."""

from datetime import timedelta
from functools import partial
from threading import Thread
from uuid import UUID

import psycopg
import pytest

from saas.db import session
from saas.db.settings import Urls
from saas.kernel import ids
from tests.db import kit
from tests.ground import make_tenant, within
from tests.jobs import work

FETCH = "SELECT id FROM procrastinate_fetch_job_v2(NULL, NULL) WHERE id IS NOT NULL"


@pytest.fixture(autouse=True)
def empty_queue(urls: Urls) -> None:
    work.forget_all(urls)


def _defer_once(tenant_id: UUID) -> str:
    """Defer under a queueing lock and write a row in the same transaction."""
    email = f"{ids.new()}@clinic.example"
    with within(tenant_id):
        work.add_user.defer(queueing_lock="add", email="later@clinic.example")
        work.add_user(email=email)
    return email


def test_a_job_is_there_once_its_transaction_commits(committed: UUID, urls: Urls) -> None:
    with within(committed):
        work.add_user.defer(email="later@clinic.example")
        assert work.jobs(urls, committed) == []
    assert work.jobs(urls, committed) == [("tests.add_user", "todo")]


def test_a_rollback_takes_the_job_along(committed: UUID, urls: Urls) -> None:
    for lock in (None, "add"):
        with pytest.raises(ZeroDivisionError), within(committed):
            work.add_user.defer(queueing_lock=lock, email="later@clinic.example")
            _ = 1 / 0
    assert work.jobs(urls, committed) == []


def test_a_job_carries_its_tenant_and_ids_as_text(committed: UUID, urls: Urls) -> None:
    subject = ids.new()
    with within(committed):
        work.add_user.defer(email=subject, then=None)
    (args,) = work.jobs(urls, committed, "args")[0]
    assert args == {"tenant_id": str(committed), "email": str(subject), "then": None}


def test_a_job_may_be_deferred_for_another_tenant_and_for_later(committed: UUID, urls: Urls) -> None:
    other = make_tenant()
    with within(committed):
        work.add_user.defer(tenant_id=other, schedule_in={"minutes": 3}, email="x@clinic.example")
    assert work.jobs(urls, committed) == []
    (wait,) = work.jobs(urls, other, "scheduled_at - now()")[0]
    assert timedelta(minutes=2) < wait < timedelta(minutes=4)


def test_of_jobs_with_one_queueing_lock_one_waits_per_tenant(committed: UUID, urls: Urls) -> None:
    other = make_tenant()
    for tenant_id in (committed, other, committed):
        _defer_once(tenant_id)
    with within(committed):
        work.add_user.defer(queueing_lock="add", email="again@clinic.example")
        work.add_user.defer(queueing_lock="another", email="again@clinic.example")
    assert len(work.jobs(urls, committed)) == 2
    assert len(work.jobs(urls, other)) == 1


def test_a_race_for_one_queueing_lock_costs_no_caller_its_transaction(committed: UUID, urls: Urls) -> None:
    for _round in range(5):
        work.forget_all(urls)
        made = kit.together([partial(_defer_once, committed)] * 4)
        assert all(isinstance(email, str) for email in made), made
        assert len(work.jobs(urls, committed)) == 1
        assert set(made) <= set(work.emails(urls, committed))


def test_the_second_of_two_transactions_waits_and_goes_on(committed: UUID, urls: Urls) -> None:
    """The race step by step: both look, the first inserts and commits while the second inserts."""
    second = Thread(target=_defer_once, args=[committed])
    with within(committed):
        work.add_user.defer(queueing_lock="add", email="later@clinic.example")
        second.start()
        kit.eventually(lambda: _waiting_for_a_lock(urls))
    second.join(10)
    assert len(work.jobs(urls, committed)) == 1
    assert len(work.emails(urls, committed)) == 1


def test_where_the_first_rolls_back_the_second_defers(committed: UUID, urls: Urls) -> None:
    second = Thread(target=_defer_once, args=[committed])
    with pytest.raises(ZeroDivisionError), within(committed):
        work.add_user.defer(queueing_lock="add", email="later@clinic.example")
        second.start()
        kit.eventually(lambda: _waiting_for_a_lock(urls))
        _ = 1 / 0
    second.join(10)
    assert len(work.jobs(urls, committed)) == 1


def _waiting_for_a_lock(urls: Urls) -> bool:
    query = """SELECT 1 FROM pg_stat_activity
               WHERE wait_event_type = 'Lock' AND datname = current_database()"""
    return bool(kit.rows(urls.superuser, query))


def test_a_waiting_job_starts_only_after_who_relied_on_it(committed: UUID, urls: Urls) -> None:
    _defer_once(committed)
    with within(committed):
        work.add_user.defer(queueing_lock="add", email="dropped@clinic.example")
        assert kit.rows(urls.app, FETCH) == []
    assert len(kit.rows(urls.app, FETCH)) == 1


def test_a_job_that_runs_already_lets_the_next_one_wait(committed: UUID, urls: Urls) -> None:
    _defer_once(committed)
    assert len(kit.rows(urls.app, FETCH)) == 1
    _defer_once(committed)
    assert work.jobs(urls, committed, "status::text") == [("doing",), ("todo",)]


def test_deferring_inside_a_savepoint_goes_with_it(committed: UUID, urls: Urls) -> None:
    with within(committed) as current:
        with pytest.raises(ZeroDivisionError), current.begin_nested():
            work.add_user.defer(queueing_lock="add", email="gone@clinic.example")
            _ = 1 / 0
        work.add_user.defer(queueing_lock="other", email="kept@clinic.example")
    assert [args["email"] for (args,) in work.jobs(urls, committed, "args")] == ["kept@clinic.example"]


def test_without_a_tenant_nothing_is_deferred(database: Urls) -> None:
    with pytest.raises(KeyError), session.scope():
        work.add_user.defer(email="x@clinic.example")


def test_a_failed_statement_of_the_caller_is_not_hidden(committed: UUID) -> None:
    with pytest.raises(psycopg.errors.Error), within(committed) as current:
        connection = current.connection().connection.driver_connection
        with pytest.raises(psycopg.errors.DivisionByZero):
            connection.execute("SELECT 1 / 0")
        connection.execute("SELECT 1")
