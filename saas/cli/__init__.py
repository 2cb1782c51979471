"""The `saas` command."""

import sys
from typing import NoReturn

import click
import psycopg
from sqlalchemy.exc import OperationalError

from saas.cli import (
    config,
    database,
    demo,
    explain,
    invariants,
    ledger,
    payments,
    sandbox,
    seed,
    serving,
    tenant,
)
from saas.kernel.errors import DomainError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="needlepoint", prog_name="Needlepoint")
def commands() -> None:
    """Practice management for clinics that treat muscle and skin."""


for command in (
    serving.serve, serving.worker, demo.demo, database.db, config.config, tenant.tenant, tenant.token,
    invariants.journal, ledger.ledger, payments.payments, explain.explain, seed.seed, sandbox.sandbox,
):  # fmt: skip
    commands.add_command(command)


def main() -> None:
    """Run the command; a domain error is one sentence on stderr and exit status 1."""
    try:
        commands()
    except DomainError as error:
        _refuse(str(error))
    except (psycopg.OperationalError, OperationalError) as error:
        _refuse(f"The database does not answer as it should: {_cause(error)}")


def _refuse(sentence: str) -> NoReturn:
    print(f"saas: {sentence}", file=sys.stderr)
    sys.exit(1)


def _cause(error: Exception) -> str:
    """Return the driver's own first line, without SQL or parameters."""
    return str(getattr(error, "orig", error)).partition("\n")[0]
