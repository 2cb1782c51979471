"""A draft: what someone wants to change about an offering, laid over what it says. Pure.

A price is named by whom and what it is for, a part by its number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from saas.provisioning import differing
from saas.provisioning.canonical import Data
from saas.provisioning.differing import Content, Scope


@dataclass(frozen=True)
class Draft:
    """Minutes by part, amounts by whom and what they are for (None: that price goes), and new prices."""

    minutes: Mapping[int, int] = field(default_factory=dict)
    amounts: Mapping[Scope, str | None] = field(default_factory=dict)
    added: tuple[Mapping[str, str | None], ...] = ()


def changed(content: Content, draft: Draft) -> Data:
    """Return *content* with the draft laid over it; a price that is worth the same stays as it was written."""
    parts = [
        {**part, "minutes": draft.minutes.get(number, part["minutes"])}
        for number, part in enumerate(content["segments"])
    ]
    prices = [_priced(rule, draft) for rule in content.get("prices", ())]
    return {**content, "segments": parts, "prices": [*filter(None, prices), *map(dict, draft.added)]}


def _priced(rule: Mapping[str, Any], draft: Draft) -> Data | None:
    amount = draft.amounts.get(differing.scope_of(rule), rule["amount"])
    if amount is None:
        return None
    return {**rule, "amount": rule["amount"] if _is_worth(amount, rule["amount"]) else amount}


def _is_worth(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    return Decimal(one) == Decimal(other)
