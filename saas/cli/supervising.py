"""Keep the demo's processes alive: what dies comes back, what is stopped stops in order."""

import contextlib
import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

PAUSES = (0.2, 0.5, 1, 2, 5)
STEADY_AFTER_SECONDS = 30
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One supervised process; its output goes to a log of its own."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    failures: int = 0
    due_at: float = 0

    def start(self) -> None:
        """Start the process; it ends with this one, however this one ends."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env={**os.environ, **self.environment}, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_parent,
            )  # fmt: skip
        self.started_at = time.monotonic()

    def keep_alive(self, say: Callable[[str], None]) -> None:
        """Start the process again if it died, after a pause that grows while it keeps dying."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.due_at:
            steady = now - self.started_at > STEADY_AFTER_SECONDS
            self.failures = 0 if steady else self.failures + 1
            self.due_at = now + PAUSES[min(self.failures, len(PAUSES)) - 1 if self.failures else 0]
            how = _how(self.process.returncode)
            say(f"{self.name} stopped ({how}); starting it again. Its log: {self.log}")
        if now >= self.due_at:
            self.due_at = 0
            self.start()

    def ask_to_stop(self) -> None:
        """Ask the process to stop; returns at once."""
        if self.process is not None:
            self.process.terminate()

    def await_end(self) -> None:
        """Wait until the process has stopped, and make sure of it after ten seconds."""
        if self.process is None:
            return
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Stop:
    """Whether someone asked to stop, by Ctrl-C or SIGTERM."""

    asked: bool = False
    signals: Sequence[signal.Signals] = field(default=(signal.SIGINT, signal.SIGTERM))

    def listen(self) -> None:
        """Take note of the signals instead of dying of them."""
        for number in self.signals:
            signal.signal(number, self._note)

    def _note(self, *_: object) -> None:
        self.asked = True


def answers(port: int, path: str) -> bool:
    """Whether something on this machine answers 200 there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def saas_command(*arguments: str) -> list[str]:
    """Return the command line of another `saas` with this very Python."""
    return [sys.executable, "-m", "saas.cli", *arguments]


def _end_with_parent() -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit status {code}"
