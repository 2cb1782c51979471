"""Jobs on Procrastinate, in the same database as everything else.

Deferring is an INSERT in the caller's transaction: a rollback takes the job with it. A job carries
its tenant and ids, never a value of a record (job rows are readable across tenants). It runs in one
session of that tenant with one commit at its end; it may run twice, so it is written to bear that.
"""

import contextlib
import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

import procrastinate
from procrastinate import exceptions, jobs, tasks
from procrastinate.manager import JobManager

from saas.db import session

MOST_ATTEMPTS = 8
RETRY = procrastinate.RetryStrategy(max_attempts=MOST_ATTEMPTS, exponential_wait=3)
STALLED_AFTER_SECONDS = 60


class _Manager(JobManager):
    """Procrastinate's manager, but a job with a queueing lock can always be put back."""

    async def retry_job(self, job: jobs.Job, *options: Any, **named: Any) -> None:
        """Put *job* back; where one just like it has come to wait meanwhile, that one does the work."""
        try:
            await super().retry_job(job, *options, **named)
        except exceptions.UniqueViolation:
            await self.finish_job(job, jobs.Status.FAILED, delete_job=True)


app = procrastinate.App(connector=procrastinate.PsycopgConnector())
app.job_manager = _Manager(app.connector)
# Deferring brings the caller's connection, so this connector is never opened.
_in_transaction = JobManager(procrastinate.SyncPsycopgConnector())


class Task:
    """A job by name; `defer` enqueues it in the current transaction, calling it runs it here."""

    def __init__(self, name: str, run: Callable[..., None]) -> None:
        self.name, self.run = name, run

    def __call__(self, **ids: Any) -> None:
        """Run the job here and now, in the current session."""
        self.run(**ids)

    def defer(self, *, queueing_lock: str | None = None, schedule_in: dict[str, int] | None = None,
              tenant_id: UUID | None = None, **ids: Any) -> None:  # fmt: skip
        """Enqueue the job for the session's tenant, to run after this transaction commits.

        *queueing_lock*: at most one such job waits at a time; a second is dropped silently, and the
        waiting one starts only after this transaction, so that it sees what was written here.
        *schedule_in*: as `timedelta` takes it, for example `{"minutes": 3}`.
        """
        current = session.current()
        tenant = tenant_id or current.tenant_id
        options: dict[str, Any] = {"schedule_in": schedule_in} if schedule_in else {}
        if queueing_lock:
            options["queueing_lock"] = f"{queueing_lock}:{tenant}"
        arguments = {name: None if value is None else str(value) for name, value in ids.items()}
        job = tasks.configure_task(
            name=self.name,
            job_manager=_in_transaction,
            connection=current.connection().connection.driver_connection,
            **options,
        )
        enqueue = functools.partial(job.defer, tenant_id=str(tenant), **arguments)
        if queueing_lock:
            _enqueue_once(options["queueing_lock"], enqueue)
        else:
            enqueue()


def task(name: str) -> Callable[[Callable[..., None]], Task]:
    """Register a function as the job *name*; it is called inside a session of the job's tenant."""

    def register(function: Callable[..., None]) -> Task:
        @functools.wraps(function)
        def run(tenant_id: str, **ids: Any) -> None:
            with session.scope(UUID(tenant_id)):
                function(**ids)

        run.__annotations__ = {}
        app.task(name=name, retry=RETRY)(run)
        return Task(name, function)

    return register


def every(cron: str, name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Run a function on a schedule, in a session without a tenant; it fans out to jobs that have one."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        def run(timestamp: int) -> None:
            with session.scope():
                function()

        app.periodic(cron=cron)(app.task(name=name, queueing_lock=name, pass_context=False)(run))
        return function

    return register


def registered() -> dict[str, Any]:
    """Return every registered job by name."""
    return dict(app.tasks)


def run_worker(url: str, concurrency: int = 4) -> None:
    """Work until told to stop (SIGTERM, SIGINT). *url* goes past any pooler: the worker listens."""
    connector = procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=concurrency + 2)
    with app.replace_connector(connector) as worker:
        worker.run_worker(
            concurrency=concurrency,
            shutdown_graceful_timeout=20,
            delete_jobs="successful",
            fetch_job_polling_interval=2.0,
        )


def _enqueue_once(queueing_lock: str, enqueue: Callable[[], Any]) -> None:
    """Enqueue unless such a job waits; a race with another transaction is lost in a savepoint."""
    connection = session.current().connection()
    while not _hold_waiting(queueing_lock):
        with contextlib.suppress(exceptions.AlreadyEnqueued), connection.begin_nested():
            enqueue()
            return


def _hold_waiting(queueing_lock: str) -> bool:
    """Whether such a job waits; if so, workers skip it until this transaction ends."""
    found = session.statement(
        "SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = :lock AND status = 'todo' FOR KEY SHARE",
        lock=queueing_lock,
    )
    return found.first() is not None


@app.periodic(cron="* * * * *")
@app.task(name="jobs.retry_stalled", queueing_lock="jobs.retry_stalled", pass_context=True)
async def retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
    """Hand the jobs of a worker that died to another one, unless they may be what kills workers."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        if job.attempts < MOST_ATTEMPTS:
            await manager.retry_job(job)
        else:
            await manager.finish_job(job, jobs.Status.FAILED, delete_job=False)
