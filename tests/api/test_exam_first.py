"""A search says that an examination comes first, and each of its times can be held with it or without."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from saas.api.views.availability import ExamFirst
from saas.identity.roles import Role
from saas.kernel import clock, ids
from tests.api.kit import ANN, Program, program, refused
from tests.api.test_availability import STATEMENTS, statements
from tests.journeys.kit import Clinic

NEEDLING = {"offering": "micro-needling", "location": "new-york"}


@pytest.fixture
def caller(elm: Clinic) -> Program:
    return program(elm)


def search(caller: Program, **query: Any) -> dict[str, Any]:
    found = caller.get("/availability", **NEEDLING, days=14, **query)
    assert found.status_code == 200, found.text
    body: dict[str, Any] = found.json  # type: ignore[assignment]
    return body


def minutes(one: dict[str, Any]) -> int:
    begins, ends = (datetime.fromisoformat(one[name]) for name in ("starts_at", "ends_at"))
    return int((ends - begins).total_seconds()) // 60


def test_an_examination_that_comes_first_is_told_and_is_part_of_the_times(caller: Program) -> None:
    search(caller)
    with statements() as sent:
        found = search(caller)
    assert len(sent) <= STATEMENTS, sent
    [first] = [ExamFirst.model_validate(one) for one in found["exam_first"]]
    assert (first.location, first.by, first.in_visit) == ("new-york", ["MD", "NP", "PA"], 15)
    assert [one.code for one in first.reasons] == ["missing"]
    assert [(one.offering, one.practitioners) for one in first.elsewhere] == [
        ("first-consultation", ["odalys-brannigan"])
    ]
    slot = found["slots"][0]
    assert (minutes(slot), slot["exam_minutes"]) == (105, 15)
    assert [one["role"] for one in slot["assignment"]] == ["practitioner", "examiner"]
    held = caller.hold(slot, "micro-needling").json
    assert (minutes(held), held["exam_minutes"], held["assignment"]) == (105, 15, slot["assignment"][::-1])
    shorter = search(caller, exam="before")
    assert (minutes(shorter["slots"][0]), len(shorter["exam_first"])) == (90, 1)
    held = caller.hold(shorter["slots"][-1], "micro-needling", exam="before").json
    assert (minutes(held), held["exam_minutes"]) == (90, 0)


def test_a_patient_who_was_examined_gets_the_shorter_visit_and_reads_nothing_of_it(
    elm: Clinic, caller: Program
) -> None:
    patient = caller.post("/patients", **ANN).json["id"]  # type: ignore[index]
    assert len(search(caller, patient=patient)["exam_first"]) == 1
    said = {
        "procedures": ["microneedling"], "examiner": "odalys-brannigan", "location": "new-york", "result": "cleared",
        "examined_on": (clock.now() - timedelta(days=2)).date().isoformat(),
    }  # fmt: skip
    made = program(elm, Role.MEDICAL_DIRECTOR).post(f"/patients/{patient}/clearances", **said)
    assert made.status_code == 201, made.text
    found = search(caller, patient=patient)
    slot = found["slots"][5]
    assert (found["exam_first"], minutes(slot), slot.get("exam_minutes")) == ([], 90, None)
    held = caller.hold(slot, "micro-needling", patient=patient).json
    assert (minutes(held), held["exam_minutes"], held["patient"]) == (90, 0, patient)


def test_what_cannot_be_meant_is_refused(caller: Program) -> None:
    refused(caller.get("/availability", **NEEDLING, exam="never"), 422, "invalid")
    refused(caller.get("/availability", **NEEDLING, patient=str(ids.new())), 404, "not_found")
    assert search(caller, add_on="superficial-peel")["exam_first"]
    other = caller.get("/availability", offering="first-consultation", location="new-york").json
    assert other["exam_first"] == []  # type: ignore[index]
    assert all("exam_minutes" not in slot for slot in other["slots"])  # type: ignore[index]
