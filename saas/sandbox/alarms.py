"""What happens by itself as the sandbox's time goes on: sessions end, banks dispute."""

import json

from saas.sandbox import checkout, disputing
from saas.sandbox.acts import Act
from saas.sandbox.store import Store


def ring(store: Store) -> None:
    """Let everything happen that is due, at the instant at which it was; one transaction in all."""
    with store.acting():
        for row in store.all("SELECT * FROM alarms WHERE due <= ? ORDER BY due, thing", store.now()):
            store.run("DELETE FROM alarms WHERE thing = ?", row["thing"])
            kept = store.one("SELECT * FROM things WHERE id = ?", row["thing"])
            if kept is not None:
                _ring(Act(store, kept["account"], row["due"]), row["kind"], kept["body"])


def _ring(act: Act, kind: str, body: str) -> None:
    thing = json.loads(body)
    if kind == "session" and thing["status"] == "open":
        checkout.end(act, thing)
    elif kind == "dispute":
        disputing.open_for(act, thing)
