"""A visit is moved by dragging or by the form: accepted, or refused with the reason and what is free."""

from datetime import timedelta

import pytest

from saas.identity.roles import Role
from tests.desk.desk import BO, KWABENA, TEODORA, Desk, sentences
from tests.journeys import kit
from tests.journeys.kit import Clinic


def test_a_drop_on_a_free_time_moves_the_visit(desk: Desk) -> None:
    answer = desk.send(desk.browser(), desk.wall(14, 5))
    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "schedule-changed"
    row = desk.read()
    assert (row.starts_at, row.wall_start) == (desk.at(14, 5), desk.wall(14, 5))


def test_a_drop_on_a_colleague_moves_the_visit_to_them(desk: Desk) -> None:
    before = desk.read()
    answer = desk.send(desk.browser(), desk.wall(10), TEODORA)
    assert answer.status_code == 200
    after = desk.read()
    assert (after.starts_at, after.version) == (before.starts_at, before.version + 1)
    assert after.practitioner_id not in (None, before.practitioner_id)


def test_a_refused_drop_says_why_and_who_is_free_when(desk: Desk) -> None:
    desk.book(desk.at(13), BO, KWABENA)
    answer = desk.send(desk.browser(), desk.wall(13, 10), KWABENA)
    assert answer.status_code == 409
    said = sentences(answer.text)
    assert "Kwabena Asante is taken then." in said
    assert "Kwabena Asante is free at 1:40" in said
    assert "Teodora Blagoeva is free at 1:40" in said
    assert desk.read().starts_at == desk.at(10)


def test_what_is_offered_instead_can_be_taken(desk: Desk) -> None:
    desk.book(desk.at(13), BO, KWABENA)
    browser = desk.browser()
    assert desk.send(browser, desk.wall(13, 10), KWABENA).status_code == 409
    assert desk.send(browser, desk.wall(13, 40), TEODORA).status_code == 200


@pytest.mark.parametrize(
    ("hour", "minute", "practitioner", "reason"),
    [
        (7, 0, "", "Riverstone Phoenix is closed then."),
        (12, 10, KWABENA, "Kwabena Asante does not work at Riverstone Phoenix then."),
        (10, 3, "", "Visits begin every 5 minutes."),
        (10, 0, "desta-alemayehu", "Desta Alemayehu may not do this on that day."),
        (10, 0, "hana-kobayashi", "Hana Kobayashi does not work at Riverstone Phoenix then."),
    ],
)
def test_the_calendar_s_own_rules_refuse_a_drop(
    desk: Desk, hour: int, minute: int, practitioner: str, reason: str
) -> None:
    answer = desk.send(desk.browser(), desk.wall(hour, minute), practitioner)
    assert answer.status_code == 422
    assert reason in sentences(answer.text)
    assert desk.read().starts_at == desk.at(10)


def test_a_day_that_has_passed_or_on_which_the_place_is_closed_is_refused(desk: Desk) -> None:
    browser = desk.browser()
    sunday = desk.day + timedelta(days=5)
    assert desk.send(browser, desk.wall(10, 0, sunday)).status_code == 422
    past = desk.send(browser, desk.wall(10, 0, desk.day - timedelta(days=60)))
    assert past.status_code == 422
    assert "This time has passed." in sentences(past.text)


def test_a_patient_is_in_one_place_at_a_time(desk: Desk) -> None:
    other = desk.book(desk.at(14), desk.ann, TEODORA)
    assert desk.read(other).patient_id == desk.ann
    with_room = desk.send(desk.browser(), desk.wall(14, 10), KWABENA)
    assert with_room.status_code == 409
    assert desk.read().starts_at == desk.at(10)


def test_an_old_version_is_refused_and_the_newer_shown(desk: Desk) -> None:
    browser, seen = desk.browser(), desk.read().version
    assert desk.send(browser, desk.wall(14)).status_code == 200
    answer = desk.send(browser, desk.wall(15), version=seen)
    assert answer.status_code == 409
    said = sentences(answer.text)
    assert "This visit was changed in the meantime" in said
    assert "2:00" in said
    assert f'name="version" type="hidden" value="{desk.read().version}"' in answer.text
    assert desk.read().starts_at == desk.at(14)


@pytest.mark.parametrize(
    ("on", "at", "version"),
    [("", "10:00", "1"), ("2026-13-40", "10:00", "1"), ("9999-12-31", "10:00", "2"), ("2027-01-01", "25:99", "2"),
     ("2027-01-01", "10:00", "new"), ("2027-01-01", "10:00", "")],
)  # fmt: skip
def test_nonsense_is_refused_beside_its_field(desk: Desk, on: str, at: str, version: str) -> None:
    path = f"/staff/appointments/{desk.visit}/move"
    answer = desk.browser().post(path, on=on, at=at, version=version)
    assert answer.status_code in (409, 422)
    assert desk.read().starts_at == desk.at(10)


def test_someone_else_s_visit_is_not_there(desk: Desk, elm: Clinic) -> None:
    stranger = kit.log_in_as(elm, Role.FRONT_DESK)
    for method, path in (
        ("GET", ""),
        ("GET", "/move"),
        ("POST", "/move"),
        ("GET", "/cancel"),
        ("POST", "/cancel"),
    ):
        data = {"csrf_token": stranger.form_token(), "on": str(desk.day), "at": "14:00", "version": "2"}
        answer = stranger.open(method, f"/staff/appointments/{desk.visit}{path}", data=data)
        assert answer.status_code == 404, path
    assert desk.read().starts_at == desk.at(10)


def test_without_script_the_form_moves_and_the_page_says_so(desk: Desk) -> None:
    browser, row = desk.browser(), desk.read()
    path = f"/staff/appointments/{row.id}/move"
    assert f'value="{row.version}"' in browser.get(path).text
    answer = browser.post(path, on=str(desk.day), at="15:00", practitioner=KWABENA, version=str(row.version))
    assert answer.status_code == 302
    page = sentences(browser.get(answer.headers["Location"]).text)
    assert "Moved to" in page
    assert "3:00" in page


def test_cancelling_says_first_what_it_does_and_then_offers_the_way_back(desk: Desk) -> None:
    browser, row = desk.browser(), desk.read()
    path = f"/staff/appointments/{row.id}/cancel"
    assert "The time becomes free for somebody else." in sentences(browser.get(path).text)
    assert browser.post(path, version=str(row.version + 7)).status_code == 409
    answer = browser.post(path, version=str(row.version), reason="Caught a cold")
    page = browser.get(answer.headers["Location"]).text
    assert "Caught a cold" in page
    assert "Book it again" in page
    assert desk.read().state == "cancelled"
    again = browser.post(path, version=str(row.version + 1))
    assert again.status_code == 302
