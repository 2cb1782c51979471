"""Lists: the newest first, in pages that a cursor continues."""

import json
from typing import Any

from saas.sandbox import refusals
from saas.sandbox.acts import Act, Thing

USUAL, MOST = 10, 100
COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
PAGING = ("limit", "starting_after", "ending_before", "created", "expand")


def page(act: Act, kind: str, url: str, params: dict[str, Any]) -> Thing:
    """Return a page of the things of one kind in this account; other parameters are fields to match."""
    limit = params.get("limit", USUAL)
    if not 1 <= limit <= MOST:
        raise refusals.wrong("limit", f"between 1 and {MOST}", "parameter_invalid_integer")
    terms, values = ["kind = ?", "account = ?"], [kind, act.account]
    for term, *given in (*_created(params), *_fields(params), *_cursor(act, kind, params)):
        terms.append(term)
        values += given
    backwards = "ending_before" in params
    rows = act.store.all(
        f"SELECT body FROM things WHERE {' AND '.join(terms)}"
        f" ORDER BY seq {'ASC' if backwards else 'DESC'} LIMIT ?", *values, limit + 1,
    )  # fmt: skip
    found = [json.loads(row["body"]) for row in rows[:limit]]
    data = found[::-1] if backwards else found
    return {"object": "list", "data": data, "has_more": len(rows) > limit, "url": url}


def _created(params: dict[str, Any]) -> list[tuple[Any, ...]]:
    wanted = params.get("created")
    if isinstance(wanted, dict):
        return [(f"created {COMPARISONS[name]} ?", value) for name, value in wanted.items()]
    return [] if wanted is None else [("created = ?", wanted)]


def _fields(params: dict[str, Any]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for name, value in params.items():
        if name == "types":
            found.append((f"json_extract(body, '$.type') IN ({', '.join('?' * len(value))})", *value))
        elif name == "delivery_success":
            found.append(("(json_extract(body, '$.pending_webhooks') = 0) = ?", int(value)))
        elif name == "type":
            found.append(("json_extract(body, '$.type') GLOB ?", value))
        elif name not in PAGING:
            found.append(("json_extract(body, '$.' || ?) = ?", name, value))
    return found


def _cursor(act: Act, kind: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if name in params:
            act.get(kind, params[name], name, 400)
            found.append((f"seq {sign} (SELECT seq FROM things WHERE id = ?)", params[name]))
    return found
