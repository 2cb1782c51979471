"""An audit trail to seal and to tamper with: entries of any age, seals in a row."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from saas.db import session
from saas.journal import sealing
from saas.kernel import clock, ids
from tests.db import kit
from tests.ground import within

INSERT = """INSERT INTO audit_entries
  (tenant_id, id, action, subject_kind, subject_ids, actor_kind, refused, data, recorded_at)
  VALUES (:tenant, :id, 'opened', 'user', '[]', 'user', false, CAST(:data AS jsonb), :at)"""


def enter(tenant_id: UUID, *ages: timedelta, data: str = "{}") -> list[UUID]:
    """Commit an entry of each age, the first one first; return their ids."""
    now, made = clock.now(), [ids.new() for _age in ages]
    with within(tenant_id):
        for entry_id, age in zip(made, ages, strict=True):
            session.statement(INSERT, tenant=tenant_id, id=entry_id, at=now - age, data=data)
    return made


def minutes(*numbers: float) -> list[timedelta]:
    return [timedelta(minutes=number) for number in numbers]


def seal(tenant_id: UUID, now: datetime | None = None) -> bool:
    """Seal once, in a transaction of its own; return whether that made a seal."""
    with within(tenant_id):
        return sealing.seal(now or clock.now()) is not None


def faults(tenant_id: UUID) -> list[str]:
    with within(tenant_id):
        return sealing.verify()


def seals(owner: str, tenant_id: UUID) -> list[Any]:
    """Return number of entries, digest and previous digest of the tenant's seals, in order."""
    query = "SELECT entries, digest, previous_digest FROM audit_seals WHERE tenant_id = %s ORDER BY upto_at"
    return kit.rows(owner, query, [tenant_id])


def sealed_trail(tenant_id: UUID) -> list[UUID]:
    """Commit six entries under three seals of two; return their ids, the oldest first."""
    made, now = enter(tenant_id, *minutes(60, 55, 40, 35, 20, 15)), clock.now()
    for age in minutes(50, 30, 10):
        assert seal(tenant_id, now - age + sealing.HORIZON)
    return made
