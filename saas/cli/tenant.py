"""`saas tenant` and `saas token`."""

import re
import secrets

import click
import email_validator

from saas.cli import connecting
from saas.identity import tokens, users
from saas.identity.roles import Role
from saas.kernel.actors import SYSTEM
from saas.tenancy import tenants

PASSWORD_BYTES = 15


@click.group()
def tenant() -> None:
    """Look after clinic groups."""


@tenant.command("list")
def list_tenants() -> None:
    """List the clinic groups."""
    with connecting.in_tenant():
        for row in tenants.list_all():
            print(f"{row.slug}\t{row.status}\t{tenants.primary_host(row.id)}\t{row.name}")


@tenant.command()
@click.argument("slug")
@click.option("--name", required=True, help="The name people know it by.")
@click.option(
    "--host", "hosts", multiple=True, required=True, help="A host it answers on; the first is the primary."
)
@click.option("--owner", metavar="EMAIL", help="Who logs in first and sets it up on pages.")
@click.option("--owner-name", help="What the owner is called; without it, as the address says.")
def create(slug: str, name: str, hosts: tuple[str, ...], owner: str | None, owner_name: str | None) -> None:
    """Create an empty clinic group; its owner fills it on pages, or `saas config apply` does.

    With --owner a password is printed once, alone on the last line.
    """
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with connecting.in_tenant():
        tenants.create(slug, name, SYSTEM, hosts)
        if owner:
            called = owner_name or _name(owner)
            user_id, _ = users.put(_address(owner), called, [Role.OWNER], SYSTEM)
            users.set_password(user_id, password, SYSTEM)
    print(f"{slug} answers on {', '.join(hosts)}.")
    if owner:
        print(f"{owner} logs in at /staff with this password. Keep it; it is not shown again.")
        print(password)


def _name(address: str) -> str:
    """Return the name that an address is made of: `ada.verhulst@…` is Ada Verhulst's."""
    return " ".join(part.capitalize() for part in re.split(r"[._+-]+", address.partition("@")[0]) if part)


def _address(text: str) -> str:
    try:
        return email_validator.validate_email(text, check_deliverability=False).normalized
    except email_validator.EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="--owner") from None


@click.group()
def token() -> None:
    """Look after API tokens."""


@token.command("create")
@click.option("--tenant", "slug", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", required=True, help="What the token is for.")
def create_token(slug: str, role: str, name: str) -> None:
    """Create an API token; it is printed once, alone on the last line."""
    with connecting.in_tenant(slug):
        secret = tokens.create(name, Role(role), SYSTEM)
    print(f"A token for {slug} as {role}. Keep it; it is not shown again.")
    print(secret)
