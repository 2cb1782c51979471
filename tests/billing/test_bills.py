"""A bill is what was promised, once, with the next number, and its entry ties with it."""

from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import event

from saas.billing import bills, quotes
from saas.billing.refusals import NotBillable
from saas.catalogue import offerings
from saas.db import session
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.kernel.money import Money
from saas.ledger import accounts, periods, posting
from saas.ledger.chart import Code, Ref
from tests.billing import visiting
from tests.billing.visiting import NOW, START, Clinic
from tests.ledger.books import assert_sound, usd


def test_a_bill_has_the_lines_and_the_sums_of_its_quote(clinic: Clinic) -> None:
    visit = clinic.visit()
    bill = bills.issue(visit, SYSTEM, NOW)
    assert bill is not None
    assert (bill.number, bill.net_minor, bill.tax_minor, bill.total_minor) == (1, 24_000, 2_064, 26_064)
    [line] = bills.list_lines(bill.id)
    assert (line.net_minor, line.tax_minor, line.tax_purpose) == (24_000, 2_064, "aesthetic")
    assert line.description == {"en": "Micro-needling", "es": "Microagujas"}
    assert line.tax_source == visiting.RATE.source
    assert not bill.is_for_review
    assert bill.delivered_on == START.date()


@pytest.mark.parametrize(
    ("deposit", "owed", "left"), [(0, 26_064, 0), (6_000, 20_064, 0), (25_000, 1_064, 0), (30_000, 0, 3_936)]
)
def test_the_deposit_comes_first_and_the_rest_is_owed(
    clinic: Clinic, deposit: int, owed: int, left: int
) -> None:
    visit = clinic.visit()
    if deposit:
        clinic.pay_deposit(visit, deposit)
    bills.issue(visit, SYSTEM, NOW)
    found = clinic.books.balances()
    assert found.get(Code.RECEIVABLE, 0) == owed
    assert found.get(Code.DEPOSITS, 0) == -left
    assert (found[Code.REVENUE], found[Code.TAX_PAYABLE]) == (-24_000, -2_064)
    assert_sound()


def test_revenue_counts_for_the_day_of_the_visit_or_the_first_open_day_after(clinic: Clinic) -> None:
    bill = bills.issue(clinic.visit(), SYSTEM, NOW)
    assert bill is not None
    entry = posting.find("bill.issued", bill.id)
    assert entry is not None
    assert entry.occurred_on == START.date()
    periods.close(clinic.books.entity, START.date(), START.date().replace(month=4), SYSTEM)
    late = bills.issue(clinic.visit(), SYSTEM, NOW)
    assert late is not None
    entry = posting.find("bill.issued", late.id)
    assert entry is not None
    assert entry.occurred_on == START.date().replace(month=4, day=1)


def test_issued_again_it_is_the_same_bill(clinic: Clinic) -> None:
    visit = clinic.visit()
    first, again = bills.issue(visit, SYSTEM, NOW), bills.issue(visit, SYSTEM, NOW)
    assert first is again
    assert clinic.books.balances()[Code.REVENUE] == -24_000


def test_a_visit_that_costs_nothing_has_no_bill(clinic: Clinic) -> None:
    visit = replace(clinic.visit(), appointment_id=ids.new())
    assert bills.issue(visit, SYSTEM, NOW) is None


@pytest.mark.parametrize("state", ["lapsed", "released", "cancelled"])
def test_only_a_certain_visit_is_billed(clinic: Clinic, state: str) -> None:
    visit = clinic.visit(state=state)
    with pytest.raises(NotBillable):
        bills.issue(visit, SYSTEM, NOW)


def test_an_offering_free_of_charge_by_price_posts_nothing(clinic: Clinic) -> None:
    visit = clinic.visit(visiting.quote(clinic.offering("0.00")))
    bill = bills.issue(visit, SYSTEM, NOW)
    assert bill is not None
    assert (bill.total_minor, posting.find("bill.issued", bill.id)) == (0, None)


def test_an_offering_edited_later_changes_neither_promise_nor_bill(clinic: Clinic) -> None:
    visit = clinic.visit()
    offerings.put("micro-needling", {"name": {"en": "Dearer"}, "prices": [{"amount": "999.00"}]})
    kept = quotes.find(visit.appointment_id)
    assert kept is not None
    assert kept.total == usd(26_064)
    bill = bills.issue(visit, SYSTEM, NOW)
    assert bill is not None
    assert bill.total_minor == 26_064


def test_without_a_tax_rate_the_bill_is_for_review(clinic: Clinic) -> None:
    visit = clinic.visit(visiting.quote(clinic.offering(), rate=None))
    bill = bills.issue(visit, SYSTEM, NOW)
    assert bill is not None
    assert (bill.is_for_review, bill.tax_minor) == (True, 0)
    assert bills.list_lines(bill.id)[0].tax_percent is None
    assert Code.TAX_PAYABLE not in clinic.books.balances()


def test_standing_follows_the_visit(clinic: Clinic) -> None:
    visit = clinic.visit()

    def stands() -> tuple[int, int, int, int, bool]:
        s = bills.standing(visit.appointment_id)
        assert s is not None
        return s.deposit.minor, s.held.minor, s.paid.minor, s.due.minor, s.is_issued

    assert stands() == (6_000, 0, 0, 26_064, False)
    clinic.pay_deposit(visit, 6_000)
    assert stands() == (6_000, 6_000, 6_000, 20_064, False)
    bills.issue(visit, SYSTEM, NOW)
    assert stands() == (6_000, 0, 6_000, 20_064, True)


def test_the_held_deposit_is_what_the_books_say(clinic: Clinic) -> None:
    visit = clinic.visit()
    clinic.pay_deposit(visit, 6_000)
    about = Ref(Code.DEPOSITS, visit.appointment_id)
    stands = bills.standing(visit.appointment_id)
    assert stands is not None
    assert stands.held == Money(accounts.balance(clinic.books.entity, "USD", about), "USD")


def test_the_database_refuses_a_second_promise(clinic: Clinic) -> None:
    visit = clinic.visit()
    with pytest.raises(Exception, match="uq_quotes_appointment") as refused, session.current().begin_nested():
        clinic.promise(visit.appointment_id, visiting.quote(clinic.offering("1.00")))
    assert isinstance(refused.value.orig, psycopg.errors.UniqueViolation)  # type: ignore[attr-defined]


def test_a_promise_is_kept_in_one_statement(clinic: Clinic) -> None:
    visit = clinic.visit()
    seen: list[str] = []
    connection = session.current().connection()
    other = replace(visit, appointment_id=ids.new())
    session.statement(
        "INSERT INTO appointments SELECT (jsonb_populate_record(a, jsonb_build_object('id', cast(:i AS uuid)))).*"
        " FROM appointments a WHERE tenant_id = :t AND id = :v",
        i=other.appointment_id, t=clinic.tenant_id, v=visit.appointment_id,
    )  # fmt: skip

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    clinic.promise(other.appointment_id, visiting.quote(clinic.offering()))
    event.remove(connection, "before_cursor_execute", note)
    assert [statement.split()[:3] for statement in seen] == [["INSERT", "INTO", "quotes"]]
