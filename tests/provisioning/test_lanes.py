"""A visit as it is drawn: whose lanes, which stretches, where the practitioner is free, what the ruler names."""

from dataclasses import replace

import pytest

from saas.catalogue import composing
from saas.catalogue.arranging import Added
from saas.catalogue.contents import AddOn, JoinMode, Segment, SegmentKind
from saas.kernel.spans import Span
from saas.provisioning import lanes
from saas.provisioning.lanes import Drawing, Lane

ROOM = "aesthetics"
PARTS = (
    Segment(SegmentKind.PREP, 10, room=ROOM),
    Segment(SegmentKind.PROCESSING, 30, roles=(), room=ROOM),
    Segment(SegmentKind.HANDS_ON, 45, room=ROOM, devices=("pen",)),
    Segment(SegmentKind.TURNAROUND, 10, roles=(), room=ROOM, patient_present=False),
)
DRAW = Added(
    AddOn("prp", JoinMode.PARALLEL, beside=SegmentKind.PROCESSING),
    (
        Segment(SegmentKind.HANDS_ON, 5, roles=("phlebotomist",)),
        Segment(SegmentKind.PROCESSING, 15, roles=()),
    ),
)


def lane(drawing: Drawing, kind: str, name: str = "") -> Lane:
    [found] = [one for one in drawing.lanes if (one.kind, one.name) == (kind, name)]
    return found


def stretches(found: Lane) -> list[tuple[str, int, int]]:
    return [(bar.kind, bar.span.start, bar.span.end) for bar in found.bars]


def test_each_role_room_and_device_has_a_lane_after_the_patient_s() -> None:
    drawing = lanes.draw(composing.compose(PARTS, [DRAW]))
    kinds = [(one.kind, one.name) for one in drawing.lanes]
    assert kinds == [
        ("patient", ""),
        ("role", "practitioner"),
        ("role", "phlebotomist"),
        ("room", ROOM),
        ("device", "pen"),
    ]


def test_the_practitioner_is_free_while_something_works() -> None:
    drawing = lanes.draw(composing.compose(PARTS, [DRAW]))
    practitioner = lane(drawing, "role", "practitioner")
    assert stretches(practitioner) == [("base", 0, 10), ("free", 10, 40), ("base", 40, 85)]
    waiting = practitioner.bars[1].part
    assert waiting is not None
    assert (waiting.segment.minutes, waiting.add_on) == (30, None)  # the base's, not the add-on's


def test_what_an_add_on_does_is_its_own_kind_of_bar() -> None:
    drawing = lanes.draw(composing.compose(PARTS, [DRAW]))
    assert stretches(lane(drawing, "role", "phlebotomist")) == [("add_on", 10, 15)]


def test_the_room_is_held_throughout_and_the_patient_leaves_before_the_cleaning() -> None:
    drawing = lanes.draw(composing.compose(PARTS))
    assert stretches(lane(drawing, "room", ROOM)) == [("held", 0, 95)]
    assert stretches(lane(drawing, "patient")) == [("there", 0, 85)]


def test_two_drawings_can_have_one_scale() -> None:
    timeline = composing.compose(PARTS)
    assert lanes.draw(timeline, 190).total == 190
    assert lanes.draw(timeline, 10).total == 95
    assert lanes.draw(timeline, 190).ticks[-1] == 95


def test_the_ruler_names_beginnings_that_are_far_enough_apart() -> None:
    short = (replace(PARTS[0], minutes=2), *PARTS[1:])
    assert lanes.draw(composing.compose(PARTS)).ticks == (0, 10, 40, 85, 95)
    assert lanes.draw(composing.compose(short)).ticks == (0, 32, 77, 87)


def test_nobody_is_free_where_the_practitioner_does_not_come_back() -> None:
    assert stretches(lane(lanes.draw(composing.compose(PARTS[:2])), "role", "practitioner")) == [
        ("base", 0, 10)
    ]


@pytest.mark.parametrize(("minutes", "text"), [(0, "0.000%"), (40, "33.333%"), (120, "100.000%")])
def test_a_share_is_what_an_svg_takes(minutes: int, text: str) -> None:
    assert lanes.share(minutes, 120) == text


def test_a_bar_lies_where_its_segment_does() -> None:
    bars = lane(lanes.draw(composing.compose(PARTS)), "device", "pen").bars
    assert [bar.span for bar in bars] == [Span(40, 85)]
