"""`saas ledger`: whether the books are sound; the exit status tells."""

import sys
from uuid import UUID

import click

from saas.cli import connecting
from saas.db import session
from saas.ledger import verifying
from saas.tenancy import tenants


@click.group()
def ledger() -> None:
    """Look after the books."""


@ledger.command()
def verify() -> None:
    """Check every invariant of every clinic group's books; exit with 1 if one is broken."""
    with connecting.connected():
        with session.scope():
            known = [(row.id, row.slug) for row in tenants.list_all()]
        faults = sum(_verify(tenant_id, slug) for tenant_id, slug in known)
    sys.exit(1 if faults else 0)


def _verify(tenant_id: UUID, slug: str) -> int:
    """Print what one clinic group's books say, closed or not; return the number of faults."""
    with session.scope(tenant_id):
        found = verifying.verify()
    print(f"{slug}: {f'{len(found)} faults' if found else 'the books are sound'}")
    for sentence in found:
        print(f"  {sentence}")
    return len(found)
