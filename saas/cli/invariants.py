"""`saas journal`: invariants that can be checked at any time; the exit status tells."""

import sys

import click

from saas.cli import connecting
from saas.db import session
from saas.journal import sealing
from saas.tenancy import tenants


@click.group()
def journal() -> None:
    """Look after the journal."""


@journal.command()
def verify() -> None:
    """Recompute every seal of every clinic group; exit with 1 if one does not match."""
    faults = 0
    with connecting.in_tenant():
        slugs = [row.slug for row in tenants.list_all()]
        for slug in slugs:
            tenants.enter_by_slug(slug)
            session.current().expunge_all()
            found = sealing.verify()
            faults += len(found)
            print(f"{slug}: {'every seal matches' if not found else ''}")
            for sentence in found:
                print(f"  {sentence}")
    sys.exit(1 if faults else 0)
