"""The timeline of a visit: tables of what joins where, and properties that hold for any segments."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.catalogue import composing
from saas.catalogue.composing import Added, CannotCompose, Need, Timeline
from saas.catalogue.contents import AddOn, JoinMode, Segment, SegmentKind
from saas.kernel.spans import Span, merged
from tests.catalogue import visits

segments = st.lists(
    st.builds(
        Segment,
        kind=st.sampled_from(SegmentKind),
        minutes=st.integers(1, 60),
        roles=st.sampled_from([(), ("practitioner",), ("practitioner", "assistant"), ("assistant",)]),
        room=st.sampled_from([None, "aesthetics"]),
        devices=st.sampled_from([(), ("centrifuge",)]),
        patient_present=st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@given(segments)
def test_segments_follow_one_another_without_a_gap(given_segments: list[Segment]) -> None:
    timeline = composing.compose(given_segments)
    assert timeline.minutes == sum(segment.minutes for segment in given_segments)
    ends = [part.span.end for part in timeline.placed]
    assert [part.span.start for part in timeline.placed] == [0, *ends[:-1]]


@given(segments)
def test_the_room_is_held_from_its_first_use_to_its_last(given_segments: list[Segment]) -> None:
    timeline = composing.compose(given_segments)
    used = [p.span for p in timeline.placed if p.segment.room]
    rooms = [need for need in timeline.needs if need.kind == "room"]
    assert [need.spans for need in rooms] == ([(Span(used[0].start, used[-1].end),)] if used else [])


def test_nothing_to_do_is_no_visit() -> None:
    with pytest.raises(CannotCompose, match="at least one minute"):
        composing.compose([])


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20))))
def test_merged_spans_cover_the_same_minutes_and_never_touch(given_spans: list[tuple[int, int]]) -> None:
    spans = [Span(start, start + length) for start, length in given_spans]
    joined = merged(spans)
    assert {m for s in joined for m in range(s.start, s.end)} == {
        m for s in spans for m in range(s.start, s.end)
    }
    assert all(one.end < other.start for one, other in itertools.pairwise(joined))
