"""A request repeated with its key: answered again, and done once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from saas.api import idempotency, jobs
from saas.api.models import IdempotencyKey
from saas.booking import hold
from saas.db import session
from saas.kernel import ids
from saas.scheduling.models import Appointment
from tests.api.kit import ANN, Program, program, refused
from tests.ground import within
from tests.journeys.kit import Clinic


def body_of(slot: dict[str, Any]) -> dict[str, Any]:
    return {
        "offering": "first-consultation", "location": slot["location"], "starts_at": slot["starts_at"],
        "practitioner": slot["practitioner"],
    }  # fmt: skip


def test_a_repeated_hold_is_the_first_one(caller: Program) -> None:
    body, key = body_of(caller.slots()[0]), str(ids.new())
    first, again = caller.post("/holds", key, **body), caller.post("/holds", key, **body)
    assert (again.status_code, again.data) == (first.status_code, first.data) == (201, first.data)
    assert again.headers["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first.headers
    with within(caller.clinic.id) as current:
        held = select(func.count()).where(Appointment.id == first.json["id"])
        assert current.scalar(held) == 1


def test_a_repeated_patch_is_answered_again(caller: Program) -> None:
    path, key = f"/holds/{caller.hold(caller.slots()[1]).json['id']}", str(ids.new())
    first = caller.patch(path, key, patient=ANN)
    assert caller.patch(path, key, patient=ANN).data == first.data
    refused(caller.patch(path, key, terms=True), 422, "idempotency_key_reused")


def test_a_key_is_for_one_request(caller: Program) -> None:
    one, other = caller.slots()[0], caller.slots()[-1]
    assert caller.post("/holds", "mine", **body_of(one)).status_code == 201
    refused(caller.post("/holds", "mine", **body_of(other)), 422, "idempotency_key_reused")
    refused(caller.post("/patients", "mine", **ANN), 422, "idempotency_key_reused")


def test_a_key_is_its_tokens_own(caller: Program, riverstone: Clinic) -> None:
    slot = caller.slots()[0]
    assert caller.post("/holds", "ours", **body_of(slot)).status_code == 201
    refused(program(riverstone).post("/holds", "ours", **body_of(slot)), 409, "slot_taken")


def test_a_refusal_leaves_its_key_free(caller: Program) -> None:
    slot = caller.slots()[0]
    taken = caller.hold(slot).json["id"]
    refused(caller.post("/holds", "again", **body_of(slot)), 409, "slot_taken")
    caller.delete(f"/holds/{taken}")
    assert caller.post("/holds", "again", **body_of(slot)).status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_that_is_none_is_refused(caller: Program, key: str) -> None:
    refused(caller.post("/patients", key, **ANN), 422, "idempotency_key_refused")


def test_the_same_request_at_once_is_told_to_wait(caller: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    body, inside, go_on = body_of(caller.slots()[0]), threading.Event(), threading.Event()
    real, answers = hold.hold, []

    def slowly(*arguments: Any) -> Any:
        inside.set()
        assert go_on.wait(10)
        return real(*arguments)

    monkeypatch.setattr(hold, "hold", slowly)
    first = threading.Thread(target=lambda: answers.append(caller.post("/holds", "busy", **body)))
    first.start()
    assert inside.wait(10)
    refused(caller.post("/holds", "busy", **body), 409, "idempotency_key_busy")
    go_on.set()
    first.join(10)
    assert answers[0].status_code == 201
    assert caller.post("/holds", "busy", **body).data == answers[0].data


def test_after_a_day_a_key_is_new_and_the_old_answer_goes(caller: Program) -> None:
    first = caller.post("/patients", "daily", **ANN)
    with within(caller.clinic.id) as current:
        past = IdempotencyKey.created_at - idempotency.KEPT - timedelta(seconds=1)
        current.execute(update(IdempotencyKey).where(IdempotencyKey.key == "daily").values(created_at=past))
    second = caller.post("/patients", "daily", **ANN)
    assert second.json["id"] != first.json["id"]
    with within(caller.clinic.id):
        jobs.forget_answers()
        kept = select(IdempotencyKey.body).where(IdempotencyKey.key == "daily")
        assert second.json["id"] in str(session.current().scalar(kept))
