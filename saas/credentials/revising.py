"""What of a rule is its substance, and the law of a pack's versions: a rule that changed has a new version. Pure.

A clinic attests one rule in one version. So a version stands for one substance for good: in whichever version of
the pack it is read, the word that was given for it holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from saas.credentials.pack_schema import Pack, Part, Rule

# What is told of a rule and decides nothing: it may be corrected without asking anybody to attest anew.
TOLD = frozenset({"version", "confidence", "sources", "recheck_by", "note"})


NULL = "null"


def plain(part: Part) -> dict[str, Any]:
    """Return what *part* says as plain data: nothing that it leaves out, and the word `null` where that is written."""
    found = {}
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if name in part.model_fields_set and (
            value is None or value != field.get_default(call_default_factory=True)
        ):
            found[name] = NULL if value is None else _plain(value)
    return found


def substance(rule: Rule) -> dict[str, Any]:
    """Return what decides of *rule*."""
    return {name: value for name, value in plain(rule).items() if name not in TOLD}


def faults(packs: Iterable[Pack]) -> Iterator[str]:
    """Yield which rules have one version and two substances, or a later pack with an earlier version."""
    known: dict[tuple[str, str], list[tuple[Pack, Rule]]] = {}
    for pack in sorted(packs, key=lambda one: (one.pack, one.version)):
        for rule in pack.rules:
            known.setdefault((pack.pack, rule.rule), []).append((pack, rule))
    for seen in known.values():
        for (_, before), (pack, after) in pairwise(seen):
            yield from _between(before, after, pack)


def _between(before: Rule, after: Rule, pack: Pack) -> Iterator[str]:
    if after.version < before.version:
        yield f"{pack.name}: {after.rule} goes back from version {before.version} to {after.version}"
    elif after.version == before.version and substance(before) != substance(after):
        yield f"{pack.name}: {after.rule} is not what version {before.version} of it was; it needs a new version"


def _plain(value: Any) -> Any:
    if isinstance(value, Part):
        return plain(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value if isinstance(value, bool | int) else str(value)
