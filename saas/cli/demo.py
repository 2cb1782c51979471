"""`saas demo`: everything in one terminal."""

import contextlib
import secrets
import shutil
import socket
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import fasteners

from saas.cli import sandboxing, supervising
from saas.cli.sandboxing import Paying
from saas.cli.supervising import Child
from saas.db import embedded, migrate, session, settings
from saas.demo import accounts, clinics
from saas.kernel.errors import Conflict, DomainError, Unavailable

HOST = "127.0.0.1"
OURS = ("postgres", "mail", "files", "sandbox", clinics.FILE, "secret-key", "webhook-secret", "web.log", "worker.log",
        "sandbox.log", "demo.lock")  # fmt: skip


class PortTaken(Conflict):
    """Something else listens on the port."""


class DataDirectoryBusy(Conflict):
    """Another demo runs on the same data directory."""


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--fresh", is_flag=True, help="Forget the demo's data and start over.")
def demo(port: int, fresh: bool) -> None:
    """Run the whole system with two clinic groups; Ctrl-C stops it."""
    began = time.monotonic()
    stop = supervising.Stop()
    stop.listen()
    data_dir = settings.data_dir()
    _require_free(port)
    with _alone_in(data_dir):
        if fresh:
            _forget(data_dir)
        server = embedded.at(data_dir)
        paying = sandboxing.start(data_dir, port)
        try:
            environment = {**_prepare(server, data_dir, port, paying), **paying.environment}
            children = [*_start(environment, data_dir, port), paying.child]
            try:
                _await_health(port, children[0], stop)
                if not stop.asked:
                    _introduce(data_dir, port, time.monotonic() - began)
                _watch(server, children, stop)
            finally:
                _say("Stopping …")
                for child in children:
                    child.ask_to_stop()
                for child in children:
                    child.await_end()
        finally:
            paying.child.ask_to_stop()
            paying.child.await_end()
            server.stop()
    _say("Stopped.")


def _prepare(server: embedded.Server, data_dir: Path, port: int, paying: Paying) -> dict[str, str]:
    """Bring up PostgreSQL, the schema and the clinics; return the children's environment."""
    with _step("PostgreSQL"):
        server.start()
        server.prepare()
    urls = server.urls()
    with _step("Schema"):
        migrate.upgrade(urls.owner)
    with _step("Clinics"):
        session.connect(urls.app, pool_size=2)
        clinics.set_up(data_dir)
        accounts.connect_missing(paying.await_ready)
        session.dispose()
    return {
        "SAAS_DATABASE_URL": urls.app, "SAAS_DATABASE_DIRECT_URL": urls.direct, "SAAS_DEV": "1",
        "SAAS_DATABASE_OWNER_URL": "", "SAAS_SECRET_KEY": _secret_key(data_dir),
        "SAAS_PUBLIC_PORT": str(port), "SAAS_DEMO_DIR": str(data_dir), "SAAS_DATA_DIR": str(data_dir),
    }  # fmt: skip


def _start(environment: Mapping[str, str], data_dir: Path, port: int) -> list[Child]:
    web = supervising.saas_command("serve", "--host", HOST, "--port", str(port), "--workers", "2")
    children = [
        Child("web", web, environment, data_dir / "web.log"),
        Child("worker", supervising.saas_command("worker"), environment, data_dir / "worker.log"),
    ]
    for child in children:
        child.log.unlink(missing_ok=True)
        child.start()
    return children


def _watch(server: embedded.Server, children: list[Child], stop: supervising.Stop) -> None:
    while not stop.asked:
        if server.pid() is None:
            _say("PostgreSQL stopped; starting it again.")
            with contextlib.suppress(DomainError):
                server.start()
        for child in children:
            child.keep_alive(_say)
        time.sleep(0.2)


def _await_health(port: int, web: Child, stop: supervising.Stop) -> None:
    with _step("Web"):
        deadline = time.monotonic() + 60
        while not stop.asked and not supervising.answers(port, "/healthz"):
            died = web.process is not None and web.process.poll() is not None
            if died or time.monotonic() > deadline:
                raise Unavailable(
                    f"The web server does not start; its log is {web.log}:\n{web.log.read_text()[-1500:]}"
                )
            time.sleep(0.05)


def _introduce(data_dir: Path, port: int, seconds: float) -> None:
    _say(f"\nReady after {seconds:.1f} s: http://localhost:{port}/  (both clinics, log-ins, mailbox)\n")
    for slug, log_ins in clinics.read_log_ins(data_dir).items():
        _say(f"  {slug:11}  http://{slug}.localhost:{port}/   staff: http://{slug}.localhost:{port}/staff")
        for log_in in log_ins:
            _say(f"      {log_in.email:36} {log_in.password:18} {log_in.role}")
    _say("\nCtrl-C stops everything; the data stay in " + str(data_dir))


def _require_free(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} is taken on this machine. Choose another: make demo PORT={port + 100}"
            ) from error


@contextlib.contextmanager
def _alone_in(data_dir: Path) -> Iterator[None]:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = fasteners.InterProcessLock(data_dir / "demo.lock")
        mine = lock.acquire(blocking=False)
    except OSError as error:
        raise embedded.DataDirectoryUnusable(f"{data_dir} cannot be used: {error.strerror}.") from error
    if not mine:
        raise DataDirectoryBusy(
            f"Another demo runs on {data_dir}. Stop it, or set SAAS_DATA_DIR to another folder."
        )
    try:
        yield
    finally:
        lock.release()


def _forget(data_dir: Path) -> None:
    """Remove what the demo wrote, and nothing else that may lie there."""
    server = embedded.at(data_dir)
    server.stop()
    shutil.rmtree(server.home, ignore_errors=True)
    for name in OURS:
        path = data_dir / name
        if path.is_dir():
            shutil.rmtree(path)
        elif name != "demo.lock":
            path.unlink(missing_ok=True)


def _secret_key(data_dir: Path) -> str:
    path = data_dir / "secret-key"
    if not path.exists():
        embedded.write_private(path, secrets.token_hex(32))
    return path.read_text()


@contextlib.contextmanager
def _step(name: str) -> Iterator[None]:
    began = time.monotonic()
    click.echo(f"{name} … ", nl=False)
    try:
        yield
    except BaseException:
        click.echo("failed")
        raise
    click.echo(f"ready ({time.monotonic() - began:.1f} s)")


def _say(sentence: str) -> None:
    click.echo(sentence)
