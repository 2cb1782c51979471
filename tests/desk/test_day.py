"""A practitioner's own day: their visits in order, fresh by itself, and nobody else's."""

from datetime import timedelta

import pytest

from saas.identity.roles import Role
from tests.desk.desk import BO, KWABENA, TEODORA, Desk, sentences
from tests.desk.test_schedule import statements, trail
from tests.desk.test_time_off import log_in_as


@pytest.mark.parametrize("view", ["day", "week", "list"])
def test_one_s_visits_are_there_in_order_with_what_matters(desk: Desk, view: str) -> None:
    desk.book(desk.at(8, 30), BO, KWABENA)
    page = sentences(log_in_as(desk, KWABENA).get(f"/staff/day?on={desk.day}&view={view}").text)
    assert page.index("Bo Sato") < page.index("Ann Okafor")
    assert "First consultation" in page
    assert "Break" in page
    assert "At work:" in page


def test_a_first_visit_is_told_and_a_second_is_none(desk: Desk) -> None:
    someone = desk.read(desk.book(desk.at(13), BO, TEODORA)).patient_id
    assert someone is not None
    desk.book(desk.at(14), someone, TEODORA)
    page = sentences(log_in_as(desk, TEODORA).get(f"/staff/day?on={desk.day}").text)
    assert page.count("Bo Sato") == 2
    assert page.count("first visit") == 1


def test_nobody_else_s_visits_are_there(desk: Desk) -> None:
    assert "Ann Okafor" not in log_in_as(desk, TEODORA).get(f"/staff/day?on={desk.day}").text


def test_the_day_is_silent_while_nothing_changes_and_fresh_when_it_does(desk: Desk) -> None:
    browser, path = log_in_as(desk, KWABENA), f"/staff/day?on={desk.day}"
    first = browser.get(path, headers={"HX-Request": "true"})
    assert "<html" not in first.text
    silent = browser.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (silent.status_code, silent.data) == (304, b"")
    desk.book(desk.at(13), BO, KWABENA)
    fresh = browser.get(path, headers={"If-None-Match": first.headers["ETag"], "HX-Request": "true"})
    assert fresh.status_code == 200
    assert "Bo Sato" in fresh.text


def test_a_fuller_day_costs_no_more_statements(desk: Desk) -> None:
    browser, counts = log_in_as(desk, KWABENA), []
    browser.get(f"/staff/day?on={desk.day}")
    for hour in (11, 13, 14):
        desk.book(desk.at(hour), BO, KWABENA)
        with statements() as seen:
            browser.get(f"/staff/day?on={desk.day}")
        counts.append(len(seen))
    assert len(set(counts)) == 1, counts


def test_looking_at_one_s_day_is_one_audit_entry(desk: Desk) -> None:
    browser, before = log_in_as(desk, KWABENA), trail(desk)
    browser.get(f"/staff/day?on={desk.day}")
    browser.get(f"/staff/day?on={desk.day + timedelta(days=1)}")
    assert trail(desk)[len(before) :] == [("listed", [str(desk.ann)], {})]


def test_nonsense_is_today(desk: Desk) -> None:
    browser = desk.browser(Role.PRACTITIONER)
    for query in ("on=soon", "on=0001-01-01", "on=9999-12-31", "view=year", "location=phoenix"):
        assert browser.get(f"/staff/day?{query}").status_code == 200
    assert browser.get("/staff/day?location=nowhere").status_code == 404
