"""Whom the desk books for counts: a first visit or not, an agreed price, no deposit. A visitor is nobody known."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import pytest

from saas.billing import quotes
from saas.billing.quotes import Frozen
from saas.booking.hold import Asked
from saas.catalogue import agreements, offerings, rulebook
from saas.catalogue.agreements import AgreedAlready, AgreementRefused, Said
from saas.catalogue.terms import Kind
from saas.desk import appointing
from saas.desk.appointing import Guest
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.money import Money
from saas.patients import records
from saas.patients.records import Details
from saas.tenancy import tenants
from tests.booking.clinic import NOW, TUESDAY, Clinic, at, set_up

STAFF = Actor(ActorKind.USER)
BO = Details("Bo", "Sato", "bo@example.com", "602 555 0145")
PRICED = {"prices": [{"amount": "100.00"}], "tax_purpose": "therapeutic", "deposit": {"percent": "20"}}


@pytest.fixture
def clinic(tenant: UUID) -> Clinic:
    return set_up(tenant, people=2, rooms=2, **PRICED)


@pytest.fixture
def bo(clinic: Clinic) -> UUID:
    return records.add(BO, STAFF, NOW.date(), provisional=False).id


def rules(clinic: Clinic, kind: Kind, rules: Iterable[dict[str, object]]) -> None:
    rulebook.put(kind, list(rules))
    tenants.raise_config_version(clinic.tenant_id)


def book(clinic: Clinic, patient: UUID, hour: int) -> Frozen:
    """Book at the desk, and return what was promised."""
    row = appointing.book(Asked("visit", "main", at(hour)), Guest(patient), clinic.version(), STAFF, NOW)
    quoted = quotes.find(row.id)
    assert quoted is not None
    return quoted


def own_price(clinic: Clinic, minor: int = 6_000, days: int | None = None) -> Said:
    until = TUESDAY + timedelta(days=days) if days is not None else None
    offering = offerings.get("visit", clinic.version())
    return Said(NOW.date(), "Long course", offering.id, Money(minor, "USD"), until)


def test_a_later_visit_is_no_first_one(clinic: Clinic, bo: UUID) -> None:
    rules(clinic, Kind.DEPOSIT, [{"offering": "visit", "first_visit": False, "none": True}])
    assert book(clinic, bo, 10).deposit == Money(2_000, "USD")
    assert not book(clinic, bo, 11).deposit
    online = quotes.find(clinic.hold(at(12)).id)
    assert online is not None
    assert online.deposit == Money(2_000, "USD")


def test_an_agreed_price_is_asked_of_this_patient_only(clinic: Clinic, bo: UUID) -> None:
    before = book(clinic, bo, 9)
    agreements.agree(bo, own_price(clinic), STAFF)
    after = book(clinic, bo, 10)
    assert (after.net, after.deposit) == (Money(6_000, "USD"), Money(1_200, "USD"))
    assert next(step for step in after.lines[0].trace if step.chosen).level == "patient"
    assert quotes.find(before.appointment_id) == before
    online = quotes.find(clinic.hold(at(12)).id)
    assert online is not None
    assert online.net == Money(10_000, "USD")


def test_an_agreement_that_ended_is_asked_of_nobody(clinic: Clinic, bo: UUID) -> None:
    made = agreements.agree(bo, own_price(clinic), STAFF)
    agreements.end(made.id, NOW.date(), STAFF)
    assert book(clinic, bo, 10).net == Money(10_000, "USD")


def test_who_pays_no_deposit_pays_none(clinic: Clinic, bo: UUID) -> None:
    agreements.agree(bo, Said(NOW.date(), "Trusted for years"), STAFF)
    quoted = book(clinic, bo, 10)
    assert not quoted.deposit
    assert quoted.policies.deposit is None


def test_two_agreements_never_hold_for_one_day(clinic: Clinic, bo: UUID) -> None:
    agreements.agree(bo, own_price(clinic, days=3), STAFF)
    with pytest.raises(AgreedAlready):
        agreements.agree(bo, own_price(clinic, 7_000), STAFF)
    agreements.agree(bo, Said(NOW.date(), "And no deposit"), STAFF)


@pytest.mark.parametrize(
    "said",
    [
        Said(NOW.date(), " "),
        Said(NOW.date(), "Why", until=NOW.date()),
        Said(NOW.date(), "Why", UUID(int=1), Money(0, "USD")),
    ],
)
def test_an_agreement_has_a_reason_days_and_an_amount(bo: UUID, said: Said) -> None:
    with pytest.raises(AgreementRefused):
        agreements.agree(bo, said, STAFF)
