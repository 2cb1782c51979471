"""What differs between two versions of an offering, as plain values that the journal can keep. Pure.

A price is told apart by whom and what it is for, not by its place in the list; minutes by the part they
belong to. Everything else is named and not spelled out.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Content = Mapping[str, Any]
Scope = tuple[str | None, ...]
SCOPE = ("variant", "location", "practitioner", "tier", "since")
ELSEWHERE = frozenset({"segments", "prices"})


def differences(before: Content, after: Content) -> list[dict[str, Any]]:
    """Return what *after* says otherwise than *before*: minutes, then prices, then other keys by name."""
    return [*_minutes(before, after), *_prices(before, after), *_others(before, after)]


def in_words(difference: Mapping[str, Any]) -> str:
    """Return one difference as the command line says it: `minutes of part 2: 30 → 40`."""
    if difference["part"] == "other":
        return f"{difference['key']}"
    if difference["part"] == "minutes":
        what = f"minutes of part {difference['number'] + 1}"
    else:
        named = [str(difference[name]) for name in SCOPE[:-1] if difference[name]] or ["everybody"]
        since = f" from {difference['since']}" if difference["since"] else ""
        what = f"price for {', '.join(named)}{since}"
    before, after = ("none" if one is None else one for one in (difference["before"], difference["after"]))
    return f"{what}: {before} → {after}"


def scope_of(rule: Mapping[str, Any]) -> Scope:
    """Return for where, whom and from which day a stored price holds."""
    return tuple(rule.get(name) for name in SCOPE)


def is_same_shape(before: Content, after: Content) -> bool:
    """Whether both have the same parts, whatever time these take."""
    return [_shape(one) for one in before["segments"]] == [_shape(one) for one in after["segments"]]


def _minutes(before: Content, after: Content) -> Iterator[dict[str, Any]]:
    if not is_same_shape(before, after):
        yield {"part": "other", "key": "segments"}
        return
    for number, (old, new) in enumerate(zip(before["segments"], after["segments"], strict=True)):
        if old["minutes"] != new["minutes"]:
            yield {
                "part": "minutes", "number": number, "kind": old["kind"], "name": old.get("name", {}),
                "before": old["minutes"], "after": new["minutes"],
            }  # fmt: skip


def _prices(before: Content, after: Content) -> Iterator[dict[str, Any]]:
    old, new = ({scope_of(rule): rule["amount"] for rule in one.get("prices", ())} for one in (before, after))
    for scope in dict.fromkeys((*old, *new)):
        if old.get(scope) != new.get(scope):
            yield {
                "part": "price", **dict(zip(SCOPE, scope, strict=True)),
                "before": old.get(scope), "after": new.get(scope),
            }  # fmt: skip


def _others(before: Content, after: Content) -> Iterator[dict[str, Any]]:
    for key in sorted((before.keys() | after.keys()) - ELSEWHERE):
        if (before.get(key) or None) != (after.get(key) or None):
            yield {"part": "other", "key": key}


def _shape(segment: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in segment.items() if key != "minutes" and value}
