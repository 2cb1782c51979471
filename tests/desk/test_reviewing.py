"""The work list of who decides: what was asked for, what is open about it, and its release or refusal."""

from typing import Any

import pytest

from saas.booking import requesting
from saas.identity.roles import Role
from saas.kernel import ids
from tests.api.kit import program
from tests.api.test_requests import ask
from tests.desk.desk import Desk, sentences
from tests.ground import within
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
    assert decide(director, asked, "refuse", "Not without her chart.") == 302
    assert "refused" in sentences(director.get(f"/staff/appointments/{asked['id']}").text)


def test_the_front_desk_decides_nothing_and_a_manager_only_looks(desk: Desk, asked: dict[str, Any]) -> None:
    assert decide(desk.browser(Role.FRONT_DESK), asked, "release", "Please.") == 403
    manager = desk.browser(Role.MANAGER)
    assert f"{asked['id']}/release" not in manager.get(PATH).text
    assert decide(manager, asked, "refuse", "No.") == 403
