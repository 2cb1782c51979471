"""One key, one act: the first answer that an execution gave is given again, errors and all.

Kept per account for a day. A request that was refused before it was executed leaves no trace, so its
key may come again; while a key's first request runs, another with it is turned away.
"""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from saas.sandbox import refusals
from saas.sandbox.store import Store

LONGEST_KEY = 255
KEPT_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Answer:
    """What a call is answered: status, JSON text, and headers of its own."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Busy:
    """The keys whose first request is running in this process."""

    keys: set[tuple[str, str]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def using(self, account: str, key: str) -> Iterator[None]:
        """Run a block with the key taken. Raises Refusal where another request has it."""
        with self.lock:
            if (account, key) in self.keys:
                raise refusals.key_in_use(key)
            self.keys.add((account, key))
        try:
            yield
        finally:
            with self.lock:
                self.keys.discard((account, key))


def fingerprint(method: str, path: str, body: bytes) -> str:
    """Return what two requests have in common if they ask for the same."""
    parts = b"\0".join([method.encode(), path.encode(), *sorted(body.split(b"&"))])
    return hashlib.sha256(parts).hexdigest()


def find(store: Store, account: str, key: str, wanted: str) -> Answer | None:
    """Return the answer that is kept for a key. Raises Refusal where it was for other parameters."""
    row = store.one(
        "SELECT * FROM keys WHERE account = ? AND key = ? AND created > ?",
        account, key, store.now() - KEPT_SECONDS,
    )  # fmt: skip
    if row is None:
        return None
    if row["fingerprint"] != wanted:
        raise refusals.other_parameters(key)
    headers = {"Idempotent-Replayed": "true", "Original-Request": row["request_id"]}
    return Answer(row["status"], row["body"], headers)


def keep(store: Store, scope: tuple[str, str], wanted: str, answer: Answer, request_id: str) -> None:
    """Keep the answer to the first request with a key; *scope* is its account and itself."""
    store.run(
        "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?, ?, ?)",
        *scope, wanted, answer.status, answer.body, request_id, store.now(),
    )  # fmt: skip


def require_fit(key: str) -> None:
    """Refuse a key that is too long."""
    if len(key) > LONGEST_KEY:
        raise refusals.wrong("Idempotency-Key", f"at most {LONGEST_KEY} characters long")
