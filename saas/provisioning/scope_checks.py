"""What credentials and attestations name must be there: people who verified or attested, locations restricted."""

from collections.abc import Iterator

from saas.provisioning.crosschecks import Sources, entries, stem, text_at
from saas.provisioning.documents import Document
from saas.provisioning.problems import Loc, Problem, listed, nearest, quoted


def check(sources: Sources) -> Iterator[Problem]:
    """Yield each name of a person or a location that nobody and nothing has."""
    people = _people(sources)
    for person in sources.people:
        for loc, entry in entries(person, "credentials"):
            verified = entry.get("verified")
            if isinstance(verified, dict):
                yield from _known(person, (*loc, "verified", "by"), "person", verified.get("by"), people)
        yield from _supervisors(person, sources)
    if sources.attestations is None:
        return
    for loc, entry in entries(sources.attestations, "rules"):
        place = (*loc, "attested_by")
        yield from _known(sources.attestations, place, "person", entry.get("attested_by"), people)
    places = sources.location_slugs()
    for loc, entry in entries(sources.attestations, "restrictions"):
        place = (*loc, "location")
        yield from _known(sources.attestations, place, "location", entry.get("location"), places)


def _supervisors(person: Document, sources: Sources) -> Iterator[Problem]:
    """Yield who is named to supervise and is nobody, the person themselves, or treats no patients."""
    treating = {
        text_at(one, "slug"): str(one.data.get("is_practitioner")).lower() == "true" for one in sources.people
    }
    for loc, entry in entries(person, "supervised_by"):
        place, slug = (*loc, "person"), entry.get("person")
        yield from _known(person, place, "person", slug, _people(sources))
        if slug == text_at(person, "slug"):
            yield person.problem(place, "nobody supervises themselves", "somebody else")
        elif treating.get(str(slug)) is False:
            yield person.problem(
                place, f"{quoted(slug)} treats no patients", "somebody with 'is_practitioner'"
            )


def _people(sources: Sources) -> frozenset[str]:
    files = {stem(file) for file in sources.files if file.startswith("people/")}
    return frozenset(files | {slug for one in sources.people if (slug := text_at(one, "slug"))})


def _known(document: Document, loc: Loc, what: str, slug: object, known: frozenset[str]) -> Iterator[Problem]:
    if isinstance(slug, str) and slug not in known:
        near = nearest(slug, known)
        expected = "" if near else listed(sorted(known)) if known else f"a {what}, but there is none"
        yield document.problem(loc, f"there is no {what} {quoted(slug)}", expected, near)
