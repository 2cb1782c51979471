"""Programs note examinations as the pages do: by who may, as the rules count them, ended once, told in full."""

from datetime import timedelta
from typing import Any

import pytest

from saas.api.views.clearances import ClearanceBody, ClearanceList
from saas.identity.roles import Role
from saas.kernel import clock, ids
from tests.api.kit import ANN, Program, program, refused
from tests.journeys.kit import Clinic

YESTERDAY = (clock.now() - timedelta(days=1)).date().isoformat()
SAID: dict[str, Any] = {
    "procedures": ["dry_needling"], "examiner": "kwabena-asante", "location": "phoenix", "examined_on": YESTERDAY,
    "result": "cleared",
}  # fmt: skip


@pytest.fixture
def leading(riverstone: Clinic) -> Program:
    """A program that keeps everybody's examinations."""
    return program(riverstone, Role.MEDICAL_DIRECTOR)


@pytest.fixture
def path(caller: Program) -> str:
    """Where the examinations of a new patient are."""
    return f"/patients/{caller.post('/patients', **ANN).json['id']}/clearances"  # type: ignore[index]


def test_an_examination_is_noted_once_listed_and_ended_once(leading: Program, path: str) -> None:
    made = leading.post(path, key=f"exam {path}", **SAID)
    assert made.status_code == 201, made.text
    assert leading.post(path, key=f"exam {path}", **SAID).json == made.json
    noted = ClearanceBody.model_validate(made.json)
    assert (noted.profession, noted.licence, noted.basis) == ("PT", "US-AZ PT-EX-31880", "plan_of_care")
    [listed] = ClearanceList.model_validate(leading.get(path).json).clearances
    assert (listed, listed.ended) == (noted, None)
    ended = leading.post(f"{path}/{noted.id}/end", reason="new_medication", note="Warfarin").json
    assert (ended["ended"]["reason"], ended["ended"]["note"]) == ("new_medication", "Warfarin")
    refused(leading.post(f"{path}/{noted.id}/end", reason="new_diagnosis"), 409, "clearance_ended")
    assert leading.get(path).json["clearances"] == [ended]  # type: ignore[index]


@pytest.mark.parametrize(
    ("said", "status", "code", "reasons"),
    [
        ({"procedures": []}, 422, "invalid", ["too_short"]),
        ({"procedures": ["bungee"]}, 422, "invalid", ["enum"]),
        ({"examiner": "nobody"}, 404, "not_found", []),
        ({"location": "nowhere"}, 404, "not_found", []),
        ({"profession": "MD"}, 422, "clearance_refused", ["profession", "licence_missing"]),
        ({"procedures": ["microneedling"]}, 422, "clearance_refused", ["by_others"]),
        ({"result": "conditional"}, 422, "clearance_refused", ["conditions"]),
        ({"examined_on": "2200-01-01"}, 422, "invalid", ["value_error"]),
        ({"surprise": 1}, 422, "invalid", ["extra_forbidden"]),
    ],
)
def test_what_cannot_be_noted_is_refused_and_nothing_is_kept(
    leading: Program, path: str, said: dict[str, Any], status: int, code: str, reasons: list[str]
) -> None:
    assert refused(leading.post(path, **{**SAID, **said}), status, code) == reasons
    assert leading.get(path).json == {"clearances": []}


def test_who_may_not_and_who_is_not_there_is_told_so(
    riverstone: Clinic, elm: Clinic, leading: Program, path: str
) -> None:
    for role in (Role.FRONT_DESK, Role.PRACTITIONER):
        refused(program(riverstone, role).post(path, **SAID), 403, "not_allowed")
    refused(program(elm, Role.MEDICAL_DIRECTOR).get(path), 404, "not_found")
    noted = leading.post(path, **SAID).json["id"]  # type: ignore[index]
    other = f"/patients/{ids.new()}/clearances"
    refused(leading.get(other), 404, "not_found")
    refused(leading.post(f"{other}/{noted}/end", reason="adverse_event"), 404, "not_found")
    refused(leading.post(f"{path}/{noted}/end", reason="boredom"), 422, "invalid")
