"""A program says who is here: on the day, once however often, never on an old version, never for another clinic."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from saas.identity.roles import Role
from saas.kernel import clock
from tests.api.kit import Program, program, refused
from tests.journeys.kit import Clinic


@pytest.fixture
def visit(caller: Program, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A visit that begins in half an hour."""
    booked = caller.book()
    now = datetime.fromisoformat(booked["starts_at"]) - timedelta(minutes=30)
    monkeypatch.setattr(clock, "now", lambda: now)
    return booked


def test_who_is_here_is_said_once_and_taken_back(caller: Program, visit: dict[str, Any]) -> None:
    path = f"/appointments/{visit['id']}/check-in"
    here = caller.post(path, version=visit["version"]).json
    assert datetime.fromisoformat(here["checked_in_at"]) == clock.now()
    assert (here["state"], here["version"]) == ("confirmed", visit["version"] + 1)
    assert caller.post(path).json == here
    gone = caller.delete(path).json
    assert (gone["checked_in_at"], gone["version"]) == (None, here["version"] + 1)
    assert caller.delete(path).json == gone


def test_a_key_makes_a_repeated_check_in_one(caller: Program, visit: dict[str, Any]) -> None:
    path = f"/appointments/{visit['id']}/check-in"
    first = caller.post(path, key="at-the-door", version=visit["version"])
    again = caller.post(path, key="at-the-door", version=visit["version"])
    assert (again.status_code, again.json) == (200, first.json)
    refused(caller.post(path, key="at-the-door", version=visit["version"] + 1), 422, "idempotency_key_reused")


def test_an_old_version_is_told(caller: Program, visit: dict[str, Any]) -> None:
    path = f"/appointments/{visit['id']}/check-in"
    refused(caller.post(path, version=visit["version"] - 1), 409, "old_version")
    refused(caller.send("DELETE", path, query_string={"version": "1"}), 409, "old_version")


def test_before_its_day_and_after_it_nobody_comes(
    caller: Program, visit: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, starts_at = f"/appointments/{visit['id']}/check-in", datetime.fromisoformat(visit["starts_at"])
    for away, code in ((timedelta(hours=-5), "check_in_too_early"), (timedelta(days=1), "check_in_too_late")):
        at = starts_at + away
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        refused(caller.post(path), 409, code)


def test_what_was_called_off_has_nobody_coming(caller: Program, visit: dict[str, Any]) -> None:
    caller.post(f"/appointments/{visit['id']}/cancel")
    refused(caller.post(f"/appointments/{visit['id']}/check-in"), 409, "state_refused")


def test_another_clinic_s_visit_and_a_hold_are_not_found(
    caller: Program, visit: dict[str, Any], elm: Clinic
) -> None:
    held = caller.hold(caller.slots()[0]).json["id"]  # type: ignore[index]
    for who, visit_id in ((program(elm), visit["id"]), (caller, held)):
        for method in ("POST", "DELETE"):
            answer = who.send(method, f"/appointments/{visit_id}/check-in", json={})
            refused(answer, 404, "not_found")


def test_two_at_the_same_moment_are_one(riverstone: Clinic, visit: dict[str, Any]) -> None:
    callers = [program(riverstone, Role.FRONT_DESK) for _ in range(4)]
    path = f"/appointments/{visit['id']}/check-in"
    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda one: one.post(path, version=visit["version"]).status_code, callers))
    assert sorted(told) == [200, 409, 409, 409]
    assert callers[0].get(f"/appointments/{visit['id']}").json["version"] == visit["version"] + 1  # type: ignore[index]
