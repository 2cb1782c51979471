"""Whoever changes a sealed trail past the application, as the owner may, is found out."""

from uuid import UUID

import pytest

from saas.db.settings import Urls
from tests.db import kit
from tests.ground import make_tenant
from tests.journal import trail

# Entries by number, the oldest 0; two under each of three seals.
TAMPERING = {
    "a changed action": "UPDATE audit_entries SET action = 'closed' WHERE id = %(e2)s",
    "a changed actor": "UPDATE audit_entries SET actor_id = uuidv7() WHERE id = %(e0)s",
    "a changed address": "UPDATE audit_entries SET address = '::1' WHERE id = %(e5)s",
    "a changed detail": """UPDATE audit_entries SET data = '{"reason": "care"}' WHERE id = %(e3)s""",
    "a refusal made a success": "UPDATE audit_entries SET refused = NOT refused WHERE id = %(e1)s",
    "a time moved by a microsecond":
        "UPDATE audit_entries SET recorded_at = recorded_at + interval '1 microsecond' WHERE id = %(e1)s",
    "a time moved to another seal":
        "UPDATE audit_entries SET recorded_at = recorded_at + interval '20 minutes' WHERE id = %(e1)s",
    "two entries that changed places": """
        UPDATE audit_entries a SET recorded_at = b.recorded_at FROM audit_entries b
        WHERE (a.id, b.id) IN ((%(e0)s, %(e1)s), (%(e1)s, %(e0)s))""",
    "two entries that changed seals": """
        UPDATE audit_entries a SET recorded_at = b.recorded_at FROM audit_entries b
        WHERE (a.id, b.id) IN ((%(e0)s, %(e4)s), (%(e4)s, %(e0)s))""",
    "an entry under another id": "UPDATE audit_entries SET id = uuidv7() WHERE id = %(e4)s",
    "an entry given to another tenant": "UPDATE audit_entries SET tenant_id = %(other)s WHERE id = %(e4)s",
    "the first entry removed": "DELETE FROM audit_entries WHERE id = %(e0)s",
    "an entry removed": "DELETE FROM audit_entries WHERE id = %(e3)s",
    "all entries removed": "DELETE FROM audit_entries WHERE tenant_id = %(tenant)s",
    "an entry replaced": """
        UPDATE audit_entries a SET action = b.action, subject_kind = 'room', id = uuidv7()
        FROM audit_entries b WHERE a.id = %(e2)s AND b.id = %(e3)s""",
    "a seal removed with its entries": """
        WITH gone AS (DELETE FROM audit_entries WHERE id IN (%(e2)s, %(e3)s))
        DELETE FROM audit_seals WHERE id = %(s1)s""",
    "the first seal removed with its entries": """
        WITH gone AS (DELETE FROM audit_entries WHERE id IN (%(e0)s, %(e1)s))
        DELETE FROM audit_seals WHERE id = %(s0)s""",
    "a seal that covers more": """
        UPDATE audit_seals SET upto_at = upto_at + interval '1 second' WHERE id = %(s2)s""",
    "a seal that begins elsewhere": "UPDATE audit_seals SET after_at = NULL WHERE id = %(s1)s",
    "a seal with another count": """
        WITH gone AS (DELETE FROM audit_entries WHERE id = %(e3)s)
        UPDATE audit_seals SET entries = 1 WHERE id = %(s1)s""",
    "a seal with a digest of its own": "UPDATE audit_seals SET digest = repeat('f', 64) WHERE id = %(s1)s",
}  # fmt: skip


def _names(owner: str, tenant_id: UUID, entries: list[UUID]) -> dict[str, UUID]:
    seals = kit.rows(owner, "SELECT id FROM audit_seals WHERE tenant_id = %s ORDER BY upto_at", [tenant_id])
    names = {"tenant": tenant_id, "other": make_tenant()}
    names |= {f"e{number}": entry for number, entry in enumerate(entries)}
    return names | {f"s{number}": seal for number, (seal,) in enumerate(seals)}


@pytest.mark.parametrize("deed", TAMPERING)
def test_is_found(deed: str, committed: UUID, urls: Urls) -> None:
    names = _names(urls.owner, committed, trail.sealed_trail(committed))
    assert trail.faults(committed) == []
    with kit.connected(urls.owner) as connection:
        assert connection.execute(TAMPERING[deed], names).rowcount
    assert trail.faults(committed) != []


def test_an_entry_inserted_late_by_the_application_itself_is_found(committed: UUID) -> None:
    trail.sealed_trail(committed)
    trail.enter(committed, *trail.minutes(33))
    assert len(trail.faults(committed)) == 1


def test_what_is_not_sealed_yet_is_no_fault(committed: UUID) -> None:
    trail.sealed_trail(committed)
    trail.enter(committed, *trail.minutes(1, 2))
    assert trail.faults(committed) == []


def test_a_fault_names_the_seal_and_what_is_wrong(committed: UUID, urls: Urls) -> None:
    entries = trail.sealed_trail(committed)
    kit.rows(urls.owner, "DELETE FROM audit_entries WHERE id = %s", [entries[3]])
    (sentence,) = trail.faults(committed)
    assert "covers 2 entries, 1 are there" in sentence


def test_two_chains_cannot_be_written(committed: UUID, urls: Urls) -> None:
    trail.sealed_trail(committed)
    fork = """INSERT INTO audit_seals (tenant_id, upto_at, entries, digest, previous_digest)
              SELECT tenant_id, now(), 1, 'x', previous_digest FROM audit_seals LIMIT 1"""
    assert kit.refusal(urls.app, fork, None, committed) == "23505"
