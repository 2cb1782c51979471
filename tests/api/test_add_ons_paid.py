"""A deposit for a visit with an add-on: of the whole price, and for just what was held."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from saas.booking import jobs
from saas.catalogue import offerings
from saas.catalogue.models import OfferingVersion
from saas.db.settings import Urls
from saas.kernel import clock, ids
from saas.payments import jobs as payments_jobs
from saas.scheduling import insides
from saas.tenancy import tenants
from tests.api.kit import ANN, Program, refused
from tests.booking import patients
from tests.ground import within
from tests.journeys.kit import Clinic
from tests.sandbox.driving import GOOD, Driver


def asked_to_pay(program: Program) -> dict[str, Any]:
    """Hold micro-needling with plasma, say who it is for, and open the payment page."""
    slot = program.slots("micro-needling", add_on=["prp"], days=21)[0]
    held: dict[str, Any] = program.hold(slot, "micro-needling", add_ons=["prp"]).json  # type: ignore[assignment]
    program.patch(f"/holds/{held['id']}", patient=ANN, terms=True)
    answer = program.post(f"/holds/{held['id']}/checkout", return_url="https://kiosk.example/back")
    assert answer.status_code == 200, answer.text
    return {**held, **answer.json, "hold": held["id"]}  # type: ignore[dict-item]


def pay(program: Program, driver: Driver, asked: dict[str, Any]) -> None:
    """Type a card, and let the jobs do what they do."""
    driver.browse(asked["url"], {"number": GOOD, "expiry": "12 / 40", "cvc": "123"})
    for job, named in (
        (payments_jobs.resume, {"payment_id": asked["payment"]}),
        (jobs.conclude, {"event_id": str(ids.new()), "subject_id": asked["payment"]}),
    ):
        with within(program.clinic.id):
            job(**named)


@contextmanager
def archived(clinic: Clinic, slug: str) -> Iterator[None]:
    """Take an add-on out of use for the block."""
    with within(clinic.id) as current:
        version = tenants.config_version(clinic.id)
        known = {**offerings.list_current(version), **offerings.list_add_ons(version)}
        content = dict(current.get_one(OfferingVersion, (clinic.id, known[slug].version_id)).content)
        offerings.archive_missing({o.id for o in known.values()} - {known[slug].id}, clock.now())
        tenants.raise_config_version(clinic.id)
    try:
        yield
    finally:
        with within(clinic.id):
            offerings.put(slug, content)
            tenants.raise_config_version(clinic.id)


def test_the_deposit_is_of_the_whole_price(paying_program: Program) -> None:
    asked = asked_to_pay(paying_program)
    net = sum(line["net"]["amount_minor"] for line in asked["lines"])
    assert asked["amount"] == asked["deposit"]
    assert asked["deposit"]["amount_minor"] == -(-net // 4)


@pytest.mark.parametrize("is_late", [False, True])
def test_an_add_on_archived_between_hold_and_pay_is_kept(
    paying_program: Program, paying: Driver, database: Urls, is_late: bool
) -> None:
    asked, clinic = asked_to_pay(paying_program), paying_program.clinic
    with archived(clinic, "prp"):
        if is_late:
            patients.lapse(database.owner, clinic)
        pay(paying_program, paying, asked)
        visit = paying_program.get(f"/appointments/{asked['hold']}").json
        assert visit
        assert (visit["state"], visit["add_ons"], visit["ends_at"]) == (
            "confirmed",
            ["prp"],
            asked["ends_at"],
        )
        refused(paying_program.get("/availability", offering="micro-needling", location="phoenix",
                                   add_on=["prp"]), 422, "add_on_refused")  # fmt: skip
    with within(clinic.id):
        crew = insides.crew_of(UUID(asked["hold"]))
        assert set(crew.takes) >= {"practitioner", "phlebotomist", "centrifuge"}
