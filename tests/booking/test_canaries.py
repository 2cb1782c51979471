"""No clinical or personal word reaches the payment service: words that stand in every text of the catalogue
and of the patient are in none of the bytes it received.
"""

import json
from pathlib import Path
from uuid import UUID

import pytest

from saas.booking import cancel, complete, hold, pay
from saas.booking.cancel import Reasons
from saas.booking.complete import Completion
from saas.booking.hold import Asked, Holder
from saas.catalogue import offerings
from saas.kernel import clock
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.money import Money
from saas.patients.records import Details
from saas.payments import accounts, checkout, refunds
from saas.payments.stripe_gateway import create_account
from saas.practice import places
from saas.scheduling import appointments
from saas.tenancy import tenants
from tests.booking import clinic
from tests.booking.test_money_machine import PRICED, in_an_hour_or_two
from tests.booking.work import run_jobs
from tests.ground import within
from tests.sandbox.driving import GOOD, Driver
from tests.sandbox.standing import standing

CANARY = "Canarywort"
VISITOR, CLERK = Actor(ActorKind.VISITOR), Actor(ActorKind.USER)


def told(what: str) -> dict[str, str]:
    """Return a text of the catalogue."""
    return {"en": f"{CANARY} {what}"}


CATALOGUE = {
    **PRICED, "name": told("name"), "summary": told("summary"), "description": told("description"),
    "concerns": [told("concern")],
    "segments": [{"kind": "hands_on", "minutes": 30, "room": "consultation", "name": told("segment")}],
}  # fmt: skip
PATIENT = Details(f"{CANARY}a", f"{CANARY}b", f"{CANARY}@mail.example".lower(), "212 555 0123")


def test_no_word_of_catalogue_or_patient_reaches_the_payment_service(
    committed: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with standing(tmp_path, monkeypatch) as driver:
        with within(committed):
            clinic.set_up(committed, 1, 1)
            offerings.put(CANARY.lower(), clinic.content(**CATALOGUE))
            tenants.raise_config_version(committed)
            (entity,) = places.entity_names()
            accounts.connect(entity, create_account("A company", "US"))
        visit = paid_and_called_off(committed, driver)
        for _ in range(4):
            run_jobs(committed, "payments", "booking")
        received = driver.tell("record", "GET")["requests"]
    assert any(request["target"].startswith("/v1/refunds") for request in received)
    assert any(str(visit) in request["text"] for request in received)
    assert CANARY.lower() not in json.dumps(received).lower()


def paid_and_called_off(tenant_id: UUID, driver: Driver) -> UUID:
    """Hold, pay, give a part back and call off, with the word in everything that is said."""
    now = clock.now()
    with within(tenant_id):
        asked = Asked(CANARY.lower(), "main", in_an_hour_or_two(0))
        row = hold.hold(asked, Holder("me"), tenants.config_version(tenant_id), VISITOR, now)
        complete.complete(row, Completion(PATIENT, terms=f"{CANARY} terms"), VISITOR, now)
        payment = pay.begin(row, f"https://clinic.example/book/holds/{row.id}", VISITOR, now)
        url = pay.open_page(payment, now)
    driver.browse(url, {"number": GOOD, "expiry": "12 / 40", "cvc": "123"})
    with within(tenant_id):
        assert pay.find_out(row.id, tenants.config_version(tenant_id), now) is pay.Outcome.BOOKED
    with within(tenant_id):
        (paid,) = checkout.list_for(row.id)
        refunds.ask(paid.id, Money(100, "USD"), f"{CANARY} refund", CLERK, now)
        visit = appointments.get(row.id, lock=True)
        cancel.cancel(visit, CLERK, now, Reasons(f"{CANARY} cancelled", waiver=f"{CANARY} waived"))
    return row.id
