"""A real worker process: `saas worker`, told where the database is by its environment alone."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from saas.cli import supervising
from saas.db.settings import Urls
from saas.journal import jobs as journal_jobs
from tests.db import kit
from tests.ground import make_tenant, within
from tests.jobs import work
from tests.journal import trail

SOON = 8


@pytest.fixture
def worker(urls: Urls, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    work.forget_all(urls)
    environment = {
        **os.environ,
        "SAAS_DATABASE_URL": urls.app,
        "SAAS_DATABASE_DIRECT_URL": "",
        "SAAS_DATA_DIR": "",
    }
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            supervising.saas_command("worker", "--concurrency", "2"), env=environment, stdout=log, stderr=log
        )
        yield process
        process.kill()
        process.wait()


def _registered(urls: Urls) -> bool:
    return bool(kit.rows(urls.app, "SELECT 1 FROM procrastinate_workers"))


def test_a_worker_goes_by_the_schedule_at_once_does_what_is_deferred_and_stops_when_told(
    worker: subprocess.Popen[bytes], committed: UUID, urls: Urls, tmp_path: Path
) -> None:
    trail.enter(committed, *trail.minutes(20))
    kit.eventually(lambda: trail.seals(urls.owner, committed), 30)
    later = make_tenant()
    trail.enter(later, *trail.minutes(20, 10))
    with within(later):
        journal_jobs.seal.defer(queueing_lock="journal.seal")
    kit.eventually(lambda: trail.seals(urls.owner, later), 30)
    kit.eventually(lambda: "journal.seal" not in [name for name, _status in work.jobs(urls, later)])
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(SOON) == 0, (tmp_path / "worker.log").read_text()
    assert time.monotonic() - began < SOON
    assert not _registered(urls)
    assert trail.faults(committed) == trail.faults(later) == []
