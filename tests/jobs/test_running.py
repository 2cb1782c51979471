"""Running: in the job's tenant with one commit, again after a failure, and by another after a death."""

from uuid import UUID

import pytest

from saas.db import session
from saas.db.settings import Urls
from saas.jobs import queue
from tests.db import kit
from tests.ground import make_tenant, within
from tests.jobs import work

DEAD_WORKER = """INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '10 minutes')
                 RETURNING id"""
STALL = """UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s
           WHERE args->>'tenant_id' = %s"""
ALIVE = """WITH worker AS (INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id)
           UPDATE procrastinate_jobs SET status = 'doing', worker_id = worker.id FROM worker"""
RETRY_NOW = """INSERT INTO procrastinate_jobs (queue_name, task_name, args)
               VALUES ('default', 'jobs.retry_stalled', '{"timestamp": 0}')"""


@pytest.fixture(autouse=True)
def empty_queue(database: Urls) -> None:
    work.forget_all(database)


def _stall(urls: Urls, tenant_id: UUID, attempts: int = 0, *, pruned: bool = False) -> None:
    """Leave the tenant's jobs as a worker does that dies while it runs them."""
    with kit.connected(urls.app) as connection:
        worker = connection.execute(DEAD_WORKER).fetchone()[0]
        connection.execute(STALL, [worker, attempts, str(tenant_id)])
        if pruned:
            connection.execute("DELETE FROM procrastinate_workers")


def _hand_over(urls: Urls) -> None:
    """Let a worker retry what is stalled, as it does every minute, and do it."""
    kit.rows(urls.app, RETRY_NOW)
    work.do_what_waits(urls)
    work.do_what_waits(urls)


def test_a_job_runs_in_its_tenant_and_commits(committed: UUID, urls: Urls) -> None:
    other = make_tenant()
    for tenant_id, email in ((committed, "one@clinic.example"), (other, "other@clinic.example")):
        with within(tenant_id):
            work.add_user.defer(email=email)
    work.do_what_waits(urls)
    assert work.emails(urls, committed) == ["one@clinic.example"]
    assert work.emails(urls, other) == ["other@clinic.example"]
    assert work.jobs(urls, committed) == []


def test_a_job_that_fails_writes_nothing_and_is_tried_again(committed: UUID, urls: Urls) -> None:
    with within(committed):
        work.add_user.defer(email="one@clinic.example", then="on purpose")
    work.do_what_waits(urls)
    assert work.emails(urls, committed) == []
    columns = "status::text, attempts, scheduled_at > now()"
    assert work.jobs(urls, committed, columns) == [("todo", 1, True)]


def test_a_job_is_not_tried_for_ever(committed: UUID, urls: Urls) -> None:
    with within(committed):
        work.add_user.defer(email="one@clinic.example", then="on purpose")
    kit.rows(urls.app, "UPDATE procrastinate_jobs SET attempts = %s", [queue.MOST_ATTEMPTS])
    work.do_what_waits(urls)
    assert work.jobs(urls, committed) == [("tests.add_user", "failed")]


@work.task("tests.fail_before_a_twin")
def fail_before_a_twin() -> None:
    """Fail while another job like this one has come to wait."""
    tenant_id = session.current().tenant_id
    with within(tenant_id):
        work.add_user.defer(queueing_lock="twins", schedule_in={"minutes": 5}, email="twin@clinic.example")
    raise RuntimeError("on purpose")


def test_a_failed_job_gives_way_to_one_just_like_it_that_waits(committed: UUID, urls: Urls) -> None:
    with within(committed):
        fail_before_a_twin.defer(queueing_lock="twins")
    work.do_what_waits(urls)
    assert work.jobs(urls, committed) == [("tests.add_user", "todo")]


@pytest.mark.parametrize("pruned", [False, True])
def test_what_a_dead_worker_left_is_done_by_another(pruned: bool, committed: UUID, urls: Urls) -> None:
    with within(committed):
        work.add_user.defer(email="one@clinic.example")
    _stall(urls, committed, pruned=pruned)
    _hand_over(urls)
    assert work.emails(urls, committed) == ["one@clinic.example"]
    assert work.jobs(urls, committed) == []


def test_a_stalled_job_with_a_waiting_twin_holds_up_no_other(committed: UUID, urls: Urls) -> None:
    with within(committed):
        work.add_user.defer(queueing_lock="add", email="dead@clinic.example")
        work.add_user.defer(email="stalled@clinic.example")
    _stall(urls, committed)
    with within(committed):
        later = {"minutes": 5}
        work.add_user.defer(queueing_lock="add", schedule_in=later, email="twin@clinic.example")
    _hand_over(urls)
    assert work.emails(urls, committed) == ["stalled@clinic.example"]
    assert work.jobs(urls, committed, "args->>'email', status::text") == [("twin@clinic.example", "todo")]


def test_a_job_that_kills_its_workers_is_given_up(committed: UUID, urls: Urls) -> None:
    with within(committed):
        work.add_user.defer(email="one@clinic.example")
    _stall(urls, committed, queue.MOST_ATTEMPTS)
    _hand_over(urls)
    assert work.emails(urls, committed) == []
    assert work.jobs(urls, committed) == [("tests.add_user", "failed")]


def test_a_job_of_a_live_worker_is_left_to_it(committed: UUID, urls: Urls) -> None:
    with within(committed):
        work.add_user.defer(email="one@clinic.example")
    with kit.connected(urls.app) as connection:
        connection.execute(ALIVE)
    _hand_over(urls)
    assert work.jobs(urls, committed) == [("tests.add_user", "doing")]
