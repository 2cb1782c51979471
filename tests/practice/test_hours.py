"""Rotating weeks and exceptions, held against a slow and obvious reading of the same words."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.practice import hours
from saas.practice.hours import Opening, Roster, Row, Special
from saas.scheduling import windows
from saas.scheduling.windows import Window

MONDAY = date(2026, 11, 2)
SATURDAY = MONDAY + timedelta(days=5)
MORNING = (time(9), time(13))
DAYS = st.dates(date(2026, 9, 1), date(2027, 2, 28))
SPANS = st.lists(st.tuples(st.integers(0, 22), st.integers(1, 4)), max_size=3).map(
    lambda found: tuple((time(a), time(min(a + b, 23))) for a, b in found)
)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    starts = draw(st.integers(0, 21))
    every = draw(st.integers(1, 5))
    week_of = MONDAY + timedelta(weeks=draw(st.integers(-9, 9))) if every > 1 else None
    since, until = draw(st.none() | DAYS), draw(st.none() | DAYS)
    ends = time(draw(st.integers(starts + 1, 23)))
    return Row(draw(st.integers(0, 6)), time(starts), ends, every, week_of, since, until)


@st.composite
def specials(draw: st.DrawFn) -> tuple[Special, ...]:
    """Exceptions whose ranges do not meet, as the configuration has them."""
    at, found = draw(DAYS), []
    for spans in draw(st.lists(SPANS, max_size=4)):
        at += timedelta(days=draw(st.integers(1, 9)))
        last = at + timedelta(days=draw(st.integers(0, 4)))
        found.append(Special(at, last, spans))
        at = last
    return tuple(found)


def obvious(said: Roster, day: date) -> set[tuple[time, time]]:
    """Walk from one week to the next, and through every day of every exception."""
    for special in said.specials:
        days = [special.since + timedelta(days=n) for n in range((special.until - special.since).days + 1)]
        if day in days:
            return set(special.spans)
    found = set()
    for row in said.rows:
        turn = row.week_of or MONDAY
        step = timedelta(weeks=row.every)
        while turn > day:
            turn -= step
        while turn + timedelta(days=6) < day:
            turn += step
        is_within = (row.since or day) <= day <= (row.until or day)
        if turn + timedelta(days=row.weekday) == day and is_within:
            found.add((row.starts, row.ends))
    return found


@given(st.lists(rows(), max_size=6), specials(), DAYS)
def test_a_day_has_the_hours_that_an_obvious_reading_gives(
    some: list[Row], others: tuple[Special, ...], day: date
) -> None:
    said = Roster(tuple(some), others)
    assert set(said.on(day)) == obvious(said, day)


ZONES = st.sampled_from(["America/New_York", "America/Phoenix", "Australia/Lord_Howe"])


@given(st.lists(rows(), max_size=6), specials(), DAYS, ZONES)
def test_a_mask_is_what_an_obvious_reading_says_of_each_granule(
    some: list[Row], others: tuple[Special, ...], day: date, zone: str
) -> None:
    said, window = Roster(tuple(some), others), Window(day, 3, zone)
    mask = windows.hours(window, said)
    for granule in range(window.size):
        local = window.instant(granule).astimezone(windows.ZoneInfo(zone))
        if 0 < local.hour < 4:
            continue  # the clocks change then, which tests of windows decide
        wall = local.time()
        expected = any(a <= wall < b for a, b in obvious(said, local.date()) if not 0 < b.hour < 4)
        if not any(0 < b.hour < 4 or 0 < a.hour < 4 for a, b in obvious(said, local.date())):
            assert bool(mask >> granule & 1) == expected


@given(st.lists(rows(), max_size=6), specials())
def test_what_says_the_same_is_kept_as_one(some: list[Row], others: tuple[Special, ...]) -> None:
    one, other = Roster(tuple(some), others), Roster((*some,), (*others,))
    assert (one, hash(one)) == (other, hash(other))
    window = Window(MONDAY, 7, "America/Phoenix")
    windows.hours(window, one)
    before = windows.hours.cache_info().hits
    windows.hours(window, other)
    assert windows.hours.cache_info().hits == before + 1


@pytest.mark.parametrize(
    ("weeks", "works"), [(0, True), (1, False), (2, True), (-1, False), (-2, True), (53, False), (52, True)]
)
def test_every_second_week_is_counted_both_ways_from_its_monday(weeks: int, works: bool) -> None:
    said = Roster((Row(5, *MORNING, every=2, week_of=MONDAY),))
    assert bool(said.on(SATURDAY + timedelta(weeks=weeks))) is works


def test_every_second_week_is_told_where_it_is_the_other() -> None:
    said = Roster((Row(5, *MORNING, every=2, week_of=MONDAY), Row(5, time(14), time(16))))
    other = SATURDAY + timedelta(weeks=1)
    assert said.turns_at(other, time(9)) == 2
    assert said.turns_at(other, time(14)) == said.turns_at(SATURDAY, time(9)) == 0
    over = Roster((Row(5, *MORNING, every=2, week_of=MONDAY, until=SATURDAY),))
    assert over.turns_at(other, time(9)) == 0


CHRISTMAS = date(2026, 12, 25)


def opening(**changes: object) -> Opening:
    usual = tuple(Row(weekday, time(9), time(17)) for weekday in range(5))
    return Opening(usual, country="US", region="NY", **changes)  # type: ignore[arg-type]  # of these fields


def test_an_exception_comes_before_a_closed_day_and_that_before_the_week() -> None:
    shut = opening(closures=frozenset({MONDAY}))
    assert (shut.on(MONDAY), shut.closed_for(MONDAY)) == ((), "")
    again = opening(closures=frozenset({MONDAY}), specials=(Special(MONDAY, MONDAY, (MORNING,)),))
    assert (again.on(MONDAY), again.closed_for(MONDAY)) == ((MORNING,), None)


def test_a_holiday_closes_who_observes_it_and_an_exception_opens_it_again() -> None:
    assert opening().on(CHRISTMAS)
    shut = opening(observes_holidays=True)
    assert (shut.on(CHRISTMAS), shut.closed_for(CHRISTMAS)) == ((), "Christmas Day")
    again = opening(observes_holidays=True, specials=(Special(CHRISTMAS, CHRISTMAS, (MORNING,)),))
    assert (again.on(CHRISTMAS), again.closed_for(CHRISTMAS)) == ((MORNING,), None)


def test_a_reason_is_told_in_the_language_or_in_the_first_there_is() -> None:
    said = (("en", "inventory"), ("es", "inventario"))
    shut = opening(specials=(Special(MONDAY, MONDAY, reason=said),))
    found = [shut.closed_for(MONDAY, language) for language in ("", "es", "de")]
    assert found == ["inventory", "inventario", "inventory"]


def test_a_land_without_known_holidays_has_none() -> None:
    assert hours.holidays_of("ZZ", str(uuid4()), 2026) == {}
