"""`saas db`: the schema."""

import functools
import sys

import click

from saas.cli import connecting
from saas.db import migrate, roles
from saas.kernel.errors import DomainError


class OwnerUrlMissing(DomainError):
    """The command changes the schema and was not told how to log in as its owner."""

    sentence = "SAAS_DATABASE_OWNER_URL is not set; the schema is looked after as saas_owner."


# Secrets come by the environment; on a command line everyone on the machine could read them.
given = functools.partial(click.option, required=True, show_envvar=True)


@click.group()
def db() -> None:
    """Look after the database's schema."""


@db.command()
@click.option("--database", default="needlepoint", show_default=True, help="The database to create.")
@given("--superuser-url", envvar="SAAS_DATABASE_SUPERUSER_URL")
@given("--owner-password", envvar="SAAS_OWNER_PASSWORD")
@given("--app-password", envvar="SAAS_APP_PASSWORD")
@given("--backup-password", envvar="SAAS_BACKUP_PASSWORD")
def bootstrap(
    database: str, superuser_url: str, owner_password: str, app_password: str, backup_password: str
) -> None:
    """Create the roles and the database, as a superuser; again, it sets the passwords anew."""
    passwords = {"saas_owner": owner_password, "saas_app": app_password, "saas_backup": backup_password}
    roles.ensure(superuser_url, passwords)
    roles.ensure_database(superuser_url, database)
    print(f"The roles and the database {database} are there.")


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
        at, head = migrate.current(_owner(urls.owner)), migrate.head()
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
