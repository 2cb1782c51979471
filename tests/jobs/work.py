"""Jobs to defer and to run, and a worker that does what waits and goes home."""

import asyncio
from collections.abc import Callable
from typing import Any
from unittest import mock
from uuid import UUID

import procrastinate

from saas.db import session
from saas.db.settings import Urls
from saas.identity.models import User
from saas.jobs import queue
from saas.jobs.queue import Task
from saas.kernel import ids
from tests.db import kit

ROWS = "SELECT {} FROM procrastinate_jobs WHERE args->>'tenant_id' = %s ORDER BY id"


# Jobs of tests; a worker knows them only inside `do_what_waits`.
_known: dict[str, Any] = {}


def task(name: str) -> Callable[[Callable[..., None]], Task]:
    """Make a job as `queue.task` does, but unknown to the application."""

    def register(function: Callable[..., None]) -> Task:
        made = queue.task(name)(function)
        _known[name] = queue.app.tasks.pop(name)
        return made

    return register


@task("tests.add_user")
def add_user(email: str, then: str = "") -> None:
    """Add a user to the job's tenant; then fail, where asked to."""
    session.current().add(User(id=ids.new(), email=email, name="Added", password_hash=None))
    session.current().flush()
    if then:
        raise RuntimeError(then)


def jobs(urls: Urls, tenant_id: UUID, columns: str = "task_name, status::text") -> list[Any]:
    """Return the tenant's jobs, the oldest first."""
    return kit.rows(urls.app, ROWS.format(columns), [str(tenant_id)])


def emails(urls: Urls, tenant_id: UUID) -> list[str]:
    return [
        email for (email,) in kit.rows(urls.app, "SELECT email FROM users ORDER BY email", None, tenant_id)
    ]


def do_what_waits(urls: Urls) -> None:
    """Run a worker until nothing is left that is due; nothing comes by schedule meanwhile."""

    async def work() -> None:
        connector = procrastinate.PsycopgConnector(conninfo=urls.direct, min_size=1, max_size=3)
        with queue.app.replace_connector(connector) as app:
            async with app.open_async():
                await app.run_worker_async(
                    wait=False, listen_notify=False, install_signal_handlers=False, concurrency=2,
                    delete_jobs="successful",
                )  # fmt: skip

    schedule = mock.patch.object(queue.app.periodic_registry, "periodic_tasks", {})
    with schedule, mock.patch.dict(queue.app.tasks, _known):
        asyncio.run(work())


def forget_all(urls: Urls) -> None:
    """Delete every job, so that a worker finds only a test's own."""
    kit.rows(
        urls.owner,
        "TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE",
    )
