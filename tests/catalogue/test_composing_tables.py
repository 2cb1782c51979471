"""What joins where, told by examples: a visit with plasma, one with a peel, and what is refused and why."""

import pytest

from saas.catalogue import adding, composing
from saas.catalogue.adding import AddOnRefused
from saas.catalogue.composing import Added, CannotCompose, Need, Timeline
from saas.catalogue.contents import AddOn, JoinMode, Offering, Segment
from saas.kernel.spans import Span
from tests.catalogue import visits
from tests.catalogue.visits import FINISH, HANDS_ON, NEEDLING, PEEL, PLASMA, PREP, PROCESSING

SERIAL, PARALLEL, INSIDE = JoinMode.SERIAL, JoinMode.PARALLEL, JoinMode.INSIDE
JOINS = (
    AddOn("prp", PARALLEL, beside=PROCESSING, rest_before=FINISH, excludes=("peel",)),
    AddOn("peel", SERIAL, excludes=("prp",)),
    AddOn("mask", INSIDE),
)
BASE = visits.offering("needling", NEEDLING, *JOINS, max_add_ons=2)
PRP = visits.offering("prp", PLASMA)
PEELING = visits.offering("peel", PEEL)
MASK = visits.offering("mask", (Segment(HANDS_ON, 10),))


def drawn(timeline: Timeline) -> list[tuple[str, int, int]]:
    return [
        (part.add_on or part.segment.kind.value, part.span.start, part.span.end) for part in timeline.placed
    ]


def need(timeline: Timeline, name: str) -> Need:
    return next(one for one in timeline.needs if one.name == name)


def test_plasma_is_drawn_and_spun_while_the_cream_works_and_applied_after_needling() -> None:
    timeline = composing.of_offering(BASE, [PRP])
    assert drawn(timeline) == [
        ("prep", 0, 10), ("processing", 10, 40), ("prp", 10, 15), ("prp", 15, 30), ("hands_on", 40, 85),
        ("prp", 85, 100), ("finish", 100, 110), ("turnaround", 110, 120),
    ]  # fmt: skip
    assert (timeline.patient, timeline.minutes) == (Span(0, 110), 120)
    assert need(timeline, "aesthetics").spans == (Span(0, 120),)
    assert need(timeline, "centrifuge").spans == (Span(15, 30),)


def test_the_practitioner_is_free_while_the_cream_works_and_may_do_what_is_theirs() -> None:
    first, second = composing.of_offering(BASE, [PRP]).needs[:2]
    acts = ("microneedling", "prp_administer", "prp_process")
    assert first == Need("role", "practitioner", (Span(0, 10), Span(40, 110)), acts, sites=("",))
    assert second == Need("role", "phlebotomist", (Span(10, 15),), ("prp_draw",))


def test_the_practitioner_comes_first_even_where_somebody_else_begins() -> None:
    timeline = composing.compose([Segment(PREP, 5, roles=("assistant",)), Segment(HANDS_ON, 20)])
    assert [one.name for one in timeline.needs] == ["practitioner", "assistant"]


def test_a_serial_add_on_comes_before_the_finish_and_cleans_up_at_the_very_end() -> None:
    timeline = composing.of_offering(BASE, [PEELING])
    assert drawn(timeline)[3:] == [
        ("peel", 85, 100), ("finish", 100, 110), ("turnaround", 110, 120), ("peel", 120, 125)
    ]  # fmt: skip
    assert (timeline.patient, timeline.minutes) == (Span(0, 110), 125)


def test_without_a_finish_it_comes_before_the_cleaning_up() -> None:
    timeline = composing.compose(
        [*NEEDLING[:3], NEEDLING[4]], [Added(AddOn("peel"), PEEL), Added(AddOn("mask"), MASK.segments)]
    )
    assert [part for part, _, _ in drawn(timeline)][3:] == ["peel", "mask", "turnaround", "peel"]


def test_the_order_of_asking_changes_nothing() -> None:
    assert composing.of_offering(BASE, [PRP, MASK]) == composing.of_offering(BASE, [MASK, PRP])


