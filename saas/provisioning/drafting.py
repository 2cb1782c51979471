"""A draft: what someone wants to change about an offering, laid over what it says. Pure.

Answers are kept by what they are about, so that they survive a change by somebody else in between: what
was not touched takes the other's value, and what was stays as it was answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from saas.provisioning import differing
from saas.provisioning.differing import Content, Scope
from saas.provisioning.standing import Data


@dataclass(frozen=True)
class Draft:
    """Minutes by part, amounts by whom and what they are for (None: that price goes), and new prices."""

    minutes: Mapping[int, int] = field(default_factory=dict)
    amounts: Mapping[Scope, str | None] = field(default_factory=dict)
    added: tuple[Mapping[str, str | None], ...] = ()


def of_content(content: Content) -> Draft:
    """Return the draft that changes nothing."""
    return Draft(
        {number: part["minutes"] for number, part in enumerate(content["segments"])},
        {differing.scope_of(rule): rule["amount"] for rule in content.get("prices", ())},
    )


def changed(content: Content, draft: Draft) -> Data:
    """Return *content* with the draft laid over it; a price that is worth the same stays as it was written."""
    parts = [
        {**part, "minutes": draft.minutes.get(number, part["minutes"])}
        for number, part in enumerate(content["segments"])
    ]
    prices = [_priced(rule, draft) for rule in content.get("prices", ())]
    return {**content, "segments": parts, "prices": [*filter(None, prices), *map(dict, draft.added)]}


def rebased(draft: Draft, seen: Content, now: Content) -> Draft:
    """Return the draft on what the offering says *now*, when it was made on what was *seen*."""
    untouched, other = of_content(seen), of_content(now)
    same = differing.is_same_shape(seen, now)
    minutes = {n: m for n, m in draft.minutes.items() if same and m != untouched.minutes.get(n)}
    amounts = {
        scope: amount for scope, amount in draft.amounts.items()
        if scope in other.amounts and not _is_worth(amount, untouched.amounts.get(scope))
    }  # fmt: skip
    return replace(draft, minutes={**other.minutes, **minutes}, amounts={**other.amounts, **amounts})


def _priced(rule: Mapping[str, Any], draft: Draft) -> Data | None:
    amount = draft.amounts.get(differing.scope_of(rule), rule["amount"])
    if amount is None:
        return None
    return {**rule, "amount": rule["amount"] if _is_worth(amount, rule["amount"]) else amount}


def _is_worth(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    return Decimal(one) == Decimal(other)
