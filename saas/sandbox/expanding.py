"""Expansion: an id becomes the object it names, along the paths that a request asks for."""

from typing import Any

from saas.sandbox import acts, refusals
from saas.sandbox.acts import Act, Thing

DEEPEST = 4
# By kind of object: the field, and the kinds of object that its id may name.
LINKS: dict[str, dict[str, tuple[str, ...]]] = {
    "checkout.session": {"payment_intent": ("payment_intent",), "line_items": ()},
    "payment_intent": {"latest_charge": ("charge",)},
    "charge": {"balance_transaction": ("balance_transaction",), "payment_intent": ("payment_intent",),
               "refunds": ()},
    "refund": {"charge": ("charge",), "payment_intent": ("payment_intent",),
               "balance_transaction": ("balance_transaction",)},
    "balance_transaction": {"source": ("charge", "refund", "dispute")},
    "dispute": {"charge": ("charge",), "payment_intent": ("payment_intent",)},
}  # fmt: skip


def show(act: Act, thing: Thing, paths: list[str]) -> Thing:
    """Return a thing, or a list of them, as it leaves the sandbox, with *paths* expanded."""
    for path in paths:
        if len(path.split(".")) > DEEPEST:
            raise refusals.wrong("expand", f"at most {DEEPEST} levels deep")
    if thing["object"] != "list":
        return _expanded(act, thing, [path.split(".") for path in paths])
    inner = [path.split(".")[1:] for path in paths if path.startswith("data.")]
    if len(inner) < len(paths):
        raise _unfit(paths[0])
    return thing | {"data": [_expanded(act, each, inner) for each in thing["data"]]}


def _expanded(act: Act, thing: Thing, paths: list[list[str]]) -> Thing:
    shown = acts.public(_aged(act, thing))
    for field in dict.fromkeys(path[0] for path in paths):
        deeper = [path[1:] for path in paths if path[0] == field and len(path) > 1]
        kinds = LINKS.get(thing["object"], {}).get(field)
        if kinds is None:
            raise _unfit(field)
        shown[field] = _linked(act, thing, field, kinds, deeper)
    return shown


def _linked(act: Act, thing: Thing, field: str, kinds: tuple[str, ...], deeper: list[list[str]]) -> Any:
    if not kinds and deeper:
        raise _unfit(f"{field}.{deeper[0][0]}")
    if field == "line_items":
        return _list(thing["_lines"], f"/v1/checkout/sessions/{thing['id']}/line_items")
    if field == "refunds":
        return _list(act.having("refund", "charge", thing["id"]), f"/v1/charges/{thing['id']}/refunds")
    if thing[field] is None:
        return None
    (found,) = (each for kind in kinds if (each := act.find(kind, thing[field])))
    return _expanded(act, found, deeper)


def _aged(act: Act, thing: Thing) -> Thing:
    """Return a balance transaction with the status that it has by now."""
    if thing["object"] == "balance_transaction" and thing["available_on"] <= act.now:
        return thing | {"status": "available"}
    return thing


def _list(data: list[Thing], url: str) -> Thing:
    return {"object": "list", "data": data, "has_more": False, "url": url}


def _unfit(path: str) -> refusals.Refusal:
    return refusals.Refusal(f"The sandbox cannot expand {path} here.", param="expand")
