"""`saas config`: configuration as code."""

from pathlib import Path

import click

from saas.cli import connecting
from saas.kernel import clock
from saas.kernel.actors import SYSTEM
from saas.provisioning import applying, price_checks, reading


@click.group()
def config() -> None:
    """Read and apply a clinic group's folder of YAML."""


@config.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
def apply(directory: Path) -> None:
    """Bring the clinic group that DIRECTORY describes to what stands there, or change nothing."""
    configuration = reading.read_folder(directory)
    with connecting.in_tenant(configuration.clinic.slug):
        applied = applying.apply(configuration, SYSTEM)
        for line in [*applied.changed, *(f"{name} (archived)" for name in applied.archived)]:
            print(f"  {line}")
    for line in applied.replaced:
        print(f"  note: {line}")
    for note in price_checks.for_review(configuration, clock.now().date()):
        print(f"  note: {note}")
    print(f"Applied as version {applied.version}." if applied.version else "No changes.")
