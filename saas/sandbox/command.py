"""`saas sandbox`; `python -m saas.sandbox` is the same, and starts faster without the rest of the house."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

import click

from saas.sandbox.serving import Sandbox


def _folder() -> Path:
    return Path(os.environ.get("SAAS_DATA_DIR") or ".data").resolve() / "sandbox"


@click.command()
@click.option("--port", default=12111, show_default=True, type=click.IntRange(0, 65535),
              help="0 takes any free port.")  # fmt: skip
@click.option("--data-dir", type=click.Path(path_type=Path), default=_folder,
              help="Where it keeps what it knows.  [default: sandbox in SAAS_DATA_DIR]")  # fmt: skip
@click.option("--webhook-url", help="Where events go; without it, as last time, or nowhere.")
@click.option("--secret", envvar="STRIPE_WEBHOOK_SECRET", default="whsec_sandbox", show_default=True,
              help="What events are signed with.")  # fmt: skip
def sandbox(port: int, data_dir: Path, webhook_url: str | None, secret: str) -> None:
    """Stand in for Stripe on this machine: test cards, no real money."""
    try:
        running = Sandbox(data_dir, port)
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used: {error.strerror}.") from error
    if webhook_url is not None:
        running.send_events_to(webhook_url, secret)
    signal.signal(signal.SIGTERM, _end)
    click.echo(f"Sandbox for payments: {running.url}")
    try:
        running.run()
    except KeyboardInterrupt:
        click.echo("Stopped.")


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(0)
