"""Variants against the offering they belong to: slugs that differ, and minutes of parts that there are."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from saas.provisioning.crosschecks import Sources, entries
from saas.provisioning.documents import Document
from saas.provisioning.problems import Loc, Problem, listed, nearest, quoted

ADD_ON = "add_on"


def check(sources: Sources) -> Iterator[Problem]:
    """Yield what is wrong with the variants of offerings."""
    for document in sources.offerings:
        if document.data.get("kind") == ADD_ON:
            yield from _none_of_its_own(document)
            continue
        yield from _repeated(document)
        kinds = [str(segment.get("kind")) for _, segment in entries(document, "segments")]
        for loc, variant in entries(document, "variants"):
            minutes = variant.get("minutes")
            yield from _minutes(document, loc, minutes if isinstance(minutes, dict) else {}, kinds)


def slugs_of(document: Document) -> list[str]:
    """Return the slugs of an offering's variants, in their order."""
    found = (variant.get("slug") for _, variant in entries(document, "variants"))
    return [slug for slug in found if isinstance(slug, str)]


def laid_over(segments: Sequence[Mapping[str, Any]], minutes: Mapping[str, object]) -> list[dict[str, Any]]:
    """Return the written *segments* with a variant's *minutes* in them; a key that means none changes none."""
    kinds, found = [str(segment.get("kind")) for segment in segments], [dict(one) for one in segments]
    for key, longer in minutes.items():
        for number in _parts(key, kinds):
            found[number]["minutes"] = longer
    return found


def _none_of_its_own(document: Document) -> Iterator[Problem]:
    if "variants" in document.data:
        message = "an add-on has no variants: it is as long and costs as much whatever it is added to"
        yield document.problem(("variants",), message, "variants of what it is added to, or a second add-on")


def _repeated(document: Document) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for loc, variant in entries(document, "variants"):
        slug = variant.get("slug")
        if not isinstance(slug, str):
            continue
        if slug in first:
            message = f"{quoted(slug)} is already taken in line {first[slug]}"
            yield document.problem((*loc, "slug"), message, "a different slug")
        first.setdefault(slug, document.mark((*loc, "slug"))[0])


def _minutes(
    document: Document, loc: Loc, minutes: Mapping[str, object], kinds: list[str]
) -> Iterator[Problem]:
    meant: dict[int, str] = {}
    for key in minutes:
        place = (*loc, "minutes", key)
        found = _parts(key, kinds)
        if len(found) != 1:
            yield _not_one(document, place, key, len(found), kinds)
        elif found[0] in meant:
            message = f"{quoted(key)} is the part that {quoted(meant[found[0]])} is"
            yield document.problem(place, message, "each part once", at=document.keys.get(place))
        else:
            meant[found[0]] = key


def _parts(key: str, kinds: list[str]) -> list[int]:
    if key.isdecimal():
        return [int(key) - 1] if len(key) < 3 and 1 <= int(key) <= len(kinds) else []
    return [number for number, kind in enumerate(kinds) if kind == key]


def _not_one(document: Document, place: Loc, key: str, count: int, kinds: list[str]) -> Problem:
    at = document.keys.get(place)
    if count:
        message = f"there are {count} parts of the kind {quoted(key)}"
        return document.problem(place, message, "the part's number, from 1", at=at)
    known = list(dict.fromkeys(kinds))
    near = nearest(key, known)
    expected = "" if near else f"{listed(known)}, or a number from 1 to {len(kinds)}"
    return document.problem(place, f"there is no part {quoted(key)}", expected, near, at=at)
