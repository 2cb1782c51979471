"""A running `saas demo`, and a browser small enough to log in with."""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from saas.db import embedded

Found = TypeVar("Found")
PATIENCE_SECONDS = 60
SAAS = (sys.executable, "-m", "saas.cli")


def eventually(ask: Callable[[], Found], seconds: float = PATIENCE_SECONDS) -> Found:
    """Return the first answer of *ask* that is true; fail after *seconds*."""
    deadline = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)
    return found


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Make a folder that PostgreSQL's user may pass when we are root, and remove it after."""
    path = Path(tempfile.mkdtemp(prefix="needlepoint-demo-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def environment(**extra: str) -> dict[str, str]:
    """Return this environment without what would point `saas` elsewhere, and with *extra*."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SAAS_")}
    return {**kept, "PYTHONUNBUFFERED": "1", **extra}


def saas(*arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a `saas` command to its end."""
    return subprocess.run(
        [*SAAS, *arguments], env=environment(**extra), capture_output=True, text=True, timeout=60, check=False
    )


@dataclass
class Demo:
    """`saas demo` on a port and a data directory of its own."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    saas: tuple[str, ...] = SAAS
    cwd: Path | None = None
    path: str | None = None  # where Python looks, as in PYTHONPATH; None for where it does here
    process: subprocess.Popen[bytes] | None = None

    @property
    def out(self) -> Path:
        return self.data_dir.with_name(self.data_dir.name + ".out")

    def start(self, *arguments: str) -> float:
        """Start it and wait until it is ready; return how many seconds that took."""
        began = time.monotonic()
        command = [*self.saas, "demo", "--port", str(self.port), *arguments]
        elsewhere = {} if self.path is None else {"PYTHONPATH": self.path}
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                command, env=environment(SAAS_DATA_DIR=str(self.data_dir), **elsewhere), stdout=out, stderr=out,
                stdin=subprocess.DEVNULL, start_new_session=True, cwd=self.cwd,
            )  # fmt: skip
        eventually(self._ready_or_dead, 90)
        assert self.process.poll() is None, self.out.read_text()
        return time.monotonic() - began

    def _ready_or_dead(self) -> bool:
        assert self.process is not None
        return "Ctrl-C stops everything" in self.out.read_text() or self.process.poll() is not None

    def interrupt(self) -> int:
        """Press Ctrl-C and wait; return the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_SECONDS)

    def end(self) -> None:
        """Make sure that nothing of it is left."""
        if self.process is not None and self.process.poll() is None:
            self.interrupt()
        embedded.at(self.data_dir).stop()
        self.out.unlink(missing_ok=True)

    def child(self, verb: str) -> int | None:
        """Return the process id of its own child `saas serve` or `saas worker`."""
        assert self.process is not None
        mine = (pid for pid, parent in parents().items() if parent == self.process.pid)
        return next((pid for pid in mine if verb in arguments_of(pid)), None)

    def server(self) -> embedded.Server:
        return embedded.at(self.data_dir)

    def log_ins(self) -> dict[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = json.loads((self.data_dir / "log-ins.json").read_text())
        return found

    def browser(self, host: str = "localhost") -> "Browser":
        return Browser(self.port, host)

    def healthy(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.browser().get("/healthz").status == 200
        return False


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class Browser:
    """Asks 127.0.0.1 under a host's name, from an address of this machine, and keeps its cookies."""

    port: int
    host: str
    cookies: dict[str, str] = field(default_factory=dict)
    address: str = "127.0.0.1"

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        """Fill in the form at *path* and send it."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path).text)
        assert token, path
        return self._ask("POST", path, urlencode({"csrf_token": token[1], **fields}))

    def log_in(self, log_in: dict[str, str]) -> Answer:
        return self.post("/staff/log-in", email=log_in["email"], password=log_in["password"])

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Host": f"{self.host}:{self.port}"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=10, source_address=(self.address, 0)
        )
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read().decode())
        finally:
            connection.close()
        for header in answer.headers.get_all("Set-Cookie", []):
            jar: SimpleCookie[Any] = SimpleCookie(header)
            self.cookies.update({name: morsel.value for name, morsel in jar.items()})
        return answer


def parents() -> dict[int, int]:
    """Return every process that is no zombie, with its parent."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                found[int(path.parent.name)] = int(parent)
    return found


def arguments_of(pid: int) -> list[str]:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return []


def descendants(pid: int) -> set[int]:
    """Return the processes below *pid*."""
    by_parent = parents()
    found: set[int] = set()
    below = {pid}
    while below:
        below = {child for child, parent in by_parent.items() if parent in below}
        found |= below
    return found
