"""What must hold between the files of a configuration: names that resolve, slugs that differ.

Works on plain documents, not on typed models, so that a fault in one file hides none in another: a
name counts as known when its file exists, however broken that file is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from saas.provisioning.documents import Document, Plain
from saas.provisioning.problems import Loc, Problem, listed, nearest, quoted
from saas.provisioning.schema_types import is_slug

PUBLIC_TEXTS = frozenset({"how_it_works", "benefits", "side_effects", "after_care"})
OPTIONAL_TEXTS = frozenset({"bio", "description", "reason"}) | PUBLIC_TEXTS


@dataclass(frozen=True)
class Sources:
    """The documents that could be read, and the names of all files that exist."""

    clinic: Document | None
    locations: tuple[Document, ...]
    people: tuple[Document, ...]
    offerings: tuple[Document, ...]
    files: tuple[str, ...]
    taxes: Document | None = None
    attestations: Document | None = None
    policies: Document | None = None

    def location_slugs(self) -> frozenset[str]:
        """Return every slug a location has, by its content or by its file's name."""
        files = {stem(file) for file in self.files if file.startswith("locations/")}
        return frozenset(files | {slug for one in self.locations if (slug := text_at(one, "slug"))})


def stem(file: str) -> str:
    """Return `ana` for `people/ana.yaml`."""
    return PurePosixPath(file).stem


def text_at(document: Document, key: str) -> str:
    """Return the text under a key of the top level; empty where there is none."""
    found = document.data.get(key)
    return found if isinstance(found, str) else ""


def entries(document: Document, key: str) -> Iterator[tuple[Loc, dict[str, Plain]]]:
    """Yield the mappings of a list at the top level, each with its place."""
    found = document.data.get(key)
    for index, entry in enumerate(found if isinstance(found, list) else ()):
        if isinstance(entry, dict):
            yield (key, index), entry


def check(sources: Sources) -> Iterator[Problem]:
    """Yield what is wrong with the names in a configuration."""
    yield from _file_names(sources.locations + sources.people + sources.offerings)
    yield from _repeated_across(sources.locations, "slug")
    yield from _repeated_across(sources.people, "slug")
    yield from _repeated_across(sources.people, "email")
    yield from _repeated_across(sources.offerings, "slug")
    for location in sources.locations:
        yield from _repeated_within(location, "rooms")
        yield from _repeated_within(location, "devices")
    yield from _legal_entities(sources)
    yield from _locations_of_hours(sources)
    yield from _languages(sources)
    yield from _owner(sources)


def _file_names(documents: Iterable[Document]) -> Iterator[Problem]:
    for document in documents:
        slug, name = text_at(document, "slug"), stem(document.file)
        if slug and slug != name:
            ways = [f"'{name}'"] if is_slug(name) else []
            ways += [f"a file named '{slug}.yaml'"] if is_slug(slug) else []
            expected = ", or ".join(ways) or "a slug, and a file named by it"
            yield document.problem(("slug",), f"{quoted(slug)} is not the file's name", expected)


def _repeated_across(documents: Iterable[Document], key: str) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for document in documents:
        text = text_at(document, key).casefold()
        if text and text in first:
            message = f"{quoted(text)} already stands in {first[text]}"
            yield document.problem((key,), message, f"a different {key}")
        elif text:
            first[text] = document.file


def _repeated_within(document: Document, key: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for loc, entry in entries(document, key):
        slug = entry.get("slug")
        if not isinstance(slug, str):
            continue
        line = document.mark((*loc, "slug"))[0]
        if slug in first:
            message = f"{quoted(slug)} is already taken in line {first[slug]}"
            yield document.problem((*loc, "slug"), message, "a different slug")
        first.setdefault(slug, line)


def _legal_entities(sources: Sources) -> Iterator[Problem]:
    if sources.clinic is None:
        return
    yield from _repeated_within(sources.clinic, "legal_entities")
    known = {str(entry.get("slug")) for _, entry in entries(sources.clinic, "legal_entities")}
    for location in sources.locations:
        slug = text_at(location, "legal_entity")
        if slug and slug not in known:
            yield _unknown(location, ("legal_entity",), "legal entity", slug, known)


def _locations_of_hours(sources: Sources) -> Iterator[Problem]:
    known = sources.location_slugs()
    for person in sources.people:
        for loc, entry in (*entries(person, "hours"), *entries(person, "exceptions")):
            slug = entry.get("location")
            if isinstance(slug, str) and slug not in known:
                yield _unknown(person, (*loc, "location"), "location", slug, known)


def _unknown(document: Document, loc: Loc, what: str, slug: str, known: Iterable[str]) -> Problem:
    near = nearest(slug, known)
    expected = "" if near else listed(sorted(known)) if known else f"a {what}, but there is none"
    return document.problem(loc, f"there is no {what} {quoted(slug)}", expected, near)


def languages(sources: Sources) -> list[str]:
    """Return the languages the clinic says it speaks, the first one first; none where it cannot be read."""
    found = sources.clinic.data.get("languages") if sources.clinic else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _languages(sources: Sources) -> Iterator[Problem]:
    known = languages(sources)
    if sources.clinic is None or not isinstance(sources.clinic.data.get("languages"), list):
        return
    for document, loc, said in _texts(sources, sources.clinic):
        if isinstance(said, dict):
            yield from languages_of(document, loc, said, known)


def _texts(sources: Sources, clinic: Document) -> Iterator[tuple[Document, Loc, Plain | None]]:
    """Yield every text by language, with where it stands."""
    plain = [(clinic, "tagline"), (clinic, "disclaimer")]
    plain += [(person, "bio") for person in sources.people]
    plain += [(one, key) for one in sources.offerings for key in ("name", "summary", "description")]
    yield from ((document, (key,), document.data.get(key)) for document, key in plain)
    for offering in sources.offerings:
        yield from _public_texts(offering)
    for location in sources.locations:
        for loc, entry in entries(location, "exceptions"):
            yield location, (*loc, "reason"), entry.get("reason")


def _public_texts(offering: Document) -> Iterator[tuple[Document, Loc, Plain | None]]:
    said = offering.data.get("texts")
    if not isinstance(said, dict):
        return
    yield from ((offering, ("texts", key), said.get(key)) for key in sorted(PUBLIC_TEXTS))
    uses = said.get("uses")
    for number, use in enumerate(uses if isinstance(uses, list) else ()):
        if isinstance(use, dict):
            yield offering, ("texts", "uses", number, "text"), use.get("text")


def languages_of(document: Document, loc: Loc, said: dict[str, Plain], known: list[str]) -> Iterator[Problem]:
    """Yield languages of a text that the clinic does not speak, and its first one where that is missing."""
    for language in said:
        if language not in known:
            message = f"the clinic does not speak {quoted(language)}"
            place = document.keys.get((*loc, language))
            yield document.problem((*loc, language), message, listed(known), at=place)
    if known and (said or loc[-1] not in OPTIONAL_TEXTS) and known[0] not in said:
        yield document.problem(loc, f"no text in {quoted(known[0])}, the clinic's first language")


def _owner(sources: Sources) -> Iterator[Problem]:
    """A clinic without an owner could change nothing any more, not even that."""
    roles = [document.data.get("roles") for document in sources.people]
    known = len(roles) == sum(file.startswith("people/") for file in sources.files)
    if sources.clinic is None or not known or not all(isinstance(held, list) for held in roles):
        return
    if not any("owner" in held for held in roles if isinstance(held, list)):
        yield sources.clinic.problem((), "nobody has the role 'owner'", "at least one person who has it")
