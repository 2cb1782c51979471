"""`saas seed`: synthetic load for benchmarks."""

import time

import click

from saas.cli import connecting
from saas.db import session
from saas.demo import bulk, load
from saas.kernel import clock


@click.command()
@click.option("--tenant", "slug", required=True)
@click.option("--appointments", type=click.IntRange(1), required=True)
@click.option(
    "--days", type=click.IntRange(1, 5000), default=60, show_default=True, help="The last 60 lie ahead."
)
@click.option("--practitioners", type=click.IntRange(1, 500), default=12, show_default=True)
@click.option(
    "--seed", "number", type=int, default=1, show_default=True, help="The same number, the same load."
)
@click.option("--force", is_flag=True, help="Even into a clinic group that has appointments of its own.")
def seed(slug: str, appointments: int, days: int, practitioners: int, number: int, force: bool) -> None:
    """Fill a clinic group with appointments, at a location and with practitioners of their own."""
    began, asked = time.monotonic(), load.Asked(appointments, days, practitioners, number)
    with connecting.connected():
        with session.scope():
            connecting.enter(slug)
            plan = load.set_up(slug, asked, clock.now(), force=force)
        for batch in load.batches(plan):
            with session.scope(plan.tenant_id):
                bulk.write([], batch)
    seconds = time.monotonic() - began
    print(f"{appointments} appointments of {load.OFFERING} at {plan.location} in {slug}, in {seconds:.1f} s.")
