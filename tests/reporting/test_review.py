"""What needs a look is one list: each thing once, with its visit, until it is settled; else all ties."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from saas.billing import bills
from saas.catalogue.models import OfferingVersion
from saas.db import session
from saas.db.settings import Urls
from saas.identity.roles import Role
from saas.kernel import clock, ids
from saas.kernel.actors import SYSTEM
from saas.ledger import posting
from saas.payments import refunds
from saas.payments.models import Refund
from saas.payments.stripe_gateway import RefundSeen
from saas.practice import places
from tests.billing import visiting
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Browser
from tests.ledger.books import Books, usd
from tests.web import pseudo

PATH = "/staff/ledger/review"


@dataclass(frozen=True)
class Owner:
    """A clinic of a test's own, and its owner's browser."""

    clinic: kit.Clinic
    browser: Browser

    def billing(self) -> visiting.Clinic:
        """Return the clinic as billing's tests know it, in the current session."""
        place = next(one for one in places.list_locations() if one.slug == "phoenix")
        version = session.current().scalars(select(OfferingVersion.id).limit(1)).one()
        return visiting.Clinic(self.clinic.id, Books(place.legal_entity_id, place.id), version)

    def page(self, query: str = "") -> str:
        answer = self.browser.get(PATH + query)
        assert answer.status_code == 200
        return answer.text

    def titles(self, query: str = "") -> list[str]:
        """Return what the list says needs a look."""
        listed = self.page(query)
        return re.findall(r'<span class="tags"><span class="tag \w+">([^<]+)<', listed)


@pytest.fixture
def owner(database: Urls) -> Owner:
    clinic = kit.open_clinic("riverstone")
    return Owner(clinic, kit.log_in_as(clinic, Role.OWNER))


def test_without_anything_all_ties(owner: Owner) -> None:
    assert "All ties" in owner.page()
    assert 'href="/staff/ledger/review"' in owner.browser.get("/staff/ledger").text


def test_a_line_without_a_tax_rate_is_there_as_a_visit_and_then_as_its_bill(owner: Owner) -> None:
    soon = clock.now() + timedelta(hours=1)
    with within(owner.clinic.id):
        clinic = owner.billing()
        visit = clinic.visit(visiting.quote(clinic.offering(), rate=None), starts_at=soon)
        clinic.visit(starts_at=soon)
    assert owner.titles() == ["Tax of a visit"]
    with within(owner.clinic.id):
        bills.issue(visit, SYSTEM, clock.now())
    assert owner.titles() == ["Tax of a bill"]
    assert f'href="/staff/appointments/{visit.appointment_id}"' in owner.page()
    assert "Bill no. 1" in owner.page()


def failed(owner: Owner) -> UUID:
    """Let a refund fail; return its payment."""
    with within(owner.clinic.id):
        clinic = owner.billing()
        payment = clinic.pay_deposit(clinic.visit(), 6_000)
        row = refunds.ask(payment, usd(6_000), "Moved away", SYSTEM, clock.now())
        refunds.refund_seen(row, seen(row, "failed"), clock.now())
        return payment


def seen(row: Refund, status: str) -> RefundSeen:
    return RefundSeen(
        id=f"re_{row.id.hex}", charge_id="ch_1", refund_id=row.id, amount_minor=row.amount_minor, currency="USD",
        status=status, failure="lost_or_stolen_card", created_at=row.created_at,
    )  # fmt: skip


def test_a_refund_that_failed_is_there_until_it_is_asked_for_again(owner: Owner) -> None:
    payment = failed(owner)
    assert owner.titles() == ["Refund failed"]
    assert "lost or stolen card" in owner.page()
    with within(owner.clinic.id):
        refunds.ask(payment, usd(6_000), "Once more", SYSTEM, clock.now())
    assert owner.titles() == []


def test_what_hangs_is_there_and_what_is_under_way_is_not(owner: Owner) -> None:
    with within(owner.clinic.id):
        clinic = owner.billing()
        for ago in (timedelta(minutes=5), timedelta(hours=2)):
            refunds.ask(
                clinic.pay_deposit(clinic.visit(), 6_000), usd(6_000), "Why", SYSTEM, clock.now() - ago
            )
        for ago in (timedelta(minutes=5), timedelta(hours=3)):
            ask_to_pay(clinic, ago)
    assert owner.titles() == ["Refund waits", "Payment waits"]