def test_what_is_longer_than_its_neighbour_makes_the_next_step_wait() -> None:
    long = visits.added((Segment(HANDS_ON, 50, roles=("second",)),), PARALLEL, beside=PROCESSING)
    timeline = composing.compose(NEEDLING, [long])
    assert [(s, e) for part, s, e in drawn(timeline) if part == "hands_on"] == [(60, 105)]
    assert timeline.minutes == 125


def test_a_parallel_segment_begins_with_the_one_before() -> None:
    segments = (
        Segment(HANDS_ON, 20), Segment(PROCESSING, 30, roles=("assistant",), parallel=True), Segment(FINISH, 5)
    )  # fmt: skip
    assert drawn(composing.compose(segments)) == [
        ("hands_on", 0, 20),
        ("processing", 0, 30),
        ("finish", 30, 35),
    ]


TWICE = (Segment(HANDS_ON, 10), Segment(HANDS_ON, 10, parallel=True))
IMPOSSIBLE = [
    ((), (), "at least one minute"),
    ((Segment(PREP, 0),), (), "at least one minute"),
    ((Segment(PREP, -5),), (), "at least one minute"),
    ((Segment(PREP, 5, parallel=True),), (), "none before it"),
    (TWICE, (), "practitioner would be needed twice at once"),
    ((Segment(PREP, 480),) * 4, (), "1920 minutes, longer than a day"),
    (
        NEEDLING,
        (visits.added(PLASMA[2:], PARALLEL, beside=PREP),),
        "practitioner would be needed twice at once",
    ),
    (
        NEEDLING,
        (visits.added(PLASMA[:2], PARALLEL), visits.added(PLASMA[1:2], PARALLEL)),
        "centrifuge would be",
    ),
    (NEEDLING, (visits.added(PLASMA, INSIDE),), "extra takes 35 minutes and does not fit into 30"),
    (NEEDLING, (visits.added(PLASMA[:1], INSIDE, beside=PREP),), "inside a processing segment only"),
    (NEEDLING[:1], (visits.added(PLASMA, PARALLEL),), "the one segment of kind processing, and there are 0"),
    (NEEDLING[:1] * 2, (visits.added(PEEL, SERIAL, before=PREP),), "kind prep, and there are 2"),
    (
        NEEDLING,
        (visits.added(PEEL, SERIAL, rest_before=FINISH),),
        "nothing that follows a processing segment",
    ),
    (NEEDLING, (visits.added(PLASMA, PARALLEL, rest_before=PREP),), "rest of extra would come before"),
    (NEEDLING, (visits.added((Segment(PREP, 0),), SERIAL),), "at least one minute"),
]


@pytest.mark.parametrize(("base", "add_ons", "sentence"), IMPOSSIBLE)
def test_what_cannot_be_is_refused(
    base: tuple[Segment, ...], add_ons: tuple[Added, ...], sentence: str
) -> None:
    with pytest.raises(CannotCompose, match=sentence) as refused:
        composing.compose(base, add_ons)
    assert (refused.value.status, refused.value.code) == (422, "cannot_compose")


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ([PRP, PEELING], "prp and peel do not go together"),
        ([PEELING, PRP], "prp and peel do not go together"),
        ([PRP, PRP], "twice"),
        ([PRP, MASK, PEELING], "At most 2 can be added to needling"),
        ([visits.offering("laser", PEEL)], "laser cannot be added to needling"),
        ([BASE], "needling cannot be added to needling"),
    ],
)
def test_what_does_not_go_together_is_refused(chosen: list[Offering], sentence: str) -> None:
    with pytest.raises(AddOnRefused, match=sentence):
        composing.of_offering(BASE, chosen)


def test_the_allowed_combinations_are_few_and_small_ones_come_first() -> None:
    among = {"prp", "peel", "mask"}
    assert list(adding.combinations(BASE, among)) == [
        (), ("prp",), ("peel",), ("mask",), ("prp", "mask"), ("peel", "mask")
    ]  # fmt: skip
    assert list(adding.combinations(BASE, {"mask"})) == [(), ("mask",)]
