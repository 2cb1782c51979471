"""Who is who: what a configuration names is matched with what the clinic has, or had.

Found by id, else by the slug that it was, else by its slug among what is in use, else among what is
archived (the latest), which revives. Each pass is done for all before the next, so that the order of files
never matters and what is claimed by id is nobody else's. What is left is new, under the id that it gives.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from saas.kernel import ids
from saas.provisioning import folders
from saas.provisioning.problems import ConfigurationInvalid, Loc, Problem, listed, nearest, quoted
from saas.provisioning.schema import Configuration
from saas.provisioning.schema_practice import Location
from saas.provisioning.schema_types import Named
from saas.provisioning.standing import KINDS
from saas.provisioning.tables import Tables


@dataclass(frozen=True)
class _Claim:
    """Something a configuration names, the location on which it hangs, and where it stands."""

    named: Named
    file: str
    loc: Loc = ()
    parent: UUID | None = None


def resolve(wanted: Configuration, tables: Tables) -> Configuration:
    """Return *wanted* with the ids of what there is, and without `was`; what is new has the id it gives, or none.

    ConfigurationInvalid where an id belongs to something else, or `was` names nothing.
    """
    problems: list[Problem] = []
    entities = _all("legal_entity", [
        _Claim(one, folders.CLINIC, ("legal_entities", one.slug)) for one in wanted.clinic.legal_entities
    ], tables, wanted, problems)  # fmt: skip
    clinic = wanted.clinic.model_copy(update={"slug": tables.tenant.slug, "legal_entities": entities})
    locations = _hung(
        _folder("location", wanted.locations, tables, wanted, problems), tables, wanted, problems
    )
    people = _folder("person", wanted.people, tables, wanted, problems)
    offerings = _folder("offering", wanted.offerings, tables, wanted, problems)
    if problems:
        raise ConfigurationInvalid(problems)
    update = {"clinic": clinic, "locations": locations, "people": people, "offerings": offerings}
    return wanted.model_copy(update=update)


def named(wanted: Configuration) -> Configuration:
    """Return *wanted* with a fresh id for whatever has none."""
    clinic = wanted.clinic.model_copy(update={"legal_entities": _fresh(wanted.clinic.legal_entities)})
    locations = tuple(
        one.model_copy(update={"rooms": _fresh(one.rooms), "devices": _fresh(one.devices)})
        for one in _fresh(wanted.locations)
    )
    update = {
        "clinic": clinic, "locations": locations, "people": _fresh(wanted.people),
        "offerings": _fresh(wanted.offerings),
    }  # fmt: skip
    return wanted.model_copy(update=update)


def _fresh(things: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(one if one.id else one.model_copy(update={"id": ids.new()}) for one in things)


def _folder(
    kind: str, things: Sequence[Any], tables: Tables, wanted: Configuration, problems: list[Problem]
) -> tuple[Any, ...]:
    folder = {"location": "locations", "person": "people", "offering": "offerings"}[kind]
    found = [_Claim(one, f"{folder}/{one.slug}.yaml") for one in things]
    return _all(kind, found, tables, wanted, problems)


def _hung(
    locations: Sequence[Location], tables: Tables, wanted: Configuration, problems: list[Problem]
) -> tuple[Location, ...]:
    """Give rooms and devices their ids: one pass over those of all locations, so that a unit may move."""
    units: dict[str, Iterator[Any]] = {}
    for key, kind in (("rooms", "room"), ("devices", "device")):
        found = [
            _Claim(unit, f"locations/{one.slug}.yaml", (key, unit.slug), one.id or ids.new())
            for one in locations for unit in getattr(one, key)
        ]  # fmt: skip
        units[key] = iter(_all(kind, found, tables, wanted, problems))
    return tuple(
        one.model_copy(update={key: tuple(next(units[key]) for _ in getattr(one, key)) for key in units})
        for one in locations
    )


def _all(
    kind: str, claims: Sequence[_Claim], tables: Tables, wanted: Configuration, problems: list[Problem]
) -> tuple[Any, ...]:
    rows = tables.rows[KINDS[kind]]
    found = _matched(claims, rows)
    others = {row.id: name for name, table in KINDS.items() if name != kind for row in tables.rows[table]}
    for claim, row_id in zip(claims, found, strict=True):
        problems += _faults(kind, claim, row_id, rows, others, wanted)
    return tuple(
        claim.named.model_copy(update={"was": None, "id": row_id or claim.named.id})
        for claim, row_id in zip(claims, found, strict=True)
    )


def _matched(claims: Sequence[_Claim], rows: Sequence[Any]) -> list[UUID | None]:
    """Return for each of *claims* the id of the row that it is, no row for two of them."""
    found: list[UUID | None] = [None] * len(claims)
    taken: set[UUID] = set()
    for keyed, key in _passes(rows):
        for number, claim in enumerate(claims):
            row_id = keyed.get(key(claim)) if found[number] is None else None
            if row_id is not None and row_id not in taken:
                found[number] = row_id
                taken.add(row_id)
    return found


def _passes(rows: Sequence[Any]) -> Iterator[tuple[Mapping[Any, UUID], Callable[[_Claim], Any]]]:
    used = {(_parent(row), row.slug): row.id for row in rows if row.archived_at is None}
    gone = sorted((row for row in rows if row.archived_at), key=lambda row: (row.archived_at, row.id))
    yield {row.id: row.id for row in rows}, lambda claim: claim.named.id
    yield used, lambda claim: (claim.parent, claim.named.was)
    yield used, lambda claim: (claim.parent, claim.named.slug)
    yield {(_parent(row), row.slug): row.id for row in gone}, lambda claim: (claim.parent, claim.named.slug)


def _parent(row: Any) -> UUID | None:
    parent: UUID | None = getattr(row, "location_id", None)
    return parent


def _faults(
    kind: str, claim: _Claim, found: UUID | None, rows: Sequence[Any], others: Mapping[UUID, str],
    wanted: Configuration,
) -> Iterator[Problem]:  # fmt: skip
    what = kind.replace("_", " ")
    other = others.get(claim.named.id) if claim.named.id else None
    if other:
        message = f"the id is that of a {other.replace('_', ' ')}"
        yield wanted.problem(claim.file, (*claim.loc, "id"), message, f"the id of a {what}, or none")
    if not claim.named.was or found is not None:
        return
    known = {row.slug for row in rows if row.archived_at is None and _parent(row) == claim.parent}
    if known:
        message = f"there is no {what} {quoted(claim.named.was)} that this could have been"
        near = nearest(claim.named.was, known)
        yield wanted.problem(
            claim.file, (*claim.loc, "was"), message, "" if near else listed(sorted(known)), near
        )
