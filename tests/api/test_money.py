"""A program takes a deposit, gives it back, and reads the books."""

from typing import Any
from uuid import UUID

import pytest

from saas.booking import jobs
from saas.identity.roles import Role
from saas.kernel import ids
from saas.payments import jobs as payments_jobs
from tests.api import kit
from tests.api.kit import Program
from tests.ground import within
from tests.journeys.kit import Clinic
from tests.sandbox.driving import GOOD, Driver


def asked_to_pay(program: Program) -> dict[str, Any]:
    """Hold a micro-needling, say who it is for, and open the payment page."""
    slot = program.slots("micro-needling", days=21)[0]
    held = program.hold(slot, "micro-needling").json
    assert held
    assert held["quote"]["amount_minor"] > held["deposit"]["amount_minor"] > 0
    assert program.patch(f"/holds/{held['id']}", patient=kit.ANN, terms=True).json["needs"] == []  # type: ignore[index]
    answer = program.post(f"/holds/{held['id']}/checkout", return_url="https://kiosk.example/back")
    assert answer.status_code == 200, answer.text
    return {**held, **answer.json, "hold": held["id"]}  # type: ignore[dict-item]


def paid(program: Program, driver: Driver) -> dict[str, Any]:
    """Take a deposit, and let the jobs do what they do."""
    asked = asked_to_pay(program)
    page = driver.browse(asked["url"], {"number": GOOD, "expiry": "12 / 40", "cvc": "123"})
    assert page.leads_to == "https://kiosk.example/back/paid"
    for job, named in (
        (payments_jobs.resume, {"payment_id": asked["payment"]}),
        (jobs.conclude, {"event_id": str(ids.new()), "subject_id": asked["payment"]}),
    ):
        with within(program.clinic.id):
            job(**named)
    return asked


def test_a_visit_with_a_deposit_is_certain_once_it_is_paid(paying_program: Program, paying: Driver) -> None:
    asked = paid(paying_program, paying)
    found = paying_program.get(f"/appointments/{asked['hold']}").json
    assert found
    assert found["state"] == "confirmed"
    payments = paying_program.get(f"/appointments/{asked['hold']}/payments").json["payments"]  # type: ignore[index]
    assert [(p["state"], p["amount"], p["left"]) for p in payments] == [
        ("paid", asked["amount"], asked["amount"])
    ]


def test_it_is_not_certain_before(paying_program: Program) -> None:
    asked = asked_to_pay(paying_program)
    kit.refused(paying_program.post(f"/holds/{asked['hold']}/confirm"), 402, "payment_required")


def test_the_payment_page_is_one(paying_program: Program) -> None:
    asked = asked_to_pay(paying_program)
    again = paying_program.post(f"/holds/{asked['hold']}/checkout").json
    assert again
    assert (again["url"], again["expires_at"]) == (asked["url"], asked["expires_at"])


def test_what_costs_nothing_has_no_payment_page(paying_program: Program) -> None:
    held = paying_program.hold(paying_program.slots(days=21)[0]).json
    assert held
    paying_program.patch(f"/holds/{held['id']}", patient=kit.ANN, terms=True)
    kit.refused(paying_program.post(f"/holds/{held['id']}/checkout"), 409, "nothing_due")


@pytest.mark.parametrize("wrong", [{"amount_minor": 0}, {"amount_minor": -1}, {"amount_minor": 10**9},
                                   {"currency": "EUR"}, {"reason": " "}])  # fmt: skip
def test_a_refund_that_cannot_be_is_refused(paying_program: Program, paying: Driver, wrong: Any) -> None:
    asked = paid(paying_program, paying)
    body = {"amount_minor": 100, "currency": "USD", "reason": "moved away", **wrong}
    refused = paying_program.post(f"/payments/{asked['payment']}/refunds", **body)
    kit.refused(refused, 422, "refund_refused")


def test_a_deposit_goes_back_once_and_the_books_add_up(paying_program: Program, paying: Driver) -> None:
    asked = paid(paying_program, paying)
    path, body = f"/payments/{asked['payment']}/refunds", {**asked["amount"], "reason": "moved away"}
    assert paying_program.post(path, "once", **body).status_code == 201
    assert paying_program.post(path, "once", **body).headers["Idempotent-Replay"] == "true"
    kit.refused(paying_program.post(path, "twice", **body), 422, "refund_refused")
    balance = paying_program.get("/ledger/trial-balance").json
    assert balance
    assert {"deposits", "stripe_clearing"} <= {each["code"] for each in balance["accounts"]}
    assert sum(each["balance"]["amount_minor"] for each in balance["accounts"]) == 0


def test_another_clinics_payment_is_nowhere(paying_program: Program, paying: Driver, elm: Clinic) -> None:
    asked = paid(paying_program, paying)
    stranger = kit.program(elm)
    body = {"amount_minor": 100, "currency": "USD", "reason": "moved away"}
    kit.refused(stranger.post(f"/payments/{asked['payment']}/refunds", **body), 404, "not_found")
    assert stranger.get(f"/appointments/{UUID(asked['hold'])}/payments").json == {"payments": []}


def test_who_treats_gives_nothing_back(paying_program: Program) -> None:
    mine = kit.program(paying_program.clinic, Role.PRACTITIONER)
    body = {"amount_minor": 100, "currency": "USD", "reason": "moved away"}
    kit.refused(mine.post(f"/payments/{ids.new()}/refunds", **body), 403, "not_allowed")
