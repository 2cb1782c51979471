"""Sessions are rows: listed, ended, and then dead wherever their cookie was copied to."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from saas.identity import sessions, users
from saas.identity.roles import Role
from saas.kernel import clock, ids
from saas.kernel.actors import SYSTEM
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def person(riverstone: Clinic, app: Flask) -> tuple[UUID, str]:
    """Someone with an account of their own: id and address."""
    return kit.hire(riverstone, Role.PRACTITIONER)


def come_in(clinic: Clinic, email: str) -> Browser:
    browser = kit.visit(clinic)
    assert browser.log_in(email).status_code == 302
    return browser


def copied(browser: Browser) -> Browser:
    """Return another browser with the same session's cookie."""
    thief = Browser(browser.client.application, browser.host)
    thief.take_cookie(kit.SESSION, browser.cookie() or "")
    return thief


def listed(browser: Browser) -> list[str]:
    """Return the addresses of the page's `Sign out` buttons."""
    page = browser.get("/staff/account/sessions").text
    return re.findall(r'action="(/staff/account/sessions/[0-9a-f-]{36}/revoke)"', page)


def test_log_out_kills_a_copied_cookie(riverstone: Clinic, person: tuple[UUID, str]) -> None:
    browser = come_in(riverstone, person[1])
    thief = copied(browser)
    assert thief.is_in()
    assert browser.post("/staff/log-out").headers["Location"] == "/staff/log-in"
    assert browser.cookie() is None
    assert not thief.is_in()


def test_sessions_are_listed_and_one_is_ended(riverstone: Clinic, person: tuple[UUID, str]) -> None:
    here, there, elsewhere = (come_in(riverstone, person[1]) for _ in range(3))
    page = here.get("/staff/account/sessions").text
    assert all(browser.address in page for browser in (here, there, elsewhere))
    assert page.count("this one") == 1
    target = next(action for action in listed(here) if action not in listed(there))
    assert here.post(target).status_code == 302
    assert (here.is_in(), there.is_in(), elsewhere.is_in()) == (True, False, True)
    assert here.post(target).status_code == 404


def test_all_others_are_ended_at_once(riverstone: Clinic, person: tuple[UUID, str]) -> None:
    here, there, elsewhere = (come_in(riverstone, person[1]) for _ in range(3))
    done = here.post("/staff/account/sessions/revoke-others")
    assert "2 other sessions are ended." in here.get(done.headers["Location"]).text
    assert (here.is_in(), there.is_in(), elsewhere.is_in()) == (True, False, False)


def test_nobody_ends_a_session_of_someone_else(riverstone: Clinic, person: tuple[UUID, str]) -> None:
    mine, theirs = come_in(riverstone, person[1]), come_in(riverstone, kit.hire(riverstone, Role.OWNER)[1])
    come_in(riverstone, person[1])
    assert listed(mine)
    assert theirs.post(listed(mine)[0]).status_code == 404
    assert theirs.post(f"/staff/account/sessions/{ids.new()}/revoke").status_code == 404
    assert len(listed(mine)) == 1


def test_a_disabled_user_is_out_at_once(riverstone: Clinic, person: tuple[UUID, str]) -> None:
    browser = come_in(riverstone, person[1])
    with within(riverstone.id):
        users.disable(person[0], SYSTEM, clock.now())
    assert not browser.is_in()
    assert browser.log_in(person[1]).status_code == 422


def test_a_disabled_user_s_session_opens_nothing_even_while_it_lives(
    riverstone: Clinic, person: tuple[UUID, str]
) -> None:
    with within(riverstone.id):
        secret = sessions.open_for(person[0], "a test", "10.0.0.1", NOW)
        users.get(person[0]).disabled_at = NOW
    with within(riverstone.id):
        assert sessions.find(secret, NOW) is None
        assert len(sessions.list_of(person[0], NOW)) == 1


