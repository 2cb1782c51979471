"""`saas tenant` and `saas token`."""

import click

from saas.cli import connecting
from saas.identity import tokens
from saas.identity.roles import Role
from saas.kernel.actors import SYSTEM
from saas.tenancy import tenants


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
def create(slug: str, name: str, hosts: tuple[str, ...]) -> None:
    """Create an empty clinic group; `saas config apply` fills it."""
    with connecting.in_tenant():
        tenants.create(slug, name, SYSTEM, hosts)
    print(f"{slug} answers on {', '.join(hosts)}.")


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
