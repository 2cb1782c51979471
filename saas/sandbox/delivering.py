"""Deliveries: events leave signed, one after the other, and come again until they are acknowledged."""

import hashlib
import hmac
import http.client
import sqlite3
import threading
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from saas.kernel import clock
from saas.sandbox import alarms, news
from saas.sandbox.acts import Act
from saas.sandbox.store import Store

# Stripe waits from minutes to hours; on one machine the same story fits into minutes.
PAUSES = (0.5, 1, 2, 5, 10, 30, 60, 120, 300)
ATTEMPTS = 40
PATIENCE_SECONDS = 10
LOOK_EVERY_SECONDS = 0.2


@dataclass
class Courier:
    """The thread that delivers, and that lets the sandbox's time go on while nobody asks anything."""

    store: Store
    stopping: threading.Event
    nudge: threading.Condition = field(default_factory=threading.Condition)
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Start to deliver; what was queued before a crash goes first."""
        self.thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self.thread.start()

    def wake(self) -> None:
        """Say that something new may be queued, or done."""
        with self.nudge:
            self.nudge.notify_all()

    def await_quiet(self, seconds: float) -> bool:
        """Wait until nothing is left to deliver but what a fault holds back; return whether it is so."""
        with self.nudge:
            return self.nudge.wait_for(lambda: not self._is_waiting(), seconds)

    def _is_waiting(self) -> bool:
        return self.store.one("SELECT 1 FROM deliveries WHERE state = 'pending'") is not None

    def _run(self) -> None:
        while not self.stopping.is_set():
            alarms.ring(self.store)
            due = self._next()
            if due is not None:
                self._deliver(due)
                self.wake()
                continue
            with self.nudge:
                self.nudge.wait(LOOK_EVERY_SECONDS)

    def _next(self) -> sqlite3.Row | None:
        return self.store.one(
            "SELECT * FROM deliveries WHERE state IN ('pending', 'delayed') AND due <= ?"
            " ORDER BY due, rank, seq LIMIT 1", clock.now().timestamp(),
        )  # fmt: skip

    def _deliver(self, delivery: sqlite3.Row) -> None:
        act = Act(self.store, delivery["account"], self.store.now())
        body = news.body(act.get("event", delivery["event"]))
        answer = post(self.store.setting("webhook_url"), self.store.setting("webhook_secret"), body)
        with self.store.acting():
            if answer is not None and 200 <= answer < 300:
                _note(self.store, delivery, "done", answer)
                news.settle(act, delivery["event"])
            else:
                gave_up = delivery["attempts"] + 1 >= ATTEMPTS
                _note(self.store, delivery, "gave_up" if gave_up else "pending", answer)


def _note(store: Store, delivery: sqlite3.Row, state: str, answer: int | None) -> None:
    pause = PAUSES[min(delivery["attempts"], len(PAUSES) - 1)]
    store.run(
        "UPDATE deliveries SET state = ?, answer = ?, attempts = attempts + 1, due = ? WHERE seq = ?",
        state, answer, clock.now().timestamp() + pause, delivery["seq"],
    )  # fmt: skip


def sign(secret: str, at: int, body: bytes) -> str:
    """Return the header that proves who sent *body*, and when."""
    digest = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def post(url: str, secret: str, body: bytes) -> int | None:
    """Post an event; return the answer's status, or None where none came.

    It is signed with the wall clock's time: the tests move the sandbox's, and the receiver's stands.
    """
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
    headers = {
        "Content-Type": "application/json; charset=utf-8", "User-Agent": "Needlepoint sandbox",
        "Stripe-Signature": sign(secret, int(clock.now().timestamp()), body),
    }  # fmt: skip
    try:
        connection.request("POST", parts.path or "/", body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
