"""The tests' own door, under `/_sandbox/`: faults, the clock, the endpoint, and the record of it all."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from werkzeug.wrappers import Request, Response

from saas.kernel import clock
from saas.sandbox import acts, alarms, faults, refusals, store
from saas.sandbox.delivering import Courier
from saas.sandbox.store import Store

PREFIX = "/_sandbox/"
KINDS = ("account", "checkout.session", "payment_intent", "charge", "refund", "balance_transaction", "dispute",
         "event")  # fmt: skip
LONGEST_WAIT = 30.0


@dataclass
class Control:
    """Answers what tests ask and tell."""

    store: Store
    courier: Courier

    def answer(self, request: Request) -> Response:
        """Answer one request in JSON. Raises Refusal for one that makes no sense."""
        name = request.path.removeprefix(PREFIX)
        verb = self._verbs().get((request.method, name))
        if verb is None:
            raise refusals.no_such_route(request.method, request.path)
        said = json.dumps(verb(_given(request)), indent=1)
        return Response(said, mimetype="application/json", headers={"Cache-Control": "no-store"})

    def _verbs(self) -> dict[tuple[str, str], Callable[[dict[str, Any]], Any]]:
        return {
            ("GET", "health"): lambda given: {"healthy": True},
            ("GET", "record"): self._record,
            ("GET", "quiet"): self._await_quiet,
            ("GET", "faults"): lambda given: {"faults": faults.listed(self.store)},
            ("POST", "faults"): lambda given: asdict(faults.add(self.store, given)),
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "clock"): lambda given: {"now": self.store.now()},
            ("POST", "clock"): self._move_clock,
            ("POST", "webhook"): self._set_webhook,
            ("POST", "deliver"): self._deliver,
        }

    def _clear_faults(self, given: dict[str, Any]) -> dict[str, Any]:
        faults.clear(self.store)
        return {"faults": []}

    def _move_clock(self, given: dict[str, Any]) -> dict[str, Any]:
        """Move the sandbox's time by `advance_seconds`, or set how far it is from the wall clock's."""
        _require(given, one_of=("advance_seconds", "offset_seconds"))
        before = int(self.store.setting("clock_offset", "0"))
        moved = (
            before + int(given["advance_seconds"]) if "advance_seconds" in given else given["offset_seconds"]
        )
        self.store.set("clock_offset", int(moved))
        alarms.ring(self.store)
        return {"now": self.store.now()}

    def _set_webhook(self, given: dict[str, Any]) -> dict[str, Any]:
        """Say where events go; an empty `url` sends none."""
        _require(given, one_of=("url",), may=("secret",))
        with self.store.acting():
            self.store.set("webhook_url", given["url"])
            self.store.set("webhook_secret", given.get("secret", ""))
        return {"url": given["url"]}

    def _deliver(self, given: dict[str, Any]) -> dict[str, Any]:
        """Deliver an event again, `times` over."""
        _require(given, one_of=("event",), may=("times",))
        row = self.store.one("SELECT * FROM things WHERE kind = 'event' AND id = ?", given["event"])
        if row is None:
            raise refusals.no_such("event", given["event"], "event")
        for _ in range(int(given.get("times", 1))):
            self.store.run(
                "INSERT INTO deliveries (event, account, type, state, due) VALUES (?, ?, ?, 'pending', ?)",
                row["id"], row["account"], json.loads(row["body"])["type"], clock.now().timestamp(),
            )  # fmt: skip
        return {"event": given["event"]}

    def _await_quiet(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"quiet": self.courier.await_quiet(min(float(given.get("seconds", 5)), LONGEST_WAIT))}

    def _record(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return everything there is, or one `account`'s part of it."""
        account = given.get("account", "%")
        found = self.store.all("SELECT * FROM things WHERE account LIKE ? ORDER BY seq", account)
        things: dict[str, list[Any]] = {kind: [] for kind in KINDS}
        for row in found:
            things[row["kind"]].append(acts.public(json.loads(row["body"])) | {"_account": row["account"]})
        requests = self.store.all("SELECT * FROM requests WHERE account LIKE ? ORDER BY seq", account)
        deliveries = self.store.all("SELECT * FROM deliveries WHERE account LIKE ? ORDER BY seq", account)
        return things | {
            "deliveries": store.rows(deliveries),
            "requests": [_told(dict(row)) for row in requests],
        }


def note(kept: Store, door: str, request: Request) -> None:
    """Keep every byte that came, but for the key that opens the door."""
    headers = {name: value for name, value in request.headers if name != "Authorization"}
    kept.run(
        "INSERT INTO requests (at, door, method, target, account, headers, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        clock.now().timestamp(), door, request.method, request.full_path.removesuffix("?"),
        request.headers.get("Stripe-Account") or acts.PLATFORM, json.dumps(headers), request.get_data(),
    )  # fmt: skip


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """Return a request as JSON can hold it; `text` is all of it, decoded, to be searched for a word."""
    raw = b"\n".join((row["target"].encode(), row["headers"].encode(), row["body"]))
    text = unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8", "backslashreplace")
    return row | {"headers": json.loads(row["headers"]), "body": row["body"].decode("latin-1"), "text": text}


def _given(request: Request) -> dict[str, Any]:
    if request.method != "POST":
        return request.args.to_dict()
    if not request.is_json:
        raise refusals.Refusal("The sandbox is told in JSON.")
    given = request.get_json()
    if not isinstance(given, dict):
        raise refusals.Refusal("The sandbox is told in a JSON object.")
    return given


def _require(given: dict[str, Any], one_of: tuple[str, ...], may: tuple[str, ...] = ()) -> None:
    for name in given.keys() - {*one_of, *may}:
        raise refusals.unknown(name)
    if not given.keys() & set(one_of):
        raise refusals.missing(" or ".join(one_of))
