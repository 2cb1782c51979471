"""What tests share that is no fixture: URLs by role, and tenants that are really committed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from saas.db import session
from saas.db.session import TenantSession
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.tenancy import tenants

PASSWORD = "for-tests-alone"


def url_of(role: str, database: str) -> str:
    """Return the URL of *role* to *database* on the tests' server."""
    parts = urlsplit(os.environ["SAAS_TEST_SUPERUSER_URL"])
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{role}:{PASSWORD}@{host}" if role != "postgres" else parts.netloc
    return urlunsplit(parts._replace(netloc=netloc, path=f"/{database}"))


def make_tenant(*hosts: str) -> UUID:
    """Commit a new tenant that answers on *hosts*."""
    with session.scope():
        return tenants.create(f"t{ids.new().hex}", "A clinic", SYSTEM, hosts)


@contextmanager
def within(tenant_id: UUID) -> Iterator[TenantSession]:
    """Work in a transaction of *tenant_id* that commits."""
    with session.scope(tenant_id) as current:
        yield current
