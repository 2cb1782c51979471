"""Who is here: said at the visit or in a list, seen by everybody of the team, taken back by the same button."""

from datetime import datetime, timedelta

import pytest

from saas.kernel import clock
from tests.desk import paying
from tests.desk.desk import KWABENA, Desk, sentences
from tests.desk.test_time_off import log_in_as


@pytest.fixture
def morning(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is a quarter to ten on the day of Ann's visit."""
    now = desk.at(9, 45)
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


def path(desk: Desk) -> str:
    return f"/staff/appointments/{desk.visit}"


@pytest.mark.usefixtures("morning")
def test_who_is_here_is_seen_at_the_visit_in_the_lists_and_on_the_practitioner_s_day(desk: Desk) -> None:
    browser = desk.browser()
    agenda = f"/staff/schedule?location=phoenix&on={desk.day}&view=agenda"
    assert f'action="{path(desk)}/check-in"' in browser.get(agenda).text
    answer = browser.post(f"{path(desk)}/check-in", back="agenda")
    assert answer.headers["Location"].startswith("/staff/schedule?")
    for page in (agenda, path(desk)):
        assert "here since 9:45" in sentences(browser.get(page).text)
    assert "here since 9:45" in sentences(log_in_as(desk, KWABENA).get(f"/staff/day?on={desk.day}").text)
    assert any("here" in event["note"] for event in browser.get(desk.feed).json["events"])  # type: ignore[index]


@pytest.mark.usefixtures("morning")
def test_it_is_taken_back_and_both_stand_in_the_history(desk: Desk) -> None:
    browser = desk.browser()
    browser.post(f"{path(desk)}/check-in")
    assert browser.post(f"{path(desk)}/check-in/undo").headers["Location"] == path(desk)
    page = sentences(browser.get(path(desk)).text)
    assert desk.read().checked_in_at is None
    assert "Checked in" in page
    assert "Check-in taken back" in page


@pytest.mark.usefixtures("morning")
def test_a_practitioner_fetches_their_own_patient(desk: Desk) -> None:
    answer = log_in_as(desk, KWABENA).post(f"{path(desk)}/check-in", back="day")
    assert answer.headers["Location"] == f"/staff/day?on={desk.day}"
    assert desk.read().checked_in_at is not None


def test_before_its_day_the_visit_has_no_button_and_a_click_is_refused_with_the_reason(desk: Desk) -> None:
    browser = desk.browser()
    assert "check-in" not in browser.get(path(desk)).text
    answer = browser.post(f"{path(desk)}/check-in")
    assert answer.status_code == 409
    assert "from 4 hours before it begins" in sentences(answer.text)


@pytest.mark.usefixtures("morning")
def test_who_is_here_stays_so_within_the_day_and_not_beyond(desk: Desk) -> None:
    browser = desk.browser()
    browser.post(f"{path(desk)}/check-in")
    assert desk.send(browser, desk.wall(11)).status_code == 200
    assert desk.read().checked_in_at is not None
    assert desk.send(browser, desk.wall(10, 0, desk.day + timedelta(days=2))).status_code == 200
    assert desk.read().checked_in_at is None


def test_a_visit_that_is_billed_had_its_patient_here(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    charged = paying.book(desk)
    now = charged.desk.at(11)
    monkeypatch.setattr(clock, "now", lambda: now)
    browser = charged.browser()
    browser.post(f"{charged.path}/check-in")
    charged.issue(charged.during)
    answer = browser.post(f"{charged.path}/check-in/undo")
    assert (answer.status_code, "is billed" in answer.text) == (409, True)


def test_who_is_here_is_not_noted_as_not_come(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    now = desk.at(10, 40)
    monkeypatch.setattr(clock, "now", lambda: now)
    browser = desk.browser()
    assert "/no-show" in browser.get(path(desk)).text
    browser.post(f"{path(desk)}/check-in")
    assert "/no-show" not in browser.get(path(desk)).text
    answer = browser.post(f"{path(desk)}/no-show", version=str(desk.read().version))
    assert (answer.status_code, "is checked in" in answer.text) == (409, True)
