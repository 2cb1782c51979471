"""Masks against a slow and obvious oracle: lists of booleans, one per granule."""

from hypothesis import given
from hypothesis import strategies as st

from saas.scheduling import masks

SIZE = 120
frees = st.lists(st.booleans(), min_size=SIZE, max_size=SIZE)
spans = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 15)), min_size=1, max_size=3)
seconds = st.lists(st.tuples(st.integers(-4000, 40000), st.integers(0, 5000)), max_size=6)


def as_mask(free: list[bool]) -> int:
    return sum(1 << number for number, is_free in enumerate(free) if is_free)


@given(frees, st.integers(1, 40))
def test_starts_are_where_that_many_granules_are_free_in_a_row(free: list[bool], length: int) -> None:
    expected = [n for n in range(SIZE) if n + length <= SIZE and all(free[n : n + length])]
    assert list(masks.bits(masks.starts(as_mask(free), length))) == expected


@given(frees, spans)
def test_a_visit_fits_where_each_of_its_spans_is_free(
    free: list[bool], wanted: list[tuple[int, int]]
) -> None:
    def fits(start: int) -> bool:
        return all(start + o + k <= SIZE and all(free[start + o : start + o + k]) for o, k in wanted)

    expected = [n for n in range(SIZE) if fits(n)]
    found = masks.fitting(as_mask(free), wanted) & ((1 << SIZE) - 1)
    assert list(masks.bits(found)) == expected


@given(seconds)
def test_free_time_is_rounded_inward_and_claims_outward(given_spans: list[tuple[int, int]]) -> None:
    whole = [(start, start + length) for start, length in given_spans]
    free, busy = masks.of_free(whole, SIZE), masks.of_busy(whole, SIZE)
    for granule in range(SIZE):
        begins, ends = granule * 300, granule * 300 + 300
        assert bool(free >> granule & 1) == any(s <= begins and ends <= e for s, e in whole)  # one span alone
        assert bool(busy >> granule & 1) == any(s < ends and begins < e for s, e in whole if s < e)


@given(frees, st.integers(-4000, 40000), st.integers(1, 9000))
def test_a_span_is_covered_where_every_granule_it_touches_is_set(
    free: list[bool], start: int, seconds: int
) -> None:
    first, last = start // 300, -(-(start + seconds) // 300)
    expected = all(0 <= granule < SIZE and free[granule] for granule in range(first, last))
    assert masks.covers(as_mask(free), start, start + seconds) == expected


@given(frees, st.integers(1, 12), st.integers(1, 6))
def test_tidy_starts_leave_no_gap_too_short_for_any_visit(
    free: list[bool], length: int, shortest: int
) -> None:
    mask = as_mask(free)
    before, after = masks.tidy(mask, length, shortest)

    def run(step: int, at: int) -> int:
        count = 0
        while 0 <= at < SIZE and free[at]:
            count, at = count + 1, at + step
        return count

    for start in masks.bits(masks.starts(mask, length)):
        gap_before, gap_after = run(-1, start - 1), run(1, start + length)
        assert bool(before >> start & 1) == (gap_before == 0 or gap_before >= shortest)
        assert bool(after >> start & 1) == (gap_after == 0 or gap_after >= shortest)


def test_minutes_need_whole_granules() -> None:
    assert [masks.granules(minutes) for minutes in (0, 1, 5, 6, 45)] == [0, 1, 1, 2, 9]
