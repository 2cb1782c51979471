"""What documents claim to be: an id belongs to one of them, and `was` names what no other document has."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from saas.provisioning.crosschecks import Sources, entries
from saas.provisioning.documents import Document
from saas.provisioning.problems import Loc, Problem, quoted

WITHIN_CLINIC = {"legal_entities": "legal entity"}
WITHIN_LOCATION = {"rooms": "room", "devices": "device"}


@dataclass(frozen=True)
class Claim:
    """A thing in a document: its kind, where its slug must differ from others', and what it says of itself."""

    document: Document
    loc: Loc
    kind: str
    scope: str
    said: dict[str, Any]

    def text(self, key: str) -> str:
        """Return the text under *key*; empty where there is none."""
        found = self.said.get(key)
        return found if isinstance(found, str) else ""

    def problem(self, key: str, message: str, expected: str = "") -> Problem:
        """Make a problem of what stands under *key*."""
        return self.document.problem((*self.loc, key), message, expected)


def check(sources: Sources) -> Iterator[Problem]:
    """Yield ids that are claimed twice, and earlier slugs that cannot be followed."""
    found = sorted(claims(sources), key=lambda one: (one.document.file, one.document.mark(one.loc)))
    yield from _ids(found)
    yield from _earlier(found)


def claims(sources: Sources) -> Iterator[Claim]:
    """Yield everything in *sources* that has an identity."""
    if sources.clinic is not None:
        yield from _within(sources.clinic, WITHIN_CLINIC)
    for kind, documents in (
        ("location", sources.locations), ("person", sources.people), ("offering", sources.offerings)
    ):  # fmt: skip
        for document in documents:
            yield Claim(document, (), kind, "", document.data)
            if kind == "location":
                yield from _within(document, WITHIN_LOCATION)


def _within(document: Document, lists: dict[str, str]) -> Iterator[Claim]:
    for key, kind in lists.items():
        for loc, entry in entries(document, key):
            yield Claim(document, loc, kind, document.file, entry)


def _ids(found: list[Claim]) -> Iterator[Problem]:
    first: dict[str, Claim] = {}
    for claim in found:
        text = claim.text("id").lower()
        holder = first.setdefault(text, claim)
        if text and holder is not claim:
            where = f"{holder.document.file}, {holder.kind} {quoted(holder.text('slug'))}"
            yield claim.problem(
                "id", f"the id {quoted(text)} is claimed already in {where}", "an id of its own, or none"
            )


def _earlier(found: list[Claim]) -> Iterator[Problem]:
    held = {(one.kind, one.scope, one.text("slug")) for one in found}
    first: dict[tuple[str, str, str], Claim] = {}
    for claim in found:
        was = claim.text("was")
        if not was:
            continue
        key = (claim.kind, claim.scope, was)
        if key in held:
            own = was == claim.text("slug")
            message = "is its own slug" if own else f"the {claim.kind} {quoted(was)} is still there"
            yield claim.problem("was", message, "an earlier slug; to swap two, give both their 'id'")
        elif first.setdefault(key, claim) is not claim:
            said = first[key].text("slug")
            yield claim.problem("was", f"{quoted(said)} says already that it was {quoted(was)}", "one heir")