def ask_to_pay(clinic: visiting.Clinic, ago: timedelta) -> None:
    """Open a payment page that was asked for a while ago."""
    asked = clock.now() - ago
    session.statement(
        "INSERT INTO payments (tenant_id, id, purpose, subject_id, legal_entity_id, location_id, account, currency,"
        " amount_minor, state, page, created_at, expires_at) VALUES (:t, :i, 'deposit', :v, :e, :l, 'acct_1', 'USD',"
        " 6000, 'open', '', :asked, :ends)",
        t=clinic.tenant_id, i=ids.new(), v=ids.new(), e=clinic.books.entity, l=clinic.books.place,
        asked=asked, ends=asked + timedelta(minutes=35),
    )  # fmt: skip


def move(clinic: visiting.Clinic, explained_by: UUID | None, **more: Any) -> None:
    """Note a movement at Stripe."""
    session.statement(
        "INSERT INTO stripe_movements (tenant_id, id, stripe_id, legal_entity_id, kind, currency, amount_minor,"
        " fee_minor, occurred_at, explained_by) VALUES (:t, :i, :s, :e, 'stripe_fee', 'USD', :m, 0, :at, :by)",
        t=clinic.tenant_id, i=ids.new(), s=ids.new().hex, e=clinic.books.entity, by=explained_by,
        **{"m": -250, "at": clock.now()} | more,
    )  # fmt: skip


def test_a_dispute_and_a_movement_nobody_explains_are_there(owner: Owner) -> None:
    with within(owner.clinic.id):
        clinic = owner.billing()
        payment = clinic.pay_deposit(clinic.visit(), 6_000)
        session.statement(
            "INSERT INTO disputes (tenant_id, id, payment_id, stripe_id, currency, amount_minor, state, opened_at)"
            " VALUES (:t, :i, :p, 'dp_1', 'USD', 6000, 'open', :at)",
            t=clinic.tenant_id, i=ids.new(), p=payment, at=clock.now() - timedelta(days=1),
        )  # fmt: skip
        move(clinic, None)
        move(clinic, payment)
    assert owner.titles() == ["Movement unexplained", "Payment disputed"]
    assert "stripe fee" in owner.page()


def test_a_long_list_goes_on_to_its_end(owner: Owner) -> None:
    with within(owner.clinic.id):
        clinic = owner.billing()
        for number in range(34):
            move(clinic, None, m=-number - 1, at=clock.now() - timedelta(hours=number // 2))
    first = owner.page()
    older = re.search(r'href="/staff/ledger/review(\?before=[^"]+)"', first)
    assert older
    assert len(owner.titles()) == 30
    assert len(owner.titles(older.group(1))) == 4
    amounts = re.findall(r"-\$\d\.\d\d", first + owner.page(older.group(1)))
    assert len(set(amounts)) == 34


@pytest.mark.parametrize("before", ["x", "2026-01-01_x", "2026-01-01T10:00:00_0", "_"])
def test_an_address_that_was_made_up_is_nothing(owner: Owner, before: str) -> None:
    assert owner.browser.get(f"{PATH}?before={before}").status_code == 404


@pytest.mark.parametrize("role", Role)
def test_the_owner_and_the_manager_see_it_and_nobody_else(
    clinics: kit.Clinics, database: Urls, role: Role
) -> None:
    answer = kit.log_in_as(clinics.riverstone, role).get(PATH)
    assert answer.status_code == (200 if role in (Role.OWNER, Role.MANAGER) else 403)


@pytest.mark.parametrize("cause", ["payment.paid", "refund.asked", "bill.issued"])
def test_an_entry_leads_to_the_visit_it_was_for(owner: Owner, cause: str) -> None:
    with within(owner.clinic.id):
        clinic = owner.billing()
        visit = clinic.visit()
        payment = clinic.pay_deposit(visit, 6_000)
        refund = refunds.ask(payment, usd(1_000), "Why", SYSTEM, clock.now())
        bill = bills.issue(visit, SYSTEM, clock.now())
        assert bill is not None
        subject = {"payment.paid": payment, "refund.asked": refund.id, "bill.issued": bill.id}[cause]
        entry = posting.find(cause, subject)
        assert entry is not None
    page = owner.browser.get(f"/staff/ledger/entries/{entry.id}").text
    assert f'href="/staff/appointments/{visit.appointment_id}"' in page


def test_every_word_is_translated(owner: Owner) -> None:
    failed(owner)
    browser = kit.log_in_as(owner.clinic, Role.OWNER, PSEUDO_LOCALE=True)
    words = pseudo.own_words(owner.clinic.configuration, {"Eastern Standard Time"})
    words |= {"Robin Hire", "RH", "lost or stolen card"}
    assert pseudo.untranslated(browser.get(PATH).text, words) == []
