"""Wall-clock hours on instants: both transitions, Phoenix, leap days, and zones off the hour."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.practice.hours import Roster, Row
from saas.scheduling import masks, windows
from saas.scheduling.windows import Window

ZONES = st.sampled_from([
    "America/New_York", "America/Phoenix", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu",
    "America/St_Johns", "Pacific/Auckland", "UTC",
])  # fmt: skip
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
EVERY_DAY = Roster(tuple(Row(weekday, time(9), time(17)) for weekday in range(7)))


@pytest.mark.parametrize(("zone", "day", "hours"), [
    ("America/New_York", date(2026, 3, 8), 23),   # clocks go forward
    ("America/New_York", date(2026, 11, 1), 25),  # clocks go back
    ("America/Phoenix", date(2026, 3, 8), 24),    # Arizona keeps its clocks
    ("America/New_York", date(2028, 2, 29), 24),  # a leap day
    ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
])  # fmt: skip
def test_a_day_is_as_long_as_its_zone_makes_it(zone: str, day: date, hours: float) -> None:
    assert Window(day, 1, zone).size == hours * 12


@given(DAYS, ZONES)
def test_every_start_within_hours_reads_as_wall_time_within_hours(day: date, zone: str) -> None:
    window = Window(day, 3, zone)
    for granule in masks.bits(windows.hours(window, EVERY_DAY)):
        local = window.instant(granule).astimezone(ZoneInfo(zone))
        assert time(9) <= local.time() < time(17)


@given(DAYS, ZONES)
def test_every_wall_clock_hour_of_the_day_is_there(day: date, zone: str) -> None:
    window = Window(day, 1, zone)
    expected = 8 * 12 if _offset(day, 9, zone) == _offset(day, 17, zone) else None
    if expected:
        assert windows.hours(window, EVERY_DAY).bit_count() == expected


@given(DAYS, ZONES, st.sampled_from([5, 10, 15, 20, 30, 60]))
def test_the_grid_is_local_wall_time(day: date, zone: str, minutes: int) -> None:
    window = Window(day, 2, zone)
    on_grid = set(masks.bits(windows.grid(window, minutes)))
    for granule in range(window.size):
        local = window.instant(granule).astimezone(ZoneInfo(zone))
        assert (granule in on_grid) == ((local.hour * 60 + local.minute) % minutes == 0)


@given(DAYS, ZONES, st.integers(0, 5), st.integers(0, 5))
def test_masks_of_dates_are_whole_local_days(day: date, zone: str, start: int, length: int) -> None:
    window, first = Window(day, 4, zone), day + timedelta(days=start - 2)
    last = first + timedelta(days=length)
    mask = window.of_dates([(first, last)])
    for granule in range(0, window.size, 7):
        local = window.instant(granule).astimezone(ZoneInfo(zone)).date()
        assert bool(mask >> granule & 1) == (first <= local <= last)


@given(DAYS, ZONES, st.integers(-3 * 86400, 6 * 86400))
def test_before_and_after_an_instant_part_the_window(day: date, zone: str, offset: int) -> None:
    window = Window(day, 3, zone)
    instant = window.begins_at + timedelta(seconds=offset)
    later, earlier = window.at_or_after(instant), window.before(instant)
    assert later & earlier == 0
    assert later | earlier == (1 << window.size) - 1
    for granule in range(0, window.size, 11):
        assert bool(later >> granule & 1) == (window.instant(granule) >= instant)


def test_a_visitor_elsewhere_sees_the_same_instants() -> None:
    window = Window(date(2026, 11, 23), 1, "America/Phoenix")
    nine = window.instant(9 * 12)
    assert nine == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert nine.astimezone(ZoneInfo("Asia/Tokyo")).isoformat() == "2026-11-24T01:00:00+09:00"


def _local(window: Window, granule: int) -> str:
    return window.instant(granule).astimezone(ZoneInfo(window.zone)).isoformat()


@pytest.mark.parametrize(("day", "starts", "ends", "first", "last"), [
    # 2:00 to 3:00 is skipped: what begins there begins an hour later, what would end by then is nothing.
    (date(2026, 3, 8), time(2, 30), time(5), "2026-03-08T03:30:00-04:00", "2026-03-08T04:55:00-04:00"),
    (date(2026, 3, 8), time(2, 30), time(3, 15), None, None),
    # 1:00 to 2:00 comes twice: the first is meant, whether something begins or ends.
    (date(2026, 11, 1), time(1, 30), time(3), "2026-11-01T01:30:00-04:00", "2026-11-01T02:55:00-05:00"),
    (date(2026, 11, 1), time(0), time(1, 30), "2026-11-01T00:00:00-04:00", "2026-11-01T01:25:00-04:00"),
])  # fmt: skip
def test_hours_at_a_change_of_clocks(
    day: date, starts: time, ends: time, first: str | None, last: str | None
) -> None:
    window = Window(day, 1, "America/New_York")
    found = list(masks.bits(windows.hours(window, Roster((Row(6, starts, ends),)))))
    assert [_local(window, found[0]), _local(window, found[-1])] == [first, last] if first else not found


@pytest.mark.parametrize(("starts", "ends", "length"), [
    ("2026-03-08 01:00", "2026-03-08 04:00", 2),
    ("2026-03-08 02:30", "2026-03-08 04:00", 1.5),     # from half an hour before the clocks skip
    ("2026-03-08 01:00", "2026-03-08 02:30", 1.5),     # until half an hour after
    ("2026-11-01 01:30", "2026-11-01 03:00", 2.5),   # from the first 1:30
    ("2026-11-01 00:00", "2026-11-01 01:30", 2.5),   # until the second 1:30
    ("2026-10-31 12:00", "2026-11-02 12:00", 49),
])  # fmt: skip
def test_what_is_out_of_use_at_a_change_of_clocks_is_so_for_as_long_as_it_can_be(
    starts: str, ends: str, length: float
) -> None:
    first, last = datetime.fromisoformat(starts), datetime.fromisoformat(ends)
    window = Window(first.date(), 3, "America/New_York")
    assert windows.outage(window, ((first, last, "Service"),)).bit_count() == length * 12


# To the minute, as configuration states them.
CLOCKS = st.times().map(lambda shown: shown.replace(second=0, microsecond=0))
WALLS = st.builds(datetime.combine, st.dates(date(2026, 1, 1), date(2026, 12, 31)), CLOCKS)


@given(WALLS, st.integers(1, 4000), ZONES)
def test_out_of_use_is_every_granule_that_the_clock_shows_within(
    starts: datetime, minutes: int, zone: str
) -> None:
    ends, window = starts + timedelta(minutes=minutes), Window(starts.date(), 3, zone)
    out = windows.outage(window, ((starts, ends, ""),))
    for granule in range(window.size):
        shown = window.instant(granule).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if starts <= shown < ends:
            assert out >> granule & 1
        elif shown < starts - timedelta(hours=2) or shown > ends + timedelta(hours=2):
            assert not out >> granule & 1


def _offset(day: date, hour: int, zone: str) -> timedelta | None:
    return datetime.combine(day, time(hour), ZoneInfo(zone)).utcoffset()
