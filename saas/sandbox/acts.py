"""One act: what a request or an alarm does, in whose account and when, inside one transaction.

A thing is Stripe's object as JSON; fields that start with an underscore are the sandbox's own and
never leave it.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from saas.sandbox import refusals
from saas.sandbox.store import Store

Thing = dict[str, Any]
PLATFORM = "acct_sandboxplatform"
NOUNS = {"checkout.session": "checkout session", "balance_transaction": "balance transaction"}


@dataclass(frozen=True)
class Act:
    """The account that is acted for, the sandbox's time, and the request that asked."""

    store: Store
    account: str
    now: int
    request_id: str | None = None
    key: str | None = None
    base_url: str = ""

    def save(self, thing: Thing) -> Thing:
        """Keep a thing of this account as it is now."""
        kept = (thing["id"], thing["object"], self.account, thing["created"], json.dumps(thing))
        self.store.run(
            "INSERT INTO things (id, kind, account, created, body) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body", *kept,
        )  # fmt: skip
        return thing

    def find(self, kind: str, identifier: str) -> Thing | None:
        """Return a thing of this account, or None."""
        row = self.store.one(
            "SELECT body FROM things WHERE id = ? AND kind = ? AND account = ?",
            identifier,
            kind,
            self.account,
        )
        return json.loads(row["body"]) if row else None

    def get(self, kind: str, identifier: str, param: str = "id", status: int = 404) -> Thing:
        """Return a thing of this account. Raises Refusal where there is none."""
        found = self.find(kind, identifier)
        if found is None:
            raise refusals.no_such(NOUNS.get(kind, kind), identifier, param, status)
        return found

    def having(self, kind: str, field: str, value: str) -> list[Thing]:
        """Return the things of this account whose *field* has a value, the newest first."""
        rows = self.store.all(
            "SELECT body FROM things WHERE kind = ? AND account = ? AND json_extract(body, '$.' || ?) = ?"
            " ORDER BY seq DESC", kind, self.account, field, value,
        )  # fmt: skip
        return [json.loads(row["body"]) for row in rows]

    def set_alarm(self, thing: Thing, kind: str, due: int) -> None:
        """Let something happen to a thing at an instant of the sandbox's time."""
        self.store.run("INSERT OR REPLACE INTO alarms VALUES (?, ?, ?)", thing["id"], kind, due)


def new_id(prefix: str) -> str:
    """Return a fresh identifier that tells its kind."""
    return f"{prefix}_{secrets.token_hex(12)}"


def public(thing: Mapping[str, Any]) -> Thing:
    """Return a thing as Stripe would show it."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}
