"""The ground a benchmark stands on: an embedded PostgreSQL with its ordinary settings (nothing is
switched off for speed), one tenant with a token, and two gunicorns with the options of `saas serve`:
the application's and the bare floor's.
"""

import contextlib
import http.client
import os
import pprint
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from saas.cli import serving, supervising
from saas.db import embedded, migrate, session
from saas.db.settings import Urls
from saas.identity import tokens
from saas.identity.roles import Role
from saas.kernel.actors import SYSTEM
from saas.tenancy import tenants

HOST = "bench.example"
SECRET = "whsec_bench"
WORKERS, THREADS = 2, 8
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Ground:
    """What a benchmark may use. Its database is connected in this process too, for seeding."""

    urls: Urls
    tenant_id: UUID
    headers: Mapping[str, str]
    web_port: int
    bare_port: int
    sandbox_port: int


@contextlib.contextmanager
def lay() -> Iterator[Ground]:
    """Start everything for the block."""
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="needlepoint-bench-"))
        folder.chmod(0o755)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server = embedded.at(folder)
        stack.callback(server.stop)
        server.start()
        server.prepare()
        urls = server.urls()
        migrate.upgrade(urls.owner)
        session.connect(urls.app)
        stack.callback(session.dispose)
        tenant_id, secret = _tenant()
        headers = {"Host": HOST, "Authorization": f"Bearer {secret}"}
        ground = Ground(urls, tenant_id, headers, _free_port(), _free_port(), _free_port())
        _serve(stack, ground, folder)
        yield ground


def _tenant() -> tuple[UUID, str]:
    with session.scope():
        tenant_id = tenants.create("bench", "Bench", SYSTEM, hosts=(HOST,))
        return tenant_id, tokens.create("bench", Role.OWNER, SYSTEM)


def _serve(stack: contextlib.ExitStack, ground: Ground, folder: Path) -> None:
    config = folder / "gunicorn.conf.py"
    options = serving.options("127.0.0.1", ground.bare_port, WORKERS, THREADS)
    config.write_text("".join(f"{name} = {pprint.pformat(value)}\n" for name, value in options.items()))
    web = supervising.saas_command(
        "serve", "--port", str(ground.web_port), "--workers", str(WORKERS), "--threads", str(THREADS)
    )
    bare = [sys.executable, "-m", "gunicorn", "-c", str(config), "bench.bare:app"]
    sandbox = [
        sys.executable, "-m", "saas.sandbox", "--port", str(ground.sandbox_port), "--data-dir", str(folder / "sandbox"),
    ]  # fmt: skip
    stripe = {"STRIPE_API_BASE": f"http://127.0.0.1:{ground.sandbox_port}", "STRIPE_WEBHOOK_SECRET": SECRET}
    os.environ.update(stripe)
    told = {
        "SAAS_DATABASE_URL": ground.urls.app,
        "SAAS_SECRET_KEY": "bench",
        "BARE_URL": ground.urls.app,
        **stripe,
    }
    for command, port, path in (
        (sandbox, ground.sandbox_port, "/_sandbox/health"),
        (web, ground.web_port, "/healthz"),
        (bare, ground.bare_port, "/"),
    ):
        process = subprocess.Popen(command, env={**_environment(), **told}, cwd=ROOT)
        stack.callback(_end, process)
        _await(port, path, process)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("SAAS_", "STRIPE_"))}


def _await(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not answer")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
