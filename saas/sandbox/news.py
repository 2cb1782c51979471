"""Events: what happened, with the object as it was then; each is queued for the endpoint at once."""

import json
from collections.abc import Mapping
from typing import Any

from saas.kernel import clock
from saas.sandbox import acts, faults, typed
from saas.sandbox.acts import Act, Thing


def tell(act: Act, kind: str, thing: Thing, before: Mapping[str, Any] | None = None) -> None:
    """Record the event *kind* about *thing*; *before* are the former values of what changed."""
    data: Thing = {"object": acts.public(thing)}
    if before:
        data["previous_attributes"] = dict(before)
    event: Thing = {
        "id": acts.new_id("evt"), "object": "event", "api_version": typed.API_VERSION, "created": act.now,
        "data": data, "livemode": False, "pending_webhooks": 0, "type": kind,
        "request": {"id": act.request_id, "idempotency_key": act.key},
    }  # fmt: skip
    if act.account != acts.PLATFORM:
        event["account"] = act.account
    event["pending_webhooks"] = int(bool(act.store.setting("webhook_url")))
    act.save(event)
    if event["pending_webhooks"]:
        _queue(act, event)


def settle(act: Act, event_id: str) -> None:
    """Note that the endpoint has acknowledged an event."""
    event = act.find("event", event_id)
    if event and event["pending_webhooks"]:
        act.save(event | {"pending_webhooks": 0})


def body(event: Thing) -> bytes:
    """Return the bytes that are sent of an event."""
    return json.dumps(event, indent=2).encode()


def _queue(act: Act, event: Thing) -> None:
    """Queue the deliveries of an event, as the faults of the moment will have them."""
    fault = faults.take_for_event(act.store, event["type"], act.account)
    now = clock.now().timestamp()
    state, copies, due, number = "pending", 1, now, None
    if fault is not None:
        number = fault.number
        state = {"drop": "dropped", "reorder": "held", "delay": "delayed"}.get(fault.kind, "pending")
        copies = fault.times if fault.kind == "duplicate" else 1
        due += fault.seconds if fault.kind == "delay" else 0
    for _ in range(copies):
        act.store.run(
            "INSERT INTO deliveries (event, account, type, state, due, fault) VALUES (?, ?, ?, ?, ?, ?)",
            event["id"], act.account, event["type"], state, due, number,
        )  # fmt: skip
    if fault is not None and fault.kind == "reorder":
        faults.release_full_batch(act.store, fault)