def test_a_role_that_is_taken_away_is_gone_with_the_next_request(
    riverstone: Clinic, person: tuple[UUID, str]
) -> None:
    browser = come_in(riverstone, person[1])
    assert browser.get("/staff/day").status_code == 200
    with within(riverstone.id):
        users.put(person[1], "Robin Hire", [Role.FRONT_DESK], SYSTEM, person[0])
    assert browser.get("/staff/day").status_code == 403


def test_a_cookie_of_one_clinic_is_nobody_at_another(riverstone: Clinic, elm: Clinic, app: Flask) -> None:
    owner = kit.log_in_as(riverstone, Role.OWNER)
    stranger = kit.visit(elm)
    stranger.take_cookie(kit.SESSION, owner.cookie() or "")
    response = stranger.get("/staff/practice")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/staff/log-in")
    assert owner.is_in()


@pytest.mark.parametrize("forged", ["", "x", "é", "0" * 43, "a" * 4000, "' OR 1=1 --", "%00"])
def test_a_forged_cookie_is_nobody(riverstone: Clinic, app: Flask, forged: str) -> None:
    browser = kit.visit(riverstone)
    browser.take_cookie(kit.SESSION, forged)
    assert browser.get("/staff").status_code == 302


@pytest.mark.parametrize(
    ("pauses", "still_in"),
    [
        ([timedelta(hours=11, minutes=59)], True),
        ([timedelta(hours=12)], False),
        ([timedelta(hours=11)] * 30, True),
        ([timedelta(hours=11)] * 30 + [timedelta(hours=6)], False),
    ],
)
def test_a_session_ends_idle_after_twelve_hours_and_at_last_after_fourteen_days(
    riverstone: Clinic, person: tuple[UUID, str], pauses: list[timedelta], still_in: bool
) -> None:
    at = NOW
    with time_machine.travel(at, tick=False):
        browser = come_in(riverstone, person[1])
    for pause in pauses:
        at += pause
        with time_machine.travel(at, tick=False):
            found = browser.is_in()
    assert found is still_in


def test_a_session_is_found_until_its_end_and_no_longer(riverstone: Clinic, person: tuple[UUID, str]) -> None:
    with within(riverstone.id):
        secret = sessions.open_for(person[0], "a test", "10.0.0.1", NOW)
    with within(riverstone.id):
        assert sessions.find(secret, NOW).id == person[0]  # type: ignore[union-attr]
        assert sessions.find(secret[:-1], NOW) is None
        assert sessions.list_of(person[0], NOW + sessions.IDLE) == []
        assert sessions.find(secret, NOW + sessions.IDLE) is None


def test_the_row_holds_no_secret(riverstone: Clinic, person: tuple[UUID, str]) -> None:
    with within(riverstone.id):
        secret = sessions.open_for(person[0], "x" * 1000, "10.0.0.1", NOW)
    with within(riverstone.id):
        row = sessions.list_of(person[0], NOW)[0]
        assert secret not in repr(vars(row))
        assert len(row.user_agent) == 300


def test_changing_the_password_ends_every_session(riverstone: Clinic, person: tuple[UUID, str]) -> None:
    here, there = come_in(riverstone, person[1]), come_in(riverstone, person[1])
    new = "marble kettle oxide plumage"
    refusals = [("wrong", new, "not your present password"), (kit.PASSWORD, "short", "at least 10")]
    for present, wanted, why in refusals:
        response = here.post("/staff/account/password", current_password=present, new_password=wanted)
        assert response.status_code == 422
        assert why in response.text
    assert there.is_in()
    done = here.post("/staff/account/password", current_password=kit.PASSWORD, new_password=new)
    assert "Your password is changed." in here.get(done.headers["Location"]).text
    assert (here.is_in(), there.is_in()) == (False, False)
    assert here.log_in(person[1]).status_code == 422
    assert here.log_in(person[1], new).status_code == 302
