"""What a change would mean for prices that were promised, and for money that is owed or in hand."""

from dataclasses import replace
from uuid import UUID

import pytest

from saas.catalogue.contents import PriceRule
from saas.db import session
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.kernel.money import Money
from saas.ledger import posting
from saas.ledger.chart import Code, Ref
from saas.ledger.impact import Company
from saas.ledger.posting import Heading
from saas.ledger.rules import Line
from saas.provisioning.worlds import World
from tests.booking import clinic as clinics
from tests.booking.clinic import TUESDAY, Clinic, at
from tests.provisioning import worldly


@pytest.fixture
def small(tenant: UUID) -> Clinic:
    """A place with two practitioners and three rooms; a visit costs 80, or 100 with a senior."""
    return clinics.set_up(tenant, people=2, rooms=worldly.ROOMS, **worldly.PRICED)


def test_an_edited_price_shows_who_keeps_the_old_one_and_for_how_much(small: Clinic) -> None:
    worldly.book(small, 10), worldly.book(small, 11, "p1")
    small.hold(at(13), "held", practitioner="p0")
    before = worldly.stands(small)
    [kept] = worldly.told(before, worldly.costing(before, "95.00"), "billing")
    params = kept.reason.params
    assert (params["visits"], params["holds"], kept.is_unsafe) == (2, 1, False)
    assert (params["kept"], params["new"]) == (Money(24000, "USD"), Money(28500, "USD"))
    assert worldly.told(before, worldly.costing(before, "80.0"), "billing") == []


def test_a_tier_that_changes_the_price_is_an_edited_price(small: Clinic) -> None:
    mine, _ = worldly.book(small, 10), worldly.book(small, 10, "p1")
    before = worldly.stands(small)
    person = before.practice.practitioners[small.people["p0"]]
    people = {**before.practice.practitioners, person.id: replace(person, tier="senior")}
    [kept] = worldly.told(before, worldly.practice(before, practitioners=people), "billing")
    assert kept.subjects == (mine.id,)
    assert kept.reason.params["new"] == Money(10000, "USD")


def test_what_was_free_stays_free_for_whoever_booked_it(tenant: UUID) -> None:
    clinic = clinics.set_up(tenant)
    worldly.book(clinic, 10)
    before = worldly.stands(clinic)
    priced = worldly.selling(before, prices=(PriceRule("80.00"),))
    [kept] = worldly.told(before, priced, "billing")
    assert (kept.reason.params["kept"], kept.reason.params["new"]) == (Money(0, "USD"), Money(8000, "USD"))


def test_a_place_that_changes_hands_leaves_its_bills_with_the_former_company(small: Clinic) -> None:
    row = worldly.book(small, 10)
    before = worldly.stands(small)
    [place], [company] = before.practice.places.values(), before.companies
    other = ids.new()
    moved = replace(place, legal_entity_id=other)
    after = replace(
        worldly.practice(before, places={place.id: moved}, by_slug={"main": moved}),
        companies={company: before.companies[company], other: Company("Other", "USD")},
    )
    assert worldly.unsafe(before, after) == []
    assert [one.reason.code for one in worldly.told(before, after, "billing")] == ["billed_by_former"]
    gone = replace(after, companies={other: Company("Other", "USD")})
    assert worldly.unsafe(before, gone) == [("billing_lost", {row.id})]


def test_another_currency_leaves_quotes_that_nobody_could_bill(small: Clinic) -> None:
    row = worldly.book(small, 10)
    before = worldly.stands(small)
    [place] = before.practice.places.values()
    foreign = replace(place, currency="CAD")
    after = worldly.practice(before, places={place.id: foreign}, by_slug={"main": foreign})
    assert ("billing_lost", {row.id}) in worldly.unsafe(before, after)


def test_a_company_that_goes_while_its_books_hold_something_is_unsafe(small: Clinic) -> None:
    before = worldly.stands(small)
    [company] = before.companies
    patient = ids.new()
    after = replace(before, companies={})
    assert worldly.told(before, after, "ledger") == []
    owed = Line(company, Ref(Code.RECEIVABLE, patient), Ref(Code.REVENUE, _place(before)), Money(5000, "USD"))
    posting.post(Heading("test.owed", ids.new(), TUESDAY, SYSTEM), [owed])
    [found] = worldly.told(before, after, "ledger")
    assert found.is_unsafe
    assert str(found.reason) == (
        "LLC would no longer be in use, and its account Owed by patients still holds 50.00 USD."
    )
    other = replace(before, companies={company: Company("LLC", "CAD")})
    assert [one.reason.code for one in worldly.told(before, other, "ledger")] == ["other_currency"]


def test_a_deposit_that_is_held_stays_with_the_company_that_took_it(small: Clinic) -> None:
    row = worldly.book(small, 10)
    before = worldly.stands(small)
    [place], [company] = before.practice.places.values(), before.companies
    moved = replace(place, legal_entity_id=ids.new())
    after = worldly.practice(before, places={place.id: moved}, by_slug={"main": moved})
    assert worldly.told(before, after, "payments") == []
    owed = Line(company, Ref(Code.STRIPE_CLEARING), Ref(Code.DEPOSITS, row.id), Money(2500, "USD"))
    posting.post(Heading("test.deposit", ids.new(), TUESDAY, SYSTEM), [owed])
    pay(row.id, company, place.id, "paid")
    pay(ids.new(), company, place.id, "open")
    held, open_ = sorted(worldly.told(before, after, "payments"), key=lambda one: one.reason.code)
    assert (held.reason.code, held.subjects, held.is_unsafe) == ("held_place", (row.id,), True)
    assert (open_.reason.code, open_.is_unsafe) == ("open_place", True)
    assert str(held.reason) == (
        "Main would belong to another company. Deposits that the former holds: 1, 25.00 USD."
    )
    gone = replace(before, companies={})
    assert {one.reason.code for one in worldly.told(before, gone, "payments")} == {
        "held_company",
        "open_company",
    }
    back = replace(before.practice, places={place.id: moved})
    assert (
        worldly.told(replace(before, practice=back), before, "payments") == []
    )  # it is that company's again


def pay(subject: UUID, company: UUID, place: UUID, state: str) -> None:
    """Write down a payment page for a visit, as it is left behind."""
    session.statement(
        """
        INSERT INTO payments (tenant_id, purpose, subject_id, legal_entity_id, location_id, account, currency,
          amount_minor, state, page, expires_at, paid_at)
        VALUES (:tenant, 'deposit', :subject, :company, :place, 'acct_1', 'USD', 2500, :state, 'page', now(),
          CASE WHEN :state = 'paid' THEN now() END)
        """,
        tenant=session.current().tenant_id, subject=subject, company=company, place=place, state=state,
    )  # fmt: skip


def _place(world: World) -> UUID:
    return next(iter(world.practice.places))
