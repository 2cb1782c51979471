"""`saas db`: the schema."""

import sys

import click

from saas.cli import connecting
from saas.db import migrate, roles
from saas.kernel.errors import DomainError


class OwnerUrlMissing(DomainError):
    """The command changes the schema and was not told how to log in as its owner."""

    sentence = "SAAS_DATABASE_OWNER_URL is not set; migrations run as saas_owner."


@click.group()
def db() -> None:
    """Look after the database's schema."""


@db.command()
@click.option("--database", default="needlepoint", show_default=True, help="The database to create.")
@click.option("--owner-password", envvar="SAAS_OWNER_PASSWORD", required=True)
@click.option("--app-password", envvar="SAAS_APP_PASSWORD", required=True)
@click.option("--backup-password", envvar="SAAS_BACKUP_PASSWORD", required=True)
def bootstrap(database: str, owner_password: str, app_password: str, backup_password: str) -> None:
    """Create the roles and the database, as the superuser of SAAS_DATABASE_SUPERUSER_URL."""
    passwords = {"saas_owner": owner_password, "saas_app": app_password, "saas_backup": backup_password}
    with connecting.urls() as urls:
        roles.ensure(urls.superuser, passwords)
        roles.ensure_database(urls.superuser, database)


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema up to REVISION (the newest)."""
    with connecting.urls() as urls:
        migrate.upgrade(_owner(urls.owner), revision)
        print(f"The schema is at {migrate.current(urls.owner)}.")


@db.command(context_settings={"ignore_unknown_options": True})  # -1 is a revision here
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema down to REVISION (-1 for one step)."""
    with connecting.urls() as urls:
        migrate.downgrade(_owner(urls.owner), revision)
        print(f"The schema is at {migrate.current(urls.owner)}.")


@db.command()
def check() -> None:
    """Exit with 1 unless the schema is at the newest revision."""
    with connecting.urls() as urls:
        at, head = migrate.current(urls.app), migrate.head()
        print(f"The schema is at {at}; the newest is {head}.")
        sys.exit(0 if at == head else 1)


@db.command()
def url() -> None:
    """Print the application's connection URL."""
    with connecting.urls() as urls:
        print(urls.app)


def _owner(owner_url: str) -> str:
    if not owner_url:
        raise OwnerUrlMissing
    return owner_url
