"""From booking to money, over HTTP: a patient who pays a deposit and does not come, and one with an agreed price."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from saas.billing import bills
from saas.catalogue import rulebook
from saas.catalogue.terms import Kind
from saas.identity.roles import Role
from saas.kernel import clock, ids
from saas.kernel.money import Money
from saas.ledger import verifying
from saas.payments import checkout, refunds
from saas.scheduling import appointments
from saas.tenancy import tenants
from tests.booking import work
from tests.booking.patients import Page, Visitor
from tests.booking.test_paying import asked_to_pay, back, held_id, typed
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic
from tests.sandbox.driving import Driver

FEE, DEPOSIT, PRICE = 2_950, 7_375, 29_500  # ten and twenty-five per cent of $295.00


@dataclass
class Desk:
    """The clinic's desk at one visit."""

    clinic: Clinic
    visit: UUID
    browser: Browser

    @property
    def path(self) -> str:
        return f"/staff/appointments/{self.visit}"

    @property
    def page(self) -> Page:
        return Page(self.browser.get(self.path))

    def send(self, way: str, **typed: str) -> int:
        with within(self.clinic.id):
            version = appointments.get(self.visit).version
        return self.browser.post(f"{self.path}/{way}", version=str(version), **typed).status_code

    def stands(self) -> tuple[str, int, int, int]:
        """Return the visit's state, what is held, was kept and went back; the books are sound."""
        with within(self.clinic.id):
            found = bills.standing(self.visit)
            assert found is not None
            assert verifying.verify() == []
            money = found.held.minor, found.kept.minor, found.refunded.minor
            return (appointments.get(self.visit).state, *money)


@pytest.fixture
def ten_per_cent(riverstone: Clinic) -> Iterator[None]:
    """Not coming costs a tenth of the price for as long as the test runs: less than the deposit."""
    with within(riverstone.id):
        before = rulebook.list_written().get("no_show", [])
        _rule(riverstone, [{"category": "aesthetics", "fee_percent": "10"}])
    yield
    with within(riverstone.id):
        _rule(riverstone, before)


def _rule(clinic: Clinic, rules: list[dict[str, object]]) -> None:
    rulebook.put(Kind.NO_SHOW, rules)
    tenants.raise_config_version(clinic.id)


def at_the_desk(clinic: Clinic, visit: UUID, monkeypatch: pytest.MonkeyPatch, role: Role) -> Desk:
    """Let it be half an hour after the visit's beginning, and somebody be at the desk."""
    with within(clinic.id):
        now = appointments.get(visit).starts_at + timedelta(minutes=30)
    monkeypatch.setattr(clock, "now", lambda: now)
    return Desk(clinic, visit, kit.log_in_as(clinic, role))


def given_back(clinic: Clinic, visit: UUID) -> list[tuple[str, int]]:
    """Let the refund run its way to the bank; return what became of it."""
    work.run_jobs(clinic.id, "payments")
    with within(clinic.id):
        (payment,) = checkout.list_for(visit)
        return [(row.state, row.amount_minor) for row in refunds.list_for(payment.id)]


def test_who_pays_a_deposit_and_does_not_come(
    riverstone: Clinic, ten_per_cent: None, paying: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(riverstone)
    page, url = asked_to_pay(riverstone, visitor)
    assert "up to $29.50 of what you paid is kept" in page.text
    assert "You are booked" in back(visitor, typed(paying, url)).text
    desk = at_the_desk(riverstone, held_id(page), monkeypatch, Role.FRONT_DESK)
    assert desk.stands() == ("confirmed", DEPOSIT, 0, 0)

    said = Page(desk.browser.get(f"{desk.path}/no-show")).text
    assert "$29.50 is kept as the fee for not coming, and $44.25 goes back to the card." in said
    assert desk.send("no-show") == 302
    assert desk.stands() == ("no_show", 0, FEE, DEPOSIT - FEE)
    assert given_back(riverstone, desk.visit) == [("done", DEPOSIT - FEE)]
    assert "Kept as the fee" in desk.page.text

    assert desk.send("came") == 302
    assert desk.stands() == ("confirmed", FEE, 0, DEPOSIT - FEE)
    assert desk.send("bill") == 302
    with within(riverstone.id):
        found = bills.standing(desk.visit)
        assert found is not None
        assert found.due == found.total - Money(FEE, "USD")
        assert verifying.verify() == []


def test_the_fee_is_kept_once_however_often_the_form_is_sent(
    riverstone: Clinic, ten_per_cent: None, paying: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(riverstone)
    page, url = asked_to_pay(riverstone, visitor)
    back(visitor, typed(paying, url))
    desk = at_the_desk(riverstone, held_id(page), monkeypatch, Role.FRONT_DESK)
    for _ in range(2):
        desk.send("no-show")
    assert desk.stands() == ("no_show", 0, FEE, DEPOSIT - FEE)
    for _ in range(2):
        desk.send("came")
    assert desk.stands() == ("confirmed", FEE, 0, DEPOSIT - FEE)
    desk.send("no-show")
    assert desk.stands() == ("no_show", 0, FEE, DEPOSIT - FEE)


def test_who_has_a_price_of_their_own_from_the_agreement_to_the_till(
    riverstone: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = Visitor(riverstone).book("/book/discovery-call?location=phoenix&day=2030-02-13")
    first = ids.parse(called.path.rsplit("/", 1)[1])
    assert first is not None
    with within(riverstone.id):
        patient = appointments.get(first).patient_id
    manager = kit.log_in_as(riverstone, Role.MANAGER)
    agreed = {"since": "2030-02-11", "currency": "USD", "reason": "One of the team"}
    path = f"/staff/patients/{patient}/agreements"
    assert manager.post(path, offering="micro-needling", amount="150.00", **agreed).status_code == 303
    assert manager.post(path, **{**agreed, "offering": "", "amount": ""}).status_code == 303

    way = "/staff/appointments/new?location=phoenix&offering=micro-needling&at=2030-02-19T11:00"
    booked = manager.post(way, patient=str(patient))
    assert booked.status_code in (302, 303), booked.text
    visit = UUID(booked.headers["Location"].rsplit("/", 1)[1])
    desk = at_the_desk(riverstone, visit, monkeypatch, Role.MANAGER)
    assert "$150.00" in desk.page.text
    assert "This patient's own price is $150.00." in Page(desk.browser.get(f"{desk.path}/why-price")).text
    assert desk.stands() == ("confirmed", 0, 0, 0)

    assert desk.send("bill") == 302
    with within(riverstone.id):
        found = bills.standing(visit)
        assert found is not None
        due = found.due
    assert due >= Money(15_000, "USD")
    amount, act = f"{due.minor // 100}.{due.minor % 100:02}", str(ids.new())
    assert desk.send("payment", amount=amount, tender="cash", act=act) == 302
    assert "Paid in full" in desk.page.text
    assert desk.stands()[1:] == (0, 0, 0)
