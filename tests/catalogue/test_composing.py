"""The timeline of a visit: properties that hold for any segments and any add-on."""

import itertools
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.catalogue import composing
from saas.catalogue.composing import Added, CannotCompose, Timeline
from saas.catalogue.contents import JoinMode, Segment, SegmentKind
from saas.kernel.spans import Span, merged
from tests.catalogue import visits

Visit = tuple[tuple[Segment, ...], Added]
plain = st.lists(visits.segment(roles=("practitioner", "assistant")), min_size=1, max_size=8)


def minutes(spans: Iterable[Span]) -> set[int]:
    return {minute for span in spans for minute in range(span.start, span.end)}


def spans(timeline: Timeline, kind: str, name: str) -> list[Span]:
    return [span for need in timeline.needs if (need.kind, need.name) == (kind, name) for span in need.spans]


def composed(visit: Visit) -> Timeline:
    return composing.compose(visit[0], [visit[1]])


@given(plain)
def test_segments_follow_one_another_without_a_gap(segments: Sequence[Segment]) -> None:
    timeline = composing.compose(segments)
    assert timeline.minutes == sum(segment.minutes for segment in segments)
    ends = [part.span.end for part in timeline.placed]
    assert [part.span.start for part in timeline.placed] == [0, *ends[:-1]]


@given(visits.visits)
def test_every_segment_is_placed_once_and_keeps_its_length(visit: Visit) -> None:
    base, extra = visit
    placed = composed(visit).placed
    own = [part for part in placed if part.add_on is None]
    assert [part.segment for part in own] == list(base)
    others = [part for part in placed if part.add_on == "extra"]
    assert sorted(map(repr, (part.segment for part in others))) == sorted(map(repr, extra.segments))
    assert all(part.span.minutes == part.segment.minutes for part in placed)


@given(visits.visits)
def test_no_resource_is_needed_in_two_spans_that_touch(visit: Visit) -> None:
    for need in composed(visit).needs:
        assert all(one.end < other.start for one, other in itertools.pairwise(need.spans))


@given(visits.visits)
def test_a_person_or_device_is_needed_exactly_while_its_segments_run(visit: Visit) -> None:
    timeline = composed(visit)
    for kind, name in (
        ("role", "practitioner"),
        ("role", "second"),
        ("device", "pen"),
        ("device", "centrifuge"),
    ):
        used = [p.span for p in timeline.placed
                if name in (p.segment.roles if kind == "role" else p.segment.devices)]  # fmt: skip
        assert minutes(spans(timeline, kind, name)) == minutes(used)
        assert sum(span.minutes for span in used) == len(minutes(used))  # never twice at once


@given(visits.visits)
def test_the_room_is_held_from_its_first_use_to_its_last(visit: Visit) -> None:
    timeline = composed(visit)
    used = [p.span for p in timeline.placed if p.segment.room]
    whole = [Span(min(s.start for s in used), max(s.end for s in used))] if used else []
    assert spans(timeline, "room", "aesthetics") == whole


@given(visits.visits)
def test_the_patient_is_there_from_the_first_to_the_last_segment_that_needs_them(visit: Visit) -> None:
    timeline = composed(visit)
    present = [p.span for p in timeline.placed if p.segment.patient_present]
    whole = Span(min(s.start for s in present), max(s.end for s in present)) if present else Span(0, 0)
    assert timeline.patient == whole


@given(visits.visits)
def test_the_visit_ends_with_its_last_segment_and_is_never_longer_than_all_in_a_row(visit: Visit) -> None:
    base, extra = visit
    timeline = composed(visit)
    assert timeline.minutes == max(part.span.end for part in timeline.placed)
    longest = sum(segment.minutes for segment in (*base, *extra.segments))
    assert sum(segment.minutes for segment in base) <= timeline.minutes <= longest
    assert extra.join.mode is not JoinMode.SERIAL or timeline.minutes == longest


@given(visits.visits)
def test_beside_a_segment_only_what_is_longer_than_it_lengthens_the_visit(visit: Visit) -> None:
    base, extra = visit
    if extra.join.mode is not JoinMode.PARALLEL:
        return
    beside = next(segment.minutes for segment in base if segment.kind is extra.join.beside)
    lane = sum(s.minutes for s in extra.segments if s.kind is not SegmentKind.TURNAROUND)
    cleaning = sum(s.minutes for s in extra.segments if s.kind is SegmentKind.TURNAROUND)
    alone = composing.compose(base).minutes
    assert composed(visit).minutes == alone + max(0, lane - beside) + cleaning


@given(visits.visits)
def test_the_order_of_the_base_and_of_the_add_on_is_kept(visit: Visit) -> None:
    timeline = composed(visit)
    for add_on in (None, "extra"):
        own = [p for p in timeline.placed if p.add_on == add_on]
        cleaning = [p for p in own if p.segment.kind is SegmentKind.TURNAROUND]
        for parts in (cleaning, [p for p in own if p not in cleaning]):
            assert all(one.span.end <= other.span.start for one, other in itertools.pairwise(parts))


@given(visits.bases, visits.extras)
def test_what_is_inside_a_segment_changes_no_length_or_is_refused(
    base: tuple[Segment, ...], extra: tuple[Segment, ...]
) -> None:
    lane = sum(s.minutes for s in extra if s.kind is not SegmentKind.TURNAROUND)
    cleaning = sum(s.minutes for s in extra if s.kind is SegmentKind.TURNAROUND)
    around = next(segment for segment in base if segment.kind is SegmentKind.PROCESSING)
    added = visits.added(extra, JoinMode.INSIDE)
    if lane > around.minutes:
        with pytest.raises(CannotCompose, match="does not fit"):
            composing.compose(base, [added])
    else:
        assert composing.compose(base, [added]).minutes == composing.compose(base).minutes + cleaning


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20))))
def test_merged_spans_cover_the_same_minutes_and_never_touch(given_spans: list[tuple[int, int]]) -> None:
    some = [Span(start, start + length) for start, length in given_spans]
    joined = merged(some)
    assert minutes(joined) == minutes(some)
    assert all(one.end < other.start for one, other in itertools.pairwise(joined))
