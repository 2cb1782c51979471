"""What differs between two forms of a configuration, thing by thing and field by field. Pure.

Things are told apart by their ids, what stands in a list by what it is about (`ABOUT`) where that is
unambiguous, and by its number, counted from 1, where it is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from saas.catalogue.terms import Kind
from saas.credentials.vocabulary import STEPS
from saas.provisioning import folders
from saas.provisioning.canonical import Data, Form

# By which keys the items of a list are told apart; whoever adds a list of records adds what they are about.
ABOUT: Mapping[str, tuple[str, ...]] = {
    "add_ons": ("offering",),
    "attest": ("id",),
    "credentials": ("kind", "profession", "jurisdiction", "procedure", "code", "number"),
    "exceptions": ("location", "from"),
    "hours": ("location", "weekdays", "starts"),
    "maintenance": ("starts",),
    "off_label": ("model", "use"),
    "may_perform": ("procedure", "starts_on"),
    "performers": ("who", "over_mm"),
    "prices": ("variant", "practitioner", "tier", "location", "from"),
    "restrictions": ("decision", "procedure", "profession", "location", "depth_limit_mm"),
    "rules": ("rule",),
    **dict.fromkeys(STEPS, ("who", "over_mm")),
    **dict.fromkeys(Kind, ("offering", "category", "location", "first_visit")),
    "rates": ("jurisdiction", "purpose", "from"),
}
# Lists of a file whose items are things of their own, and their kind.
PARTS: Mapping[str, Mapping[str, str]] = {
    "clinic": {"legal_entities": "legal_entity"},
    "location": {"rooms": "room", "devices": "device"},
}
KINDS = {"locations": "location", "people": "person", "offerings": "offering"}
NO_FIELDS = frozenset({"slug", "id"})


class What(StrEnum):
    """What becomes of a thing, in the order in which a plan lists it."""

    CREATE = "create"
    UPDATE = "update"
    RENAME = "rename"
    REVIVE = "revive"
    ARCHIVE = "archive"


@dataclass(frozen=True)
class Thing:
    """Something a configuration names: `name` says where it hangs (`phoenix/one`), `id` is None where it is new."""

    kind: str
    name: str
    slug: str
    id: str | None
    file: str
    data: Data

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others of a configuration."""
        return self.kind, self.id or self.name


@dataclass(frozen=True)
class Field:
    """One value that differs, by the path that people read; None is what is not there."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        """Write the path and both values."""
        return f"{self.path}: {said(self.before)} → {said(self.after)}"


@dataclass(frozen=True)
class Change:
    """What becomes of a thing, and which fields differ; `was` is the name it had, where that is another."""

    what: What
    thing: Thing
    fields: tuple[Field, ...] = ()
    was: str | None = None

    def __str__(self) -> str:
        """Name the thing as the command line does: `offering/prp`, `taxes`."""
        return f"{self.thing.kind}/{self.thing.name}" if self.thing.name else self.thing.kind


def compare(before: Form, after: Form, known: frozenset[str] = frozenset()) -> tuple[Change, ...]:
    """Return what makes *after* of *before*, sorted by what becomes of a thing, its kind and its name.

    *known* are the ids that the clinic has or had: what is new under one of them revives.
    """
    old, new = things(before), things(after)
    found = [_archived(old[key]) for key in old.keys() - new.keys()]
    for key, thing in new.items():
        change = _changed(old[key], thing) if key in old else _made(thing, known)
        if change is not None:
            found.append(change)
    order = list(What)
    return tuple(sorted(found, key=lambda one: (order.index(one.what), one.thing.kind, one.thing.name)))


def things(form: Form) -> dict[tuple[str, str], Thing]:
    """Return everything that *form* names, by what tells it apart."""
    # a file of its own that says nothing is left out of a form
    whole: Form = {**{file: {} for file in folders.FILES}, **form}
    found = (thing for file, data in whole.items() for thing in _of_file(file, data))
    return {thing.key: thing for thing in found}


def fields(before: Any, after: Any, path: str = "") -> Iterator[Field]:
    """Yield what differs between two values, deepest first where both are of one kind."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from fields(before.get(key), after.get(key), f"{path}.{key}" if path else key)
    elif _is_of_records(before, after):
        yield from _items(before or [], after or [], path)
    else:
        yield Field(path, before, after)


def said(value: Any) -> str:
    """Return a value as people write it on one line."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return f"[{', '.join(map(said, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {said(one)}' for key, one in value.items())}}}"
    return str(value)


def _of_file(file: str, data: Data) -> Iterator[Thing]:
    folder, _, _ = file.partition("/")
    kind = KINDS.get(folder, folder.removesuffix(".yaml"))
    is_thing, slug = folder in folders.FOLDERS, str(data.get("slug", ""))
    parts = PARTS.get(kind, {})
    own = {key: value for key, value in data.items() if key not in parts and key not in NO_FIELDS}
    yield Thing(kind, slug if is_thing else "", slug if is_thing else "", data.get("id"), file, own)
    for key, part in parts.items():
        for item in data.get(key, ()):
            yield _part(part, item, file, data)


def _part(kind: str, item: Data, file: str, whole: Data) -> Thing:
    own = {key: value for key, value in item.items() if key not in NO_FIELDS}
    hangs = kind in PARTS["location"].values()
    if hangs:
        own["location"] = whole.get("id") or whole["slug"]
    name = f"{whole['slug']}/{item['slug']}" if hangs else str(item["slug"])
    return Thing(kind, name, str(item["slug"]), item.get("id"), file, own)


def _archived(thing: Thing) -> Change:
    return Change(What.ARCHIVE, thing)


def _made(thing: Thing, known: frozenset[str]) -> Change:
    return Change(What.REVIVE if thing.id in known else What.CREATE, thing)


def _changed(old: Thing, new: Thing) -> Change | None:
    differing = tuple(fields(old.data, new.data))
    if old.slug != new.slug:
        return Change(What.RENAME, new, differing, was=old.name)
    return Change(What.UPDATE, new, differing) if differing else None


def _is_of_records(before: Any, after: Any) -> bool:
    lists = [one for one in (before, after) if one is not None]
    return all(isinstance(one, list) for one in lists) and any(
        isinstance(item, dict) for one in lists for item in one
    )


def _items(before: Sequence[Any], after: Sequence[Any], path: str) -> Iterator[Field]:
    about = ABOUT.get(path.rpartition(".")[2])
    old, new = (_labelled(one, about) for one in (before, after))
    if old is None or new is None or about is None:
        old, new = _numbered(before), _numbered(after)
    for label in dict.fromkeys((*old, *new)):
        yield from fields(old.get(label), new.get(label), f"{path}[{label}]")


def _labelled(items: Sequence[Any], about: tuple[str, ...] | None) -> dict[str, Any] | None:
    """Return the items by what they are about; None where two are about the same."""
    if about is None:
        return None
    found = {_label(item, about): item for item in items}
    return found if len(found) == len(items) else None


def _label(item: Data, about: tuple[str, ...]) -> str:
    named = [item[key] for key in about if item.get(key) is not None]
    return ", ".join(" ".join(one) if isinstance(one, list) else str(one) for one in named) or "everybody"


def _numbered(items: Sequence[Any]) -> dict[str, Any]:
    return {str(number): item for number, item in enumerate(items, 1)}
