"""`saas payments`: whether the books and Stripe say the same, and where a legal entity is paid."""

import sys
from uuid import UUID

import click

from saas.cli import connecting
from saas.db import session
from saas.kernel import clock
from saas.kernel.errors import DomainError, NotFound
from saas.kernel.money import Money
from saas.payments import accounts, reconcile
from saas.payments.reconcile import Finding, Report, Standing
from saas.practice import places
from saas.tenancy import tenants

SAID = {
    "clearing_differs": "the books say {ours}, Stripe says {theirs}",
    "payment_differs": "is shown otherwise by Stripe than it was asked for, and nothing was entered",
    "unexplained_movement": "of {theirs} is explained by nothing here",
}


@click.group()
def payments() -> None:
    """Look after what is paid online."""


@payments.command(name="reconcile")
@click.option("--tenant", "only", help="One clinic group, by its slug; all of them without.")
def tie(only: str | None) -> None:
    """Reconcile every account with Stripe; exit with 1 if something does not tie or waits."""
    with connecting.connected():
        with session.scope():
            known = [(row.id, row.slug) for row in tenants.list_all() if only in (None, row.slug)]
        if not known:
            raise NotFound("There is no such clinic group.")
        is_clean = [_tie(tenant_id, slug) for tenant_id, slug in known]
    sys.exit(0 if all(is_clean) else 1)


@payments.command()
@click.option("--tenant", "slug", required=True, help="The clinic group, by its slug.")
@click.option("--legal-entity", "entity", required=True, help="The legal entity, by its slug.")
@click.argument("account", metavar="ACCT")
def connect(slug: str, entity: str, account: str) -> None:
    """Let a legal entity be paid on ACCT, a connected account of the platform at Stripe (acct_…)."""
    if not account.startswith("acct_"):
        raise click.BadParameter("an account of Stripe is written acct_…", param_hint="ACCT")
    with connecting.in_tenant(slug):
        accounts.connect(_entity(slug, entity), account)
    print(f"{slug}: {entity} is paid on {account}")


def _entity(slug: str, entity: str) -> UUID:
    try:
        return places.get_entity(entity).id
    except NotFound as error:
        raise NotFound("%(slug)s has no legal entity %(entity)s.", slug=slug, entity=entity) from error


def _tie(tenant_id: UUID, slug: str) -> bool:
    """Print what one clinic group's accounts say; return whether everything ties."""
    try:
        with session.scope(tenant_id):
            report = reconcile.run(clock.now())
    except DomainError as error:
        print(f"{slug}: {error}")
        return False
    print(f"{slug}: {_verdict(report)}")
    for standing in report.standings:
        print(f"  {_standing(standing)}")
    for finding in report.findings:
        print(f"  {_finding(finding)}")
    return report.is_clean


def _verdict(report: Report) -> str:
    if report.is_clean:
        return "the books and Stripe say the same" if report.standings else "nothing was paid online"
    waiting = f", {report.waiting} wait for Stripe's last word" if report.waiting else ""
    return f"{len(report.findings)} findings{waiting}"


def _standing(found: Standing) -> str:
    ours, theirs = (Money(minor, found.currency) for minor in (found.ours_minor, found.theirs_minor))
    return f"{found.account} {found.currency}: {found.movements} movements, books {ours}, Stripe {theirs}"


def _finding(found: Finding) -> str:
    amounts = (found.ours_minor, found.theirs_minor)
    ours, theirs = (str(Money(minor, found.currency)) if found.currency else "" for minor in amounts)
    return f"! {found.about} {SAID[found.code].format(ours=ours, theirs=theirs)}"
