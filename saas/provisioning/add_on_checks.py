"""Add-ons against the offerings that name them: every name leads somewhere, and nothing goes in a circle."""

from collections.abc import Iterator, Mapping

from saas.provisioning.crosschecks import Sources, entries, stem
from saas.provisioning.documents import Document
from saas.provisioning.problems import Loc, Problem, listed, nearest, quoted

ADD_ON = "add_on"
# What the visit says, to which an add-on is added: two answers to one question would be one too many.
OF_THE_VISIT = ("grid_minutes", "lead_minutes", "horizon_days", "weekly_new_patients",
                "deposit", "cancellation", "add_ons", "max_add_ons", "min_add_ons")  # fmt: skip

Offerings = Mapping[str, Document]
Join = tuple[Loc, Mapping[str, object]]


def check(sources: Sources) -> Iterator[Problem]:
    """Yield what is wrong with the names of add-ons, with what they say, and with the acts of segments."""
    offerings = {stem(one.file): one for one in sources.offerings}
    files = {stem(file) for file in sources.files if file.startswith("offerings/")}
    for document in sources.offerings:
        joins = list(_joins(document))
        yield from _foreign_keys(document)
        yield from _acts(document)
        yield from _intervals(document, files)
        yield from _enough(document, len(joins))
        yield from _repeated(document, joins)
        for join in joins:
            yield from _joined(document, join, offerings, files)
            yield from _excluded(document, join, {name for _, one in joins if (name := _named(one))})
    yield from _circles(offerings)


def _joins(document: Document) -> Iterator[Join]:
    yield from entries(document, "add_ons")


def _named(join: Mapping[str, object]) -> str:
    found = join.get("offering")
    return found if isinstance(found, str) else ""


def _foreign_keys(document: Document) -> Iterator[Problem]:
    for key in OF_THE_VISIT if document.data.get("kind") == ADD_ON else ():
        if key in document.data:
            message = "an add-on has none of its own, the visit's holds"
            yield document.problem((key,), message, "this key in what it is added to")


def _acts(document: Document) -> Iterator[Problem]:
    """Yield segments with acts that the offering does not name, and acts that nobody does in any segment."""
    named, done = _texts(document.data.get("procedures")), set[str]()
    for loc, segment in entries(document, "segments"):
        own = segment.get("procedures")
        if segment.get("roles", segment.get("kind") != "processing"):
            done |= set(_texts(own)) if "procedures" in segment else set(named)
        for number, act in enumerate(own if isinstance(own, list) else ()):
            if isinstance(act, str) and act not in named:
                message = f"{quoted(act)} is not among the offering's procedures"
                yield document.problem((*loc, "procedures", number), message, listed(named))
    for number, act in enumerate(named):
        if act not in done and isinstance(document.data.get("segments"), list):
            message = f"nobody does {quoted(act)} in any segment"
            yield document.problem(("procedures", number), message, "a segment with it, and with a role")


def _enough(document: Document, count: int) -> Iterator[Problem]:
    """Yield a least number of add-ons that no visit can have."""
    least, most = (
        str(document.data.get(key, usual)) for key, usual in (("min_add_ons", 0), ("max_add_ons", 1))
    )
    if _is_count(least) and _is_count(most) and int(least) > min(int(most), count):
        message = f"{least} have to be added, and at most {min(int(most), count)} can be"
        yield document.problem(("min_add_ons",), message, "at most max_add_ons, and as many add-ons")


def _is_count(text: str) -> bool:
    return text.isdecimal() and len(text) < 4


def _intervals(document: Document, files: set[str]) -> Iterator[Problem]:
    first: dict[tuple[str, str], int] = {}
    for loc, interval in entries(document, "intervals"):
        name, about = (
            interval.get("offering"),
            (str(interval.get("offering")), str(interval.get("procedure"))),
        )
        if isinstance(name, str) and name not in files:
            near = nearest(name, files)
            expected = "" if near else listed(sorted(files))
            yield document.problem((*loc, "offering"), f"there is no offering {quoted(name)}", expected, near)
        if about in first:
            message = f"a second interval to the same, first in line {first[about]}"
            yield document.problem(loc, message, "one interval to each offering or procedure")
        first.setdefault(about, document.mark(loc)[0])


def _texts(found: object) -> list[str]:
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []


def _repeated(document: Document, joins: list[Join]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for loc, join in joins:
        name = _named(join)
        if name and name in first:
            message = f"{quoted(name)} is already added in line {first[name]}"
            yield document.problem((*loc, "offering"), message, "each add-on once")
        first.setdefault(name, document.mark(loc)[0])


def _joined(document: Document, join: Join, offerings: Offerings, files: set[str]) -> Iterator[Problem]:
    loc, name = join[0], _named(join[1])
    place = (*loc, "offering")
    if not name:
        return
    if name not in files:
        known = {slug for slug, one in offerings.items() if one.data.get("kind") == ADD_ON}
        near = nearest(name, known)
        expected = "" if near else listed(sorted(known)) if known else "an add-on, but there is none"
        yield document.problem(place, f"there is no add-on {quoted(name)}", expected, near)
    elif name in offerings and name != stem(document.file):
        yield from _fitting(document, place, offerings[name])


def _fitting(document: Document, place: Loc, add_on: Document) -> Iterator[Problem]:
    name = quoted(stem(add_on.file))
    if add_on.data.get("kind") != ADD_ON:
        yield document.problem(place, f"{name} is booked by itself", "an offering of kind 'add_on'")
    here, there = (_texts(one.data.get("locations")) for one in (document, add_on))
    if here and there and not set(here) & set(there):
        yield document.problem(place, f"{name} is offered at none of these locations", listed(here))


def _excluded(document: Document, join: Join, named: set[str]) -> Iterator[Problem]:
    loc, entry = join
    excluded = entry.get("excludes")
    for number, name in enumerate(excluded if isinstance(excluded, list) else ()):
        place = (*loc, "excludes", number)
        if name == _named(entry):
            yield document.problem(place, f"{quoted(name)} excludes itself", "another of these add-ons")
        elif isinstance(name, str) and name not in named:
            near = nearest(name, named)
            expected = "" if near else listed(sorted(named))
            yield document.problem(place, f"{quoted(name)} is not among these add-ons", expected, near)


def _circles(offerings: Offerings) -> Iterator[Problem]:
    """Yield each circle of add-ons once, at the offering of it that comes first by name."""
    names = {slug: [_named(join) for _, join in _joins(one)] for slug, one in offerings.items()}
    for slug in sorted(names):
        circle = _way_back(slug, names)
        if circle and slug == min(circle):
            said = " → ".join((*circle, slug))
            yield offerings[slug].problem(("add_ons",), f"the add-ons go in a circle: {said}", "an end of it")


def _way_back(start: str, names: Mapping[str, list[str]]) -> list[str]:
    """Return a shortest way from *start* along add-ons back to it, without its end; empty if there is none."""
    ways, seen = [[start]], set[str]()
    for way in ways:
        for following in names.get(way[-1], ()):
            if following == start:
                return way
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []
