"""The work list of who decides: what was asked for, what is open about it, and its release or refusal."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from saas.booking import requesting
from saas.desk.views import ruling
from saas.identity.roles import Role
from saas.kernel import clock, ids
from tests.api.kit import program
from tests.api.test_requests import ask
from tests.desk.desk import Desk, sentences
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Browser

PATH = "/staff/review"


@pytest.fixture
def asked(desk: Desk) -> dict[str, Any]:
    """A visit that a program asked for at the desk's clinic."""
    return ask(program(desk.clinic), 5)


def decide(browser: Browser, visit: dict[str, Any], what: str, reason: str) -> int:
    return browser.post(
        f"{PATH}/{visit['id']}/{what}", None, reason=reason, version=str(visit["version"])
    ).status_code


def test_what_waits_is_told_with_what_is_open_and_by_when(desk: Desk, asked: dict[str, Any]) -> None:
    page = desk.browser(Role.MEDICAL_DIRECTOR).get(PATH).text
    said = sentences(page)
    assert "Nadia Haddad" in said
    assert "What is open" in said
    assert "decide by" in said
    assert f"/staff/review/{asked['id']}/release" in page


def test_a_release_needs_a_reason_and_takes_it_off_the_list(desk: Desk, asked: dict[str, Any]) -> None:
    director = desk.browser(Role.CLINICAL_ADMIN)
    assert decide(director, asked, "release", "") == 422
    assert decide(director, asked, "release", "Her protocol is signed.") == 302
    assert asked["id"] not in director.get(PATH).text
    with within(desk.clinic.id):
        assert requesting.decided(ids.parse(asked["id"])) == "released"  # type: ignore[arg-type]
    assert decide(director, asked, "refuse", "After all not.") == 409


def test_refused_it_is_said_at_the_visit(desk: Desk, asked: dict[str, Any]) -> None:
    director = desk.browser(Role.MEDICAL_DIRECTOR)
    sent = {"reason": "Not without her chart.", "version": str(asked["version"]), "ruling": "refuse"}
    assert (
        director.post(f"{PATH}/{asked['id']}/release", None, **sent).status_code == 302
    )  # its button counts
    assert "refused" in sentences(director.get(f"/staff/appointments/{asked['id']}").text)


def test_the_front_desk_decides_nothing_and_a_manager_only_looks(desk: Desk, asked: dict[str, Any]) -> None:
    assert decide(desk.browser(Role.FRONT_DESK), asked, "release", "Please.") == 403
    manager = desk.browser(Role.MANAGER)
    assert f"{asked['id']}/release" not in manager.get(PATH).text
    assert decide(manager, asked, "refuse", "No.") == 403


def test_it_can_be_decided_from_the_visit_itself_with_the_same_reasons(
    desk: Desk, asked: dict[str, Any]
) -> None:
    director, url = desk.browser(Role.MEDICAL_DIRECTOR), f"/staff/appointments/{asked['id']}"
    page = director.get(url).text
    assert f"{PATH}/{asked['id']}/release" in page
    assert "What is open" in page
    manager = desk.browser(Role.MANAGER).get(url).text
    assert "What is open" in manager
    assert "/release" not in manager
    assert "What is open" not in desk.browser().get(url).text
    sent = {"back": "visit", "version": str(asked["version"])}
    refused = director.post(f"{PATH}/{asked['id']}/release", {"HX-Request": "true"}, reason=" ", **sent)
    assert (refused.status_code, "data-focus" in refused.text) == (422, True)
    done = director.post(f"{PATH}/{asked['id']}/release", None, reason="Her protocol is signed.", **sent)
    assert done.headers["Location"].endswith(url)
    said = sentences(director.get(url).text)
    assert "Released by" in said
    assert "Her protocol is signed." in said
    assert "Her protocol" not in desk.browser().get(url).text


def test_what_waits_is_counted_in_the_sidebar_with_the_time_that_is_left(
    desk: Desk, asked: dict[str, Any]
) -> None:
    director = desk.browser(Role.MEDICAL_DIRECTOR)
    with within(desk.clinic.id):
        waiting = requesting.count_waiting(clock.now())
    assert waiting >= 1
    assert f'<span class="count num">{waiting}<' in director.get("/staff/day").text
    assert 'class="count' not in desk.browser().get("/staff/schedule").text
    assert re.search(r"\d+ h \d+ min left", sentences(director.get(PATH).text))


@pytest.mark.parametrize(("minutes", "said", "kind"), [(121, "2 h 1 min left", "warn"), (120, "2 h 0 min left", "stop"),
                                                       (-1, "0 h 0 min left", "stop")])  # fmt: skip
def test_the_last_two_hours_are_not_to_be_overlooked(minutes: int, said: str, kind: str) -> None:
    now = clock.now()
    row: Any = SimpleNamespace(held_until=now + timedelta(minutes=minutes), time_zone="UTC")
    with kit.application().test_request_context():
        due = ruling.due(row, now)
    assert (due.said, due.kind) == (said, kind)
