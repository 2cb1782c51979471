"""Metadata and other texts of the caller's, within Stripe's measures."""

from collections.abc import Mapping
from typing import Any

from saas.sandbox import refusals

# https://docs.stripe.com/metadata
MOST_KEYS, LONGEST_KEY, LONGEST_VALUE = 50, 40, 500


def require_fit(params: Mapping[str, Any], name: str = "metadata") -> None:
    """Refuse metadata that is too much, by Stripe's measures."""
    given = params.get("metadata") or {}
    if len(given) > MOST_KEYS:
        raise refusals.wrong(name, f"at most {MOST_KEYS} keys")
    for key, value in given.items():
        if len(key) > LONGEST_KEY:
            raise refusals.wrong(name, f"a hash with keys of at most {LONGEST_KEY} characters")
        if len(value) > LONGEST_VALUE:
            raise refusals.wrong(f"{name}[{key}]", f"at most {LONGEST_VALUE} characters long")
    if isinstance(given, dict):
        for key in [key for key, value in given.items() if value == ""]:
            del given[key]


def require_length(params: Mapping[str, Any], name: str, longest: int) -> None:
    """Refuse a text that is too long."""
    if len(params.get(name) or "") > longest:
        raise refusals.wrong(name, f"at most {longest} characters long")
