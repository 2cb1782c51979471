"""`saas journal`: invariants that can be checked at any time; the exit status tells."""

import sys
from uuid import UUID

import click

from saas.cli import connecting
from saas.db import session
from saas.journal import sealing
from saas.kernel.errors import NotFound
from saas.tenancy import tenants


@click.group()
def journal() -> None:
    """Look after the journal."""


@journal.command()
@click.option("--tenant", "only", help="One clinic group, by its slug; all of them without.")
def verify(only: str | None) -> None:
    """Recompute every seal of every clinic group; exit with 1 if one does not match."""
    with connecting.connected():
        with session.scope():
            known = [(row.id, row.slug) for row in tenants.list_all() if only in (None, row.slug)]
        if not known:
            raise NotFound("There is no such clinic group.")
        faults = sum(_verify(tenant_id, slug) for tenant_id, slug in known)
    sys.exit(1 if faults else 0)


def _verify(tenant_id: UUID, slug: str) -> int:
    """Print what one clinic group's seals say, closed or not; return the number of faults."""
    with session.scope(tenant_id):
        found = sealing.verify()
    print(f"{slug}: {f'{len(found)} faults' if found else 'every seal matches'}")
    for sentence in found:
        print(f"  {sentence}")
    return len(found)
