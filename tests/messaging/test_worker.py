"""The whole way: a booking is committed, another process works, a mail lies in the mailbox."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from saas.db.settings import Urls
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.messaging import jobs, outbox
from tests.booking.clinic import at, set_up
from tests.db.kit import eventually
from tests.demo.running import environment
from tests.ground import make_tenant, within
from tests.jobs import work
from tests.messaging.kit import Desk, mails_in, part


@contextmanager
def worker(urls: Urls, folder: Path) -> Iterator[None]:
    """Run `saas worker` for the block."""
    given = environment(
        SAAS_DATABASE_URL=urls.app, SAAS_DEV="1", SAAS_DEMO_DIR=str(folder), SAAS_PUBLIC_PORT="8123"
    )
    with (folder / "worker.log").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "saas.cli", "worker"], env=given, stdout=out, stderr=out
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def _is_of(mail: EmailMessage, visit: UUID) -> bool:
    """Whether the mail has the visit in its calendar file; not every mail has one."""
    kinds = {one.get_content_type() for one in mail.walk()}
    return "text/calendar" in kinds and str(visit) in part(mail, "text/calendar")


def test_a_worker_mails_what_was_booked(database: Urls, tmp_path: Path) -> None:
    work.forget_all(database)  # what other tests booked lies in the same database, and would be mailed too
    tenant_id = make_tenant("worker.test")
    with within(tenant_id):
        desk = Desk(set_up(tenant_id), tmp_path)
        row = desk.book(at(10))
    with worker(database, tmp_path):
        (mail,) = eventually(lambda: [m for m in mails_in(tmp_path) if _is_of(m, row.id)], 30)
    assert "http://worker.test:8123/m/" in part(mail, "text/plain")
    with within(tenant_id):
        assert [(m.kind, m.state) for m in outbox.of_visit(row.id)] == [("confirmed", "sent")]


def test_each_piece_of_news_has_its_job() -> None:
    heard = {
        EventKind.APPOINTMENT_CONFIRMED: (jobs.announce_confirmed,),
        EventKind.APPOINTMENT_MOVED: (jobs.announce_moved,),
        EventKind.APPOINTMENT_CANCELLED: (jobs.announce_cancelled,),
        EventKind.APPOINTMENT_REQUESTED: (jobs.announce_requested, jobs.ask_deciders),
        EventKind.APPOINTMENT_REFUSED: (jobs.announce_refused,),
        EventKind.APPOINTMENT_LAPSED: (jobs.announce_lapsed,),
        EventKind.CREDENTIAL_REMINDED: (jobs.announce_ending,),
    }
    assert {kind: book.subscribers(kind) for kind in heard} == heard
