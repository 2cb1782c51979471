"""A bill for review leaves the list once: with the tax by a rate that is stated since, or with why none is due."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from saas.billing import bills, tax_review
from saas.billing.refusals import NotBilled
from saas.billing.tax_review import NotExplained, NothingToSettle, RateMissing
from saas.billing.visits import Visit
from saas.catalogue import taxes
from saas.db import session
from saas.kernel.actors import SYSTEM
from saas.ledger.chart import Code
from saas.practice.models import Location
from saas.reporting import looking
from saas.reporting.looking import Kind
from saas.tenancy import tenants
from tests.billing import visiting
from tests.billing.visiting import NOW, Clinic
from tests.ledger.books import assert_sound


@pytest.fixture
def billed(clinic: Clinic) -> Visit:
    """A visit for 240.00 whose tax nobody stated."""
    visit = clinic.visit(visiting.quote(clinic.offering(), rate=None))
    bills.issue(visit, SYSTEM, NOW)
    return visit


def state_rate(clinic: Clinic, percent: str) -> int:
    place = session.current().scalars(select(Location)).one()
    taxes.put_all([{
        "jurisdiction": place.jurisdiction, "purpose": "aesthetic", "percent": Decimal(percent),
        "valid_from": date(2026, 1, 1), "source": "A statute",
    }])  # fmt: skip
    return tenants.raise_config_version(clinic.tenant_id)


def for_review() -> int:
    found = looking.read(NOW, looking.NEWEST, 50).items
    return sum(item.kind is Kind.BILL_TAX for item in found)


def test_with_a_rate_the_tax_is_posted_and_due(clinic: Clinic, billed: Visit) -> None:
    assert for_review() == 1
    version = state_rate(clinic, "8.6")
    tax_review.settle(billed.appointment_id, version, SYSTEM, NOW)
    stands = bills.standing(billed.appointment_id)
    assert stands is not None
    assert (stands.total.minor, stands.due.minor, stands.is_for_review) == (26_064, 26_064, False)
    assert clinic.books.balances()[Code.TAX_PAYABLE] == -2_064
    assert for_review() == 0
    assert_sound()
    with pytest.raises(NothingToSettle):
        tax_review.settle(billed.appointment_id, version, SYSTEM, NOW)


def test_without_a_rate_it_says_which_one_is_missing(clinic: Clinic, billed: Visit) -> None:
    version = tenants.config_version(clinic.tenant_id)
    with pytest.raises(RateMissing, match="aesthetic"):
        tax_review.settle(billed.appointment_id, version, SYSTEM, NOW)
    assert for_review() == 1


def test_that_none_is_due_has_a_reason_and_moves_no_money(clinic: Clinic, billed: Visit) -> None:
    version, before = tenants.config_version(clinic.tenant_id), clinic.books.balances()
    with pytest.raises(NotExplained):
        tax_review.settle(billed.appointment_id, version, SYSTEM, NOW, " ")
    tax_review.settle(billed.appointment_id, version, SYSTEM, NOW, "Exempt, says our accountant")
    assert clinic.books.balances() == before
    assert for_review() == 0


def test_only_a_bill_for_review_is_settled(clinic: Clinic) -> None:
    visit = clinic.visit()
    with pytest.raises(NotBilled):
        tax_review.settle(visit.appointment_id, 1, SYSTEM, NOW)
    bills.issue(visit, SYSTEM, NOW)
    with pytest.raises(NothingToSettle):
        tax_review.settle(visit.appointment_id, 1, SYSTEM, NOW, "None")
