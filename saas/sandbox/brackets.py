"""Form bodies with names in brackets: `a[b][0][c]=d` becomes {a: {b: {0: {c: d}}}}."""

import re
from typing import Any
from urllib.parse import parse_qsl

from saas.sandbox import refusals

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
DEEPEST = 10


def read(text: str) -> dict[str, Any]:
    """Return the nested parameters of a form body or query; lists are still dicts by index."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=2000):
        _put(found, name, value)
    return found


def join(name: str, part: str) -> str:
    """Return the bracketed name of a part of a parameter."""
    return f"{name}[{part}]" if name else part


def _put(found: dict[str, Any], name: str, value: str) -> None:
    *path, last = _split(name)
    for part in path:
        inner = found.setdefault(_index(found, part), {})
        if not isinstance(inner, dict):
            raise refusals.wrong(name, "either one value or many")
        found = inner
    last = _index(found, last)
    if isinstance(found.get(last), dict):
        raise refusals.wrong(name, "either one value or many")
    found[last] = value


def _index(found: dict[str, Any], part: str) -> str:
    """Return the next free index for the empty brackets of `a[]`."""
    return part or str(len(found))


def _split(name: str) -> list[str]:
    match = NAME.fullmatch(name)
    parts = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])] if match else []
    if not 0 < len(parts) <= DEEPEST:
        raise refusals.unknown(name)
    return parts
