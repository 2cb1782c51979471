"""A visit on request, as programs ask for it and a clinician decides."""

import pytest

from saas.identity.roles import Role
from tests.api.kit import ANN, Program, program, refused
from tests.journeys.kit import Clinic

NADIA = {"offering": "micro-needling", "location": "new-york", "practitioner": "nadia-haddad"}


@pytest.fixture
def director(riverstone: Clinic) -> Program:
    return program(riverstone, Role.MEDICAL_DIRECTOR)


def ask(caller: Program, number: int) -> dict[str, str]:
    """Ask for one of the last times of a nurse about whom a clinician has to decide."""
    slot = caller.slots(**NADIA, days=28)[-number]
    assert slot["on_request"] is True
    held = caller.hold(slot, "micro-needling").json
    assert (held["on_request"], held["deposit"]) == (True, None)
    path = f"/holds/{held['id']}"
    refused(caller.post(f"{path}/checkout"), 409, "needs_open")
    caller.patch(
        path,
        patient={**ANN, "email": f"ann.request{number}@mail.example", "birth_date": "1980-05-05"},
        terms=True,
    )
    answer = caller.post(f"{path}/confirm")
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json
    return found


def test_confirmed_it_is_pending_until_somebody_decides(
    caller: Program, director: Program, riverstone: Clinic
) -> None:
    visit = ask(caller, 1)
    assert visit["state"] == "pending"
    assert visit["decide_by"] < visit["starts_at"]
    assert caller.get(f"/appointments/{visit['id']}").json == visit
    path = f"/appointments/{visit['id']}/release"
    refused(program(riverstone, Role.FRONT_DESK).post(path, reason="Fine."), 403, "not_allowed")
    refused(director.post(path, reason="Fine.", version=0), 409, "old_version")
    released = director.post(path, reason="Her protocol is signed.").json
    assert (released["state"], released["decide_by"]) == ("confirmed", None)
    assert director.post(path, reason="Once more.").json == released


def test_refused_its_time_is_offered_again(caller: Program, director: Program) -> None:
    visit = ask(caller, 9)
    answer = director.post(f"/appointments/{visit['id']}/refuse", reason="Not for her.")
    assert (answer.status_code, answer.json["state"]) == (200, "refused")
    offered = [slot["starts_at"] for slot in caller.slots(**NADIA, days=28)]
    assert visit["starts_at"] in offered
    refused(director.post(f"/appointments/{visit['id']}/release", reason="After all."), 409, "state_refused")


def test_what_was_never_asked_for_is_not_decided(caller: Program, director: Program) -> None:
    visit = caller.book()
    refused(director.post(f"/appointments/{visit['id']}/refuse", reason="No."), 404, "not_found")
