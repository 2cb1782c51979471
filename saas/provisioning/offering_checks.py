"""Offerings against the places they are offered at: a visit must find its rooms and devices there."""

from collections.abc import Iterator

from saas.provisioning.crosschecks import Sources, entries, text_at
from saas.provisioning.documents import Document
from saas.provisioning.problems import Loc, Problem, listed, nearest, quoted


def check(sources: Sources) -> Iterator[Problem]:
    """Yield offerings at places that do not exist, or that lack what a segment needs."""
    places = {text_at(one, "slug"): one for one in sources.locations}
    for offering in sources.offerings:
        offered = _offered(offering)
        yield from _unknown_places(offering, offered, sources.location_slugs())
        for loc, need, kind in _needs(offering):
            for slug, place in ((slug, places[slug]) for _, slug in offered if slug in places):
                if kind not in _kinds(place, need):
                    yield _lacking(offering, loc, need, kind, slug)


def _offered(offering: Document) -> list[tuple[int, str]]:
    found = offering.data.get("locations")
    return [
        (n, slug) for n, slug in enumerate(found if isinstance(found, list) else ()) if isinstance(slug, str)
    ]


def _unknown_places(
    offering: Document, offered: list[tuple[int, str]], known: frozenset[str]
) -> Iterator[Problem]:
    for number, slug in offered:
        if slug not in known:
            near = nearest(slug, known)
            expected = "" if near else listed(sorted(known))
            yield offering.problem(
                ("locations", number), f"there is no location {quoted(slug)}", expected, near
            )


def _needs(offering: Document) -> Iterator[tuple[Loc, str, str]]:
    for loc, segment in entries(offering, "segments"):
        room, devices = segment.get("room"), segment.get("devices")
        if isinstance(room, str):
            yield (*loc, "room"), "rooms", room
        for number, device in enumerate(devices if isinstance(devices, list) else ()):
            if isinstance(device, str):
                yield (*loc, "devices", number), "devices", device


def _kinds(place: Document, need: str) -> set[str]:
    return {str(unit.get("kind")) for _, unit in entries(place, need)}


def _lacking(offering: Document, loc: Loc, need: str, kind: str, slug: str) -> Problem:
    what = "room" if need == "rooms" else "device"
    message = f"{slug} has no {what} of kind {quoted(kind)}"
    return offering.problem(loc, message, f"a {what} of that kind there, or other locations")
