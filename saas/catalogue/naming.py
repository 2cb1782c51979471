"""Whom and what an offering's content names: slugs, kept in each version beside the ids of what they meant.

A slug may change, or become another thing's. What was booked means the thing, so a version is read under
the names that things have now; an offering in use is always written under them. What is archived may have a
slug that another has since: it is read under a name that nothing else has, and that is no slug (`slug~id`).
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from saas.db import session

Content = Mapping[str, Any]
Meant = dict[str, dict[str, str]]

KINDS = ("locations", "people", "offerings")  # as their tables are called
# Where slugs stand in the items of a content's lists: the list, the key in its items, the kind of thing.
_IN_ITEMS = (
    ("prices", "location", "locations"), ("prices", "practitioner", "people"),
    ("add_ons", "offering", "offerings"), ("intervals", "offering", "offerings"),
)  # fmt: skip


def name_now(kind: str, row: str) -> str:
    """Return the name of *row* of the table *kind*, as SQL: its slug, where no other has that since; else `slug~id`."""
    return f"""CASE WHEN {row}.archived_at IS NOT NULL AND EXISTS (
      SELECT FROM {kind} heir
      WHERE heir.tenant_id = {row}.tenant_id AND heir.slug = {row}.slug AND heir.id <> {row}.id
      AND (heir.archived_at IS NULL OR (heir.archived_at, heir.id) > ({row}.archived_at, {row}.id))
    ) THEN {row}.slug || '~' || {row}.id ELSE {row}.slug END"""


def _meanwhile(kind: str) -> str:
    name = name_now(kind, "thing")
    return f"""'{kind}', (
      SELECT jsonb_object_agg(said.slug, said.now) FROM (
        SELECT named.key AS slug, {name} AS now FROM jsonb_each_text(v.names->'{kind}') named
        JOIN {kind} thing ON thing.tenant_id = v.tenant_id AND thing.id = named.value::uuid
      ) said WHERE said.now <> said.slug)"""


# What a version `v` names by another slug than the thing has now: by kind, the one and the other.
NOW = f"jsonb_build_object({', '.join(_meanwhile(kind) for kind in KINDS)})"
# The name of the offering `o` of a version.
OWN = name_now("offerings", "o")
_IN_USE = " UNION ALL ".join(
    f"SELECT '{kind}', slug, id FROM {kind} WHERE tenant_id = %(tenant)s AND archived_at IS NULL"
    for kind in KINDS
)


def meant(content: Content, known: Mapping[str, Mapping[str, UUID]]) -> Meant:
    """Return the ids of what *content* names, by kind and slug, as far as they are *known*. Pure."""
    found: Meant = {kind: {} for kind in KINDS}
    for kind, slug in _named(content):
        if slug in known[kind]:
            found[kind][slug] = str(known[kind][slug])
    return found


def read() -> dict[str, dict[str, UUID]]:
    """Return the ids of places, people and offerings in use, by kind and slug; one statement."""
    current = session.current()
    current.flush()
    found: dict[str, dict[str, UUID]] = {kind: {} for kind in KINDS}
    for kind, slug, thing in current.connection().exec_driver_sql(_IN_USE, {"tenant": current.tenant_id}):
        found[kind][slug] = thing
    return found


def renamed(content: Content, now: Mapping[str, Mapping[str, str] | None]) -> Content:
    """Return *content* under the names that things have *now*, by kind and slug (`NOW`). Pure."""
    if not any(now.values()):
        return content
    changed = {kind: names or {} for kind, names in now.items()}
    said = {**content, "locations": _exchanged(content.get("locations"), changed["locations"])}
    for key, name, kind in _IN_ITEMS:
        said[key] = [_with(item, name, changed[kind]) for item in said.get(key) or ()]
    for item in said["add_ons"]:
        item["excludes"] = _exchanged(item.get("excludes"), changed["offerings"])
    return said


def _with(item: Content, name: str, now: Mapping[str, str]) -> dict[str, Any]:
    slug = item.get(name)
    return dict(item) if slug is None else {**item, name: now.get(slug, slug)}


def _exchanged(slugs: Any, now: Mapping[str, str]) -> list[str]:
    return [now.get(slug, slug) for slug in slugs or ()]


def _named(content: Content) -> Iterator[tuple[str, str]]:
    for slug in content.get("locations") or ():
        yield "locations", slug
    for key, name, kind in _IN_ITEMS:
        for item in content.get(key) or ():
            if item.get(name) is not None:
                yield kind, item[name]
    for item in content.get("add_ons") or ():
        for slug in item.get("excludes") or ():
            yield "offerings", slug
