"""Seals: what they cover, in which order, and that workers that seal at once make one chain."""

from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from uuid import UUID

import pytest

from saas.db import session
from saas.db.settings import Urls
from saas.journal import jobs, sealing
from saas.journal.models import AuditEntry
from saas.kernel import clock
from tests.db import kit
from tests.ground import make_tenant, within
from tests.journal import trail
from tests.journal.trail import minutes


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 3)


def test_a_seal_covers_what_was_written_since_the_last_one(committed: UUID, urls: Urls) -> None:
    trail.sealed_trail(committed)
    chain = trail.seals(urls.owner, committed)
    assert [entries for entries, _digest, _previous in chain] == [2, 2, 2]
    assert [previous for _entries, _digest, previous in chain] == [
        sealing.GENESIS, *(digest for _entries, digest, _previous in chain[:-1])]  # fmt: skip
    assert trail.faults(committed) == []


def test_nothing_new_makes_no_seal(committed: UUID, urls: Urls) -> None:
    assert not trail.seal(committed)
    trail.enter(committed, *minutes(10))
    assert trail.seal(committed)
    assert not trail.seal(committed)
    assert len(trail.seals(urls.owner, committed)) == 1


def test_what_may_still_be_incomplete_is_left_for_later(committed: UUID, urls: Urls) -> None:
    now = clock.now()
    trail.enter(committed, *minutes(2.9))
    assert not trail.seal(committed, now)
    assert trail.seal(committed, now + timedelta(minutes=1))


def test_no_transaction_of_the_application_outlives_the_horizon(urls: Urls) -> None:
    longest = kit.rows(urls.app, "SELECT current_setting('transaction_timeout')::interval")[0][0]
    assert longest + timedelta(minutes=1) <= sealing.HORIZON


def test_a_clock_that_goes_back_seals_nothing_twice(committed: UUID, urls: Urls) -> None:
    trail.enter(committed, *minutes(30, 20))
    assert trail.seal(committed)
    assert not trail.seal(committed, clock.now() - timedelta(minutes=15))
    assert trail.faults(committed) == []


def test_tenants_are_sealed_apart(database: Urls) -> None:
    one, other = make_tenant(), make_tenant()
    trail.sealed_trail(one)
    trail.enter(other, *minutes(10))
    assert trail.seal(other)
    kit.rows(database.owner, "DELETE FROM audit_entries WHERE tenant_id = %s", [one])
    assert trail.faults(one) != []
    assert trail.faults(other) == []


def test_a_long_gap_is_sealed_in_batches(committed: UUID, urls: Urls, small_batches: None) -> None:
    trail.enter(committed, *minutes(*range(30, 22, -1)))
    with within(committed):
        jobs.seal()
    assert [entries for entries, *_ in trail.seals(urls.owner, committed)] == [3, 3, 2]
    assert trail.faults(committed) == []


def test_a_batch_never_parts_what_shares_an_instant(committed: UUID, urls: Urls, small_batches: None) -> None:
    trail.enter(committed, *minutes(30, 25, 20, 20, 20, 20, 15))
    while trail.seal(committed):
        pass
    assert [entries for entries, *_ in trail.seals(urls.owner, committed)] == [6, 1]
    assert trail.faults(committed) == []


def test_workers_that_seal_at_once_make_one_chain(committed: UUID, urls: Urls) -> None:
    trail.enter(committed, *minutes(30, 20, 10))
    now = clock.now()
    calls = [partial(trail.seal, committed, now + timedelta(milliseconds=n)) for n in range(4)]
    made = kit.together(calls)
    assert sorted(made) == [False, False, False, True]
    assert len(trail.seals(urls.owner, committed)) == 1
    assert trail.faults(committed) == []


def test_a_worker_that_was_second_loses_without_an_error(committed: UUID, urls: Urls) -> None:
    trail.enter(committed, *minutes(30))
    with session.scope(committed):
        assert sealing.seal(clock.now()) is not None
        second = kit.together([partial(_seal_and_wait_for_nobody, committed)])
    assert second == ["waited"]
    assert len(trail.seals(urls.owner, committed)) == 1


def _seal_and_wait_for_nobody(tenant_id: UUID) -> str:
    """Seal while another transaction has; what waits for it gives up at once."""
    with pytest.raises(Exception, match="lock timeout"), session.scope(tenant_id):
        session.statement("SET LOCAL lock_timeout = '30ms'")
        sealing.seal(clock.now())
    return "waited"


def test_a_seal_that_is_rolled_back_leaves_the_next_one_to_another(committed: UUID, urls: Urls) -> None:
    trail.enter(committed, *minutes(30))
    with pytest.raises(ZeroDivisionError), within(committed):
        assert sealing.seal(clock.now()) is not None
        _ = 1 / 0
    assert trail.seal(committed)
    assert trail.faults(committed) == []


# The canonical form is for ever: seals made years ago are recomputed with it.

ENTRY = {
    "tenant_id": UUID("0191d4b0-0000-7000-8000-000000000001"),
    "id": UUID("0191d4b0-0000-7000-8000-000000000002"),
    "action": "opened", "subject_kind": "patient", "subject_ids": ["a", "b"],
    "actor_kind": "user", "actor_id": None, "address": "2001:db8::1", "reason": "Zoë asked, “please”",
    "refused": False, "data": {"fields": ["name"], "count": 2},
    "recorded_at": datetime(2026, 3, 8, 9, 30, 0, 120, tzinfo=UTC),
}  # fmt: skip
SPELT = (
    rb'{"action":"opened","actor_kind":"user","address":"2001:db8::1","data":{"count":2,"fields":["name"]},'
    rb'"id":"0191d4b0-0000-7000-8000-000000000002","reason":"Zo\u00eb asked, \u201cplease\u201d",'
    rb'"recorded_at":"2026-03-08T09:30:00.000120+00:00","refused":false,"subject_ids":["a","b"],'
    rb'"subject_kind":"patient","tenant_id":"0191d4b0-0000-7000-8000-000000000001"}'
)


def test_the_canonical_form_is_what_it_always_was() -> None:
    assert sealing.canonical(ENTRY) == SPELT
    assert set(ENTRY) <= set(AuditEntry.__table__.columns.keys())


def test_a_column_added_later_leaves_old_seals_valid() -> None:
    assert sealing.canonical({**ENTRY, "added_later": None}) == SPELT


def test_the_canonical_form_knows_no_zone_and_every_microsecond() -> None:
    at = ENTRY["recorded_at"]
    elsewhere = at.astimezone(timezone(timedelta(hours=-7)))
    assert sealing.canonical({**ENTRY, "recorded_at": elsewhere}) == SPELT
    assert sealing.canonical({**ENTRY, "recorded_at": at + timedelta(microseconds=1)}) != SPELT


def test_a_seal_matches_whatever_zone_the_connection_speaks(committed: UUID, urls: Urls) -> None:
    trail.enter(committed, *minutes(10), data='{"b": 1, "a": {"d": "\\u00e9", "c": [1.50, null]}}')
    with within(committed):
        session.statement("SET LOCAL TimeZone = 'Asia/Kathmandu'")
        assert sealing.seal(clock.now()) is not None
    assert trail.faults(committed) == []
