"""A patient is checked in on the day of the visit, where it is; the same may be taken back while there is no bill."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from saas.booking import check_in

PHOENIX, KIRITIMATI = "America/Phoenix", "Pacific/Kiritimati"
TEN = datetime.fromisoformat("2026-11-24T10:00:00-07:00")
EARLY = datetime.fromisoformat("2026-11-24T01:30:00-07:00")


@dataclass(frozen=True)
class Booked:
    starts_at: datetime = TEN
    time_zone: str = PHOENIX
    kind: str = "visit"
    state: str = "confirmed"
    checked_in_at: datetime | None = None


@pytest.mark.parametrize(
    ("visit", "now", "may"),
    [
        (Booked(), "2026-11-24T05:59:59-07:00", False),
        (Booked(), "2026-11-24T06:00:00-07:00", True),
        (Booked(), "2026-11-24T12:00:00-07:00", True),
        (Booked(), "2026-11-24T23:59:59-07:00", True),
        (Booked(), "2026-11-25T00:00:00-07:00", False),
        (Booked(EARLY), "2026-11-23T23:59:59-07:00", False),
        (Booked(EARLY), "2026-11-24T00:00:00-07:00", True),
        (Booked(time_zone=KIRITIMATI), "2026-11-24T07:00:00-07:00", True),
        (Booked(time_zone=KIRITIMATI), "2026-11-24T03:00:00-07:00", False),
        (Booked(state="held"), "2026-11-24T09:00:00-07:00", False),
        (Booked(state="cancelled"), "2026-11-24T09:00:00-07:00", False),
        (Booked(kind="block"), "2026-11-24T09:00:00-07:00", False),
        (Booked(checked_in_at=TEN), "2026-11-24T09:00:00-07:00", False),
    ],
)
def test_a_patient_comes_on_the_visit_s_own_day(visit: Booked, now: str, may: bool) -> None:
    assert check_in.may(visit, datetime.fromisoformat(now)) is may


def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is() -> None:
    spring = datetime.fromisoformat("2026-03-08T03:30:00-04:00")
    begins, ends = check_in.times(spring, "America/New_York")
    assert (begins.isoformat(), ends - begins) == ("2026-03-08T05:00:00+00:00", timedelta(hours=23))


def test_it_is_taken_back_on_the_same_day_and_only_if_it_was_said() -> None:
    here = Booked(checked_in_at=TEN)
    assert check_in.may_undo(here, TEN)
    assert not check_in.may_undo(Booked(), TEN)
    assert not check_in.may_undo(here, TEN + timedelta(hours=15))
