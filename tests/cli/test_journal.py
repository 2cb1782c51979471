"""`saas journal verify`: the exit status tells."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from saas.db import session
from saas.db.settings import Urls
from saas.journal import book, sealing
from saas.kernel import clock
from saas.kernel.actors import SYSTEM
from tests.cli.conftest import Saas
from tests.ground import make_tenant, within


@pytest.fixture
def sealed(database: Urls) -> UUID:
    """A tenant with two sealed audit entries."""
    tenant_id = make_tenant(f"{clock.now().timestamp()}.example")
    with within(tenant_id):
        for action in ("opened", "printed"):
            book.audit(action, "record", [tenant_id], SYSTEM)
    with within(tenant_id):
        assert sealing.seal(clock.now() + sealing.HORIZON + timedelta(seconds=1))
    session.dispose()
    return tenant_id


@pytest.mark.parametrize("status", ["active", "closed"])
def test_untouched_trails_verify(
    saas: Saas, sealed: UUID, superuser: psycopg.Connection, status: str
) -> None:
    superuser.execute("UPDATE tenants SET status = %s WHERE id = %s", [status, sealed])
    slug = slug_of(superuser, sealed)
    ended = saas("journal", "verify", "--tenant", slug)
    assert ended.status == 0, ended.out
    assert ended.lines == [f"{slug}: every seal matches"]


def test_every_clinic_is_verified_without_naming_one(
    saas: Saas, sealed: UUID, superuser: psycopg.Connection
) -> None:
    assert f"{slug_of(superuser, sealed)}: every seal matches" in saas("journal", "verify").lines
    assert saas("journal", "verify", "--tenant", "nobody").status == 1


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (
            "UPDATE audit_entries SET action = 'nothing' WHERE tenant_id = %s AND action = 'opened'",
            "was changed",
        ),
        (
            "DELETE FROM audit_entries WHERE tenant_id = %s AND action = 'opened'",
            "covers 2 entries, 1 are there",
        ),
    ],
)
def test_a_changed_trail_does_not(
    saas: Saas, sealed: UUID, superuser: psycopg.Connection, tamper: str, said: str
) -> None:
    superuser.execute(tamper, [sealed])
    ended = saas("journal", "verify")
    superuser.execute("DELETE FROM audit_seals WHERE tenant_id = %s", [sealed])
    assert ended.status == 1
    assert said in ended.out


def slug_of(superuser: psycopg.Connection, tenant_id: UUID) -> str:
    row = superuser.execute("SELECT slug FROM tenants WHERE id = %s", [tenant_id]).fetchone()
    assert row
    return str(row[0])
