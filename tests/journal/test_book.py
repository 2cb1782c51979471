"""Events and audit entries: written in the caller's transaction, gone with it, heard after it."""

from uuid import UUID

import pytest
from sqlalchemy import select

from saas.db import session
from saas.db.settings import Urls
from saas.journal import book
from saas.journal.kinds import ARCHIVAL, EventKind
from saas.journal.models import AuditEntry, Event
from saas.kernel import ids
from saas.kernel.actors import SYSTEM, Actor, ActorKind
from tests.db import kit
from tests.ground import within
from tests.jobs import work

KIND = EventKind.USER_CHANGED


@work.task("tests.hear")
def hear(event_id: str, subject_id: str | None) -> None:
    """Hear an event; never run."""


@pytest.fixture
def subscribed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "_subscribers", {})
    book.on(KIND)(hear)


def _jobs(urls: Urls, tenant_id: UUID) -> list[dict[str, str]]:
    query = "SELECT args FROM procrastinate_jobs WHERE task_name = 'tests.hear' AND args->>'tenant_id' = %s"
    return [args for (args,) in kit.rows(urls.app, query, [str(tenant_id)])]


def test_an_event_says_what_who_and_when(tenant: UUID) -> None:
    actor = Actor(ActorKind.USER, ids.new(), "Sam")
    event_id = book.tell(KIND, subject := ids.new(), actor, fields=["email"])
    event = session.current().scalars(select(Event).where(Event.id == event_id)).one()
    assert (event.kind, event.subject_id, event.actor_kind, event.actor_id) == (
        KIND,
        subject,
        "user",
        actor.id,
    )
    assert (event.tenant_id, event.data) == (tenant, {"fields": ["email"]})
    assert event.recorded_at == session.statement("SELECT now()").scalar_one()


def test_an_audit_entry_says_whence_why_and_whether_refused(tenant: UUID) -> None:
    seen = [ids.new(), ids.new()]
    book.audit(
        "listed", "patient", seen, SYSTEM, address="::1", reason="billing", refused=True, fields=["name"]
    )
    entry = session.current().scalars(select(AuditEntry)).one()
    assert entry.subject_ids == [str(one) for one in seen]
    assert (entry.address, entry.reason, entry.refused, entry.data) == (
        "::1",
        "billing",
        True,
        {"fields": ["name"]},
    )


def test_an_audit_entry_is_no_refusal_and_has_no_reason_unless_told(tenant: UUID) -> None:
    book.audit("opened", "patient", [], SYSTEM)
    entry = session.current().scalars(select(AuditEntry)).one()
    assert (entry.address, entry.reason, entry.refused, entry.data) == (None, None, False, {})


def test_a_rollback_takes_event_entry_and_job_along(committed: UUID, urls: Urls, subscribed: None) -> None:
    with pytest.raises(ZeroDivisionError), within(committed) as current:
        book.tell(KIND, ids.new(), SYSTEM)
        book.audit("opened", "user", [], SYSTEM)
        current.flush()
        assert session.statement("SELECT count(*) FROM procrastinate_jobs").scalar_one()
        _ = 1 / 0
    assert _jobs(urls, committed) == []
    with within(committed) as current:
        assert current.scalars(select(Event.kind)).all() == [EventKind.TENANT_CREATED]
        assert current.scalars(select(AuditEntry.id)).all() == []


def test_a_commit_brings_the_subscribers_job_with_ids_alone(
    committed: UUID, urls: Urls, subscribed: None
) -> None:
    with within(committed):
        event_id = book.tell(KIND, subject := ids.new(), SYSTEM, fields=["email"])
        assert _jobs(urls, committed) == []
    expected = {"tenant_id": str(committed), "event_id": str(event_id), "subject_id": str(subject)}
    assert _jobs(urls, committed) == [expected]


def test_an_event_without_a_subject_says_so_to_its_job(committed: UUID, urls: Urls, subscribed: None) -> None:
    with within(committed):
        book.tell(KIND, None, SYSTEM)
    assert [job["subject_id"] for job in _jobs(urls, committed)] == [None]


def test_what_nobody_subscribed_to_defers_nothing(committed: UUID, urls: Urls, subscribed: None) -> None:
    with within(committed):
        book.tell(EventKind.TOKEN_CREATED, None, SYSTEM)
    assert _jobs(urls, committed) == []


def test_without_a_tenant_nothing_is_told(database: Urls) -> None:
    with pytest.raises(KeyError), session.scope():
        book.tell(KIND, None, SYSTEM)


def test_archival_kinds_have_no_subscriber() -> None:
    assert [kind for kind in ARCHIVAL if book.subscribers(kind)] == []
