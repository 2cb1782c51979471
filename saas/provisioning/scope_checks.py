"""What credentials and attestations name must be there: people who verified or attested, locations restricted."""

from collections.abc import Iterator

from saas.credentials import packing
from saas.credentials.pack_schema import Rule
from saas.provisioning.crosschecks import Sources, entries, stem, text_at
from saas.provisioning.documents import Document, Plain
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
    yield from _of_the_pack(sources.attestations)
    yield from _off_label(sources.attestations, sources, people)
    for loc, entry in entries(sources.attestations, "rules"):
        place = (*loc, "attested_by")
        yield from _known(sources.attestations, place, "person", entry.get("attested_by"), people)
    places = sources.location_slugs()
    for loc, entry in entries(sources.attestations, "restrictions"):
        place = (*loc, "location")
        yield from _known(sources.attestations, place, "location", entry.get("location"), places)


def _off_label(document: Document, sources: Sources, people: frozenset[str]) -> Iterator[Problem]:
    units = [unit for place in sources.locations for _, unit in entries(place, "devices")]
    models = frozenset(str(unit["model"]) for unit in units if unit.get("model"))
    for loc, entry in entries(document, "off_label"):
        yield from _known(document, (*loc, "attested_by"), "person", entry.get("attested_by"), people)
        yield from _known(document, (*loc, "model"), "device of the model", entry.get("model"), models)


def _of_the_pack(document: Document) -> Iterator[Problem]:
    """Yield each rule, version and statement that the pack does not have; one that ended since may stand there."""
    pack = packing.installed().get(text_at(document, "pack") or packing.USUAL)
    if pack is None:
        return  # the schema says so
    ever = {name for one in packing.installed().values() if one.pack == pack.pack for name in one.by_id}
    for loc, entry in entries(document, "rules"):
        name, rule = str(entry.get("rule")), pack.by_id.get(str(entry.get("rule")))
        if rule is not None:
            yield from _of_the_rule(document, loc, entry, rule)
        elif name not in ever:
            message, near = f"there is no rule {quoted(name)}", nearest(name, pack.by_id)
            yield document.problem(loc, message, f"a rule of the pack '{pack.name}'", near)


def _of_the_rule(document: Document, loc: Loc, entry: dict[str, Plain], rule: Rule) -> Iterator[Problem]:
    version, known = str(entry.get("version")), rule.statements()
    if version.isdecimal() and len(version) < 10 and int(version) > rule.version:
        expected = f"{rule.version} or an earlier one"
        yield document.problem(loc, f"{rule.rule} has no version {version}", expected)
    said = entry.get("statements") if version == str(rule.version) else ()
    for one in said if isinstance(said, list) else ():
        if one not in known:
            expected = listed(sorted(known)) if known else "no statements"
            message = f"{rule.rule} has no statement {quoted(one)}"
            yield document.problem(loc, message, expected, nearest(str(one), known))


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
