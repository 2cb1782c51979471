"""The stand-in for Stripe beside the demo: a process of its own, told apart by nothing but its address."""

import os
import secrets
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from saas.cli import supervising
from saas.cli.supervising import Child
from saas.db import embedded
from saas.kernel.errors import Unavailable
from saas.payments.settings import SANDBOX_KEY

HOST = "127.0.0.1"
PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Paying:
    """The sandbox's process, its port, and what tells the other processes to pay there."""

    child: Child
    port: int
    environment: Mapping[str, str]

    def await_ready(self) -> None:
        """Wait until it answers. Unavailable."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not supervising.answers(self.port, "/_sandbox/health"):
            if time.monotonic() > deadline:
                raise Unavailable(f"The sandbox for payments does not start; its log is {self.child.log}")
            time.sleep(0.05)


def start(data_dir: Path, web_port: int) -> Paying:
    """Start the sandbox, and point this process and its children to it, whatever they were told before."""
    port, secret = _port(web_port + 1), _secret(data_dir)
    environment = {
        "STRIPE_API_KEY": SANDBOX_KEY, "STRIPE_API_BASE": f"http://{HOST}:{port}", "STRIPE_WEBHOOK_SECRET": secret,
    }  # fmt: skip
    os.environ.update(environment)
    command = [  # faster than `saas sandbox`, which loads the whole house first
        sys.executable, "-m", "saas.sandbox", "--port", str(port), "--data-dir", str(data_dir / "sandbox"),
        "--webhook-url", f"http://{HOST}:{web_port}/hooks/stripe",
    ]  # fmt: skip
    child = Child("sandbox", command, environment, data_dir / "sandbox.log")
    child.log.unlink(missing_ok=True)
    child.start()
    return Paying(child, port, environment)


def _port(wanted: int) -> int:
    """Return the port wanted, where it is free, and else any: a payment page outlives a restart there."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    raise Unavailable("No port is free for the sandbox for payments.")


def _secret(data_dir: Path) -> str:
    path = data_dir / "webhook-secret"
    if not path.exists():
        embedded.write_private(path, f"whsec_{secrets.token_hex(24)}")
    return path.read_text()
