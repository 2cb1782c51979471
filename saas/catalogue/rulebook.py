"""A clinic's policies as it wrote them, and what they say of a visit: each offering's own rules among them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from saas.catalogue import governing, rulings, terms
from saas.catalogue.contents import Offering
from saas.catalogue.governing import Rule, Scope, Situation, Source
from saas.catalogue.models import PolicyRow
from saas.catalogue.rulings import Decided
from saas.catalogue.terms import Kind, Policies, Terms
from saas.db import session, versioned
from saas.kernel import ids

Written = Mapping[str, Any]
Rules = tuple[Rule[Terms], ...]
SCOPE = ("offering", "category", "location", "first_visit")


def put(kind: Kind, rules: Sequence[Written]) -> bool:
    """Let the clinic's rules of *kind* be *rules*, as a file says them; return whether anything changed."""
    return put_all({kind: rules})


def put_all(wanted: Mapping[Kind, Sequence[Written]]) -> bool:
    """Do so for several kinds at once."""
    current, changed = session.current(), False
    query = select(PolicyRow).where(PolicyRow.kind.in_([kind.value for kind in wanted]))
    rows = {row.kind: row for row in current.scalars(query)}
    for kind, rules in wanted.items():
        row, content = rows.get(kind.value), {"rules": [dict(rule) for rule in rules]}
        if row is None and rules:
            current.add(PolicyRow(id=ids.new(), kind=kind.value, content=content))
        elif row is not None and row.content != content:
            row.content = content
        else:
            continue
        changed = True
    current.flush()
    return changed


def list_written() -> dict[str, list[dict[str, Any]]]:
    """Return the rules by kind, as a file says them; kinds without rules are left out."""
    rows = session.current().scalars(select(PolicyRow))
    found = {row.kind: row.content["rules"] for row in rows}
    return {kind.value: found[kind] for kind in Kind if found.get(kind)}


def of(offering: Offering, location: str, *, is_first: bool, config_version: int) -> Policies:
    """Return the policies of a visit at *location* (a slug); *is_first* of its patient, as far as is known."""
    return rulings.policies(explain(offering, location, is_first=is_first, config_version=config_version))


def explain(offering: Offering, location: str, *, is_first: bool, config_version: int) -> Decided:
    """Return for each kind what decides, and the rules that were asked."""
    asked = Situation(offering.slug, offering.category, location, is_first)
    known, own = _all(config_version), _own(offering)
    return {kind: governing.resolve((*own.get(kind, ()), *known.get(kind, ())), asked) for kind in Kind}


def _own(offering: Offering) -> dict[Kind, Rules]:
    """Return what the offering's own file says, which is scoped to it."""
    said: dict[Kind, Terms | None] = {
        Kind.DEPOSIT: offering.deposit,
        Kind.CANCELLATION: offering.cancellation,
    }
    scope = Scope(offering=offering.slug)
    return {kind: (Rule(scope, one, Source.OFFERING),) for kind, one in said.items() if one is not None}


def _all(config_version: int) -> Mapping[Kind, Rules]:
    return versioned.read("policies", config_version, _load)


def _load() -> Mapping[Kind, Rules]:
    return {
        Kind(kind): tuple(_rule(Kind(kind), one) for one in rules) for kind, rules in list_written().items()
    }


def _rule(kind: Kind, written: Written) -> Rule[Terms]:
    scope = Scope(**{name: written.get(name) for name in SCOPE})
    said = {name: value for name, value in written.items() if name not in (*SCOPE, "none")}
    # that nothing is due for not coming is a statement; without one a late cancellation's fee holds
    nothing = terms.NoShowPolicy() if kind is Kind.NO_SHOW else None
    return Rule(scope, nothing if written.get("none") else terms.read(kind, said))
