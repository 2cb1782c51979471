"""On which rules of scope a clinic's offerings rest, place by place, and which of them it attested. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from saas.catalogue.contents import Offering
from saas.credentials import choosing
from saas.credentials.pack_schema import Pack, Rule
from saas.credentials.vocabulary import UNREGULATED
from saas.practice.snapshot import Place

Data = dict[str, Any]


@dataclass(frozen=True)
class Relied:
    """A rule, the places whose offerings rest on it, and what the clinic attested of it, if it did.

    `is_current` says whether the attestation is of the version in force.
    """

    rule: Rule
    places: tuple[str, ...]
    attested: Mapping[str, Any] | None
    is_current: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """The statements that are not attested."""
        said = set(self.attested.get("statements", ())) if self.attested and self.is_current else set()
        return tuple(one for one in self.rule.statements() if one not in said)


@dataclass(frozen=True)
class Unruled:
    """A procedure that no rule of the pack speaks of where it is offered: always for review."""

    act: str
    place: str


def relied_on(
    pack: Pack,
    places: Iterable[Place],
    offered: Iterable[Offering],
    attested: Iterable[Mapping[str, Any]],
    on: date,
) -> tuple[list[Relied], list[Unruled]]:
    """Return the rules in force *on* that day for what is offered, by name, and the acts that have none."""
    known = {one["rule"]: one for one in attested}
    found: dict[str, tuple[Rule, list[str]]] = {}
    unruled: list[Unruled] = []
    acts = {one.slug: _acts(one) for one in offered}
    where = {one.slug: one.locations for one in offered}
    for place in places:
        for act in sorted({act for slug, own in acts.items() if place.slug in where[slug] for act in own}):
            rule = choosing.rule_for(pack, place.jurisdiction, act, on)
            if rule is None:
                unruled.append(Unruled(act, place.name))
            elif place.name not in (named := found.setdefault(rule.rule, (rule, []))[1]):
                named.append(place.name)
    ordered = [found[name] for name in sorted(found)]
    return [_relied(rule, names, known.get(rule.rule)) for rule, names in ordered], unruled


def attesting(files: Mapping[str, Data], said: Data) -> Data:
    """Return `attestations.yaml` with *said* in the place of what it says of the same rule."""
    data = files.get("attestations.yaml", {})
    others = [one for one in data.get("rules", []) if one["rule"] != said["rule"]]
    return {**data, "rules": [*others, said]}


def _relied(rule: Rule, places: list[str], attested: Mapping[str, Any] | None) -> Relied:
    current = attested is not None and str(attested["version"]) == str(rule.version)
    return Relied(rule, tuple(places), attested, current)


def _acts(offering: Offering) -> set[str]:
    return {act for part in offering.segments if part.roles for act in part.procedures} - UNREGULATED
