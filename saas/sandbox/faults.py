"""Faults, switched on by tests: which request or event they hit is counted, never left to chance.

A fault skips the first `after` matches, then hits `count` of them (null: all). The oldest fault that
matches is the one that hits.
"""

import json
from dataclasses import asdict, dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from saas.kernel import clock
from saas.sandbox import refusals
from saas.sandbox.store import Store

ON_REQUESTS = frozenset(
    {"lost_request", "timeout_before", "rate_limit", "slow", "error_500", "error_500_after", "decline"}
    | {"lost_reply", "timeout_after"}
)
ON_EVENTS = frozenset({"drop", "duplicate", "delay", "reorder"})


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and for which requests or events; patterns are those of file names."""

    kind: str
    count: int | None = 1
    after: int = 0
    method: str = "*"
    path: str = "*"
    event: str = "*"
    account: str = "*"
    seconds: float = 0
    times: int = 2
    number: int = 0

    def hits_event(self, kind: str, account: str) -> bool:
        """Whether the fault is for this event."""
        wanted = self.kind in ON_EVENTS and fnmatchcase(kind, self.event)
        return wanted and fnmatchcase(account, self.account)

    def hits_request(self, method: str, path: str, account: str) -> bool:
        """Whether the fault is for this request."""
        wanted = self.kind in ON_REQUESTS and fnmatchcase(method, self.method)
        return wanted and fnmatchcase(path, self.path) and fnmatchcase(account, self.account)


def add(store: Store, given: dict[str, Any]) -> Fault:
    """Switch a fault on. Raises Refusal for one that would never do what it says."""
    known = {field.name for field in fields(Fault)} - {"number"}
    for name in given.keys() - known:
        raise refusals.unknown(name)
    if given.get("kind") not in ON_REQUESTS | ON_EVENTS:
        raise refusals.wrong("kind", f"one of {', '.join(sorted(ON_REQUESTS | ON_EVENTS))}")
    fault = Fault(**given)
    if fault.kind == "reorder" and (fault.count or 0) < 2:
        raise refusals.wrong("count", "2 or more, so that there is an order to turn")
    number = store.run(
        "INSERT INTO faults (body, after, left) VALUES (?, ?, ?)",
        json.dumps(asdict(fault)), fault.after, fault.count,
    )  # fmt: skip
    return Fault(**{**asdict(fault), "number": number})


def take(store: Store, method: str, path: str, account: str) -> Fault | None:
    """Return the fault that hits this request, counted, or None."""
    return _take(store, lambda fault: fault.hits_request(method, path, account))


def take_for_event(store: Store, kind: str, account: str) -> Fault | None:
    """Return the fault that hits this event, counted, or None."""
    return _take(store, lambda fault: fault.hits_event(kind, account))


def listed(store: Store) -> list[dict[str, Any]]:
    """Return every fault with how many hits it has left."""
    found = store.all("SELECT * FROM faults ORDER BY seq")
    return [json.loads(row["body"]) | {"number": row["seq"], "left": row["left"]} for row in found]


def clear(store: Store) -> None:
    """Switch every fault off; what was held or delayed is sent, in the order in which it happened."""
    with store.acting():
        store.run("DELETE FROM faults")
        now = clock.now().timestamp()
        store.run("UPDATE deliveries SET state = 'pending', due = ? WHERE state IN ('held', 'delayed')", now)


def release_full_batch(store: Store, fault: Fault) -> None:
    """Send what a reordering held, last first, once its batch is full."""
    row = store.one("SELECT left FROM faults WHERE seq = ?", fault.number)
    if row is None or row["left"] == 0:
        store.run(
            "UPDATE deliveries SET state = 'pending', due = ?, rank = -seq WHERE state = 'held' AND fault = ?",
            clock.now().timestamp(), fault.number,
        )  # fmt: skip


def _take(store: Store, hits: Any) -> Fault | None:
    with store.acting():
        for row in store.all("SELECT * FROM faults WHERE left IS NULL OR left > 0 ORDER BY seq"):
            fault = Fault(**{**json.loads(row["body"]), "number": row["seq"]})
            if not hits(fault):
                continue
            if row["after"] > 0:
                store.run("UPDATE faults SET after = after - 1 WHERE seq = ?", row["seq"])
                continue
            store.run("UPDATE faults SET left = left - 1 WHERE seq = ?", row["seq"])
            return fault
    return None
