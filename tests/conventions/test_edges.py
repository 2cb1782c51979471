"""A room's edge (its pages, forms, jobs and commands) is its own: other rooms call its verbs."""

import functools
import re

import grimp

from tests.conventions.source import expect_none

EDGE = re.compile(r"saas\.(?P<room>\w+)\.(views|forms|jobs|cli)(\.|$)")
# What puts the house together may know every edge.
BUILDERS = {"app", "cli", "demo"}
# `web` is the kit the edges are made of, no room: its forms are the base of theirs.
KIT = {"web"}
EXCEPTIONS = {
    # The journal knows no tenants, so what seals it for each stands in the room that lists them.
    "saas.tenancy.jobs imports saas.journal.jobs",
}


@functools.cache
def house() -> grimp.ImportGraph:
    """The graph of every import inside the package."""
    return grimp.build_graph("saas", cache_dir=None)


def crossings(graph: grimp.ImportGraph) -> list[str]:
    """Return the imports of a room's edge from another room."""
    edges = [(match["room"], name) for name in graph.modules if (match := EDGE.match(name))]
    return sorted(
        offence
        for room, name in edges
        for importer in graph.find_modules_that_directly_import(name)
        if room not in KIT and importer.split(".")[1] not in {room, *BUILDERS}
        if (offence := f"{importer} imports {name}") not in EXCEPTIONS
    )


def test_edges_are_known_to_their_rooms_alone() -> None:
    expect_none(crossings(house()))


def test_no_exception_outlives_its_need() -> None:
    for importer, imported in (exception.split(" imports ") for exception in EXCEPTIONS):
        assert house().direct_import_exists(importer=importer, imported=imported)


def test_a_planted_crossing_is_found() -> None:
    graph = grimp.ImportGraph()
    for importer in ("saas.desk.views", "saas.portal.homes", "saas.app", "saas.desk.day"):
        graph.add_import(importer=importer, imported="saas.desk.views.staff")
        graph.add_import(importer=importer, imported="saas.desk.places")
    assert crossings(graph) == ["saas.portal.homes imports saas.desk.views.staff"]
