"""An act is entered once, balances, keeps guarded accounts above zero, and is taken back once."""

from datetime import date

import pytest
from sqlalchemy import select

from saas.db import session
from saas.journal.models import Event
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.kernel.errors import NotFound
from saas.kernel.money import Money
from saas.ledger import accounts, periods, posting, refusals, statements
from saas.ledger.chart import CHART, Code, Ref, Subject
from saas.ledger.models import Entry
from saas.ledger.periods import IfClosed
from saas.ledger.posting import Heading
from saas.ledger.rules import Line
from tests.ledger.books import BANK, CLEARING, DAY, FEES, Books, assert_sound, deposit, open_books, usd

LATER = date(2026, 4, 2)


@pytest.fixture
def books(tenant) -> Books:
    return open_books()


def held(books: Books, visit) -> int:
    return accounts.balance(books.entity, books.currency, deposit(visit))


def test_a_deposit_is_owed_until_it_is_earned(books: Books) -> None:
    visit, tax = ids.new(), Ref(Code.TAX_PAYABLE, books.place)
    books.pay(5_000, visit)
    lines = [books.line(deposit(visit), books.revenue(), 4_600), books.line(deposit(visit), tax, 400)]
    posting.post(Heading("visit.delivered", visit, DAY, SYSTEM), lines)
    posting.post(Heading("fee.charged", visit, DAY, SYSTEM), [books.line(FEES, CLEARING, 175)])
    assert books.balances() == {
        Code.STRIPE_CLEARING: 4_825, Code.PROCESSING_FEES: 175, Code.DEPOSITS: 0, Code.TAX_PAYABLE: -400,
        Code.REVENUE: -4_600,
    }  # fmt: skip
    assert held(books, visit) == 0
    assert_sound()


def test_the_same_act_is_entered_once(books: Books) -> None:
    visit, act = ids.new(), ids.new()
    first, again = books.pay(5_000, visit, act), books.pay(5_000, visit, act)
    assert (again.id, first.is_new, again.is_new) == (first.id, True, False)
    assert held(books, visit) == 5_000


@pytest.mark.parametrize("change", ["amount", "account", "more", "place"])
def test_the_same_act_with_other_lines_is_refused(books: Books, change: str) -> None:
    visit, heading = ids.new(), Heading("deposit.paid", ids.new(), DAY, SYSTEM)
    line = books.line(CLEARING, deposit(visit), 5_000)
    posting.post(heading, [line])
    other = {
        "amount": [books.line(CLEARING, deposit(visit), 5_001)],
        "account": [books.line(CLEARING, deposit(ids.new()), 5_000)],
        "more": [line, line],
        "place": [Line(books.entity, line.debit, line.credit, line.amount)],
    }[change]
    with pytest.raises(refusals.PostedDifferently):
        posting.post(heading, other)
    assert held(books, visit) == 5_000


def test_a_guarded_account_gives_what_it_holds_and_no_more(books: Books) -> None:
    visit = ids.new()
    books.pay(5_000, visit)
    with pytest.raises(refusals.NotEnough) as refused:
        books.give_back(5_001, visit)
    assert (refused.value.left, refused.value.wanted) == (usd(5_000), usd(5_001))
    assert str(refused.value) == "Only 50.00 USD is left of it, and 50.01 USD was asked for."


def test_a_guarded_account_that_was_never_filled_gives_nothing(books: Books) -> None:
    with pytest.raises(refusals.NotEnough):
        books.give_back(1, ids.new())


def test_within_one_entry_a_guarded_account_may_pass_below_zero(books: Books) -> None:
    visit = ids.new()
    lines = [books.line(deposit(visit), books.revenue(), 700), books.line(CLEARING, deposit(visit), 700)]
    posting.post(Heading("visit.delivered", visit, DAY, SYSTEM), lines)
    assert held(books, visit) == 0
    assert_sound()


def test_a_guarded_asset_is_held_from_the_other_side(books: Books) -> None:
    dispute = Ref(Code.DISPUTES, ids.new())
    posting.post(Heading("dispute.opened", ids.new(), DAY, SYSTEM), [books.line(dispute, CLEARING, 900)])
    assert accounts.balance(books.entity, "USD", dispute) == 900
    with pytest.raises(refusals.NotEnough):
        posting.post(Heading("dispute.won", ids.new(), DAY, SYSTEM), [books.line(CLEARING, dispute, 901)])


@pytest.mark.parametrize("minor", [0, -1])
def test_an_amount_is_above_zero(books: Books, minor: int) -> None:
    with pytest.raises(refusals.NotPostable):
        books.pay(minor, ids.new())


def test_an_entry_needs_lines_and_two_accounts(books: Books) -> None:
    heading = Heading("deposit.paid", ids.new(), DAY, SYSTEM)
    for lines in ([], [books.line(BANK, BANK, 5)]):
        with pytest.raises(refusals.NotPostable):
            posting.post(heading, lines)


def test_one_act_may_stand_in_the_books_of_two_entities(books: Books) -> None:
    other, visit = open_books("sister"), ids.new()
    books.pay(5_000, visit)
    lines = [
        books.line(deposit(visit), Ref(Code.DUE_TO, other.entity), 5_000),
        other.line(Ref(Code.DUE_FROM, books.entity), other.revenue(), 5_000),
    ]
    posting.post(Heading("visit.delivered", visit, DAY, SYSTEM), lines)
    assert books.balances()[Code.DUE_TO] == -other.balances()[Code.DUE_FROM] == -5_000
    assert_sound()


def test_two_currencies_are_two_books(books: Books) -> None:
    visit = ids.new()
    books.pay(5_000, visit)
    euro = Line(books.entity, CLEARING, deposit(visit), Money(700, "EUR"))
    posting.post(Heading("deposit.paid", ids.new(), DAY, SYSTEM), [euro])
    assert held(books, visit) == 5_000
    assert accounts.balance(books.entity, "EUR", deposit(visit)) == 700
    assert_sound()


def test_a_reversal_mirrors_its_entry_and_says_who_and_why(books: Books) -> None:
    visit = ids.new()
    paid = books.pay(5_000, visit)
    back = posting.reverse(paid.id, SYSTEM, "  Entered twice ", LATER)
    assert held(books, visit) == 0
    entry, reversed_by, _ = statements.get_entry(paid.id)
    assert reversed_by == back.id
    mirror, _, [transfer] = statements.get_entry(back.id)
    assert (mirror.reason, mirror.actor_kind, mirror.occurred_on) == ("Entered twice", "system", LATER)
    assert (mirror.reverses_entry_id, transfer.debit_code) == (entry.id, Code.DEPOSITS)
    told = session.current().scalars(select(Event.subject_id).where(Event.kind == "entry.reversed")).all()
    assert told == [paid.id]
    assert_sound()


def test_an_entry_is_reversed_once_with_a_reason_and_a_reversal_stands(books: Books) -> None:
    paid = books.pay(5_000, ids.new())
    with pytest.raises(refusals.ReasonMissing):
        posting.reverse(paid.id, SYSTEM, "  ", LATER)
    back = posting.reverse(paid.id, SYSTEM, "mistaken", LATER)
    with pytest.raises(refusals.AlreadyReversed):
        posting.reverse(paid.id, SYSTEM, "again", LATER)
    with pytest.raises(refusals.ReversalStands):
        posting.reverse(back.id, SYSTEM, "back again", LATER)
    with pytest.raises(NotFound):
        posting.reverse(ids.new(), SYSTEM, "nothing", LATER)


def test_what_is_spent_is_not_reversed(books: Books) -> None:
    visit = ids.new()
    paid = books.pay(5_000, visit)
    books.give_back(1, visit)
    with pytest.raises(refusals.NotEnough):
        posting.reverse(paid.id, SYSTEM, "mistaken", LATER)


def test_a_reversal_counts_no_earlier_than_its_entry(books: Books) -> None:
    paid = books.pay(5_000, ids.new())
    assert posting.reverse(paid.id, SYSTEM, "mistaken", date(2026, 1, 1)).occurred_on == DAY


def test_a_closed_month_refuses_or_the_entry_counts_for_the_next_open_day(books: Books) -> None:
    visit = ids.new()
    assert periods.close(books.entity, DAY, LATER, SYSTEM) is True
    with pytest.raises(refusals.PeriodClosed, match="2026-03"):
        books.pay(5_000, visit)
    assert session.current().scalars(select(Entry)).all() == []
    moved = books.pay(5_000, visit, if_closed=IfClosed.FIRST_OPEN_DAY)
    assert moved.occurred_on == date(2026, 4, 1)
    assert_sound()


def test_what_was_entered_before_the_month_closed_is_found_after(books: Books) -> None:
    visit, act = ids.new(), ids.new()
    first = books.pay(5_000, visit, act)
    periods.close(books.entity, DAY, LATER, SYSTEM)
    assert books.pay(5_000, visit, act).id == first.id
    back = posting.reverse(first.id, SYSTEM, "mistaken", DAY)
    assert back.occurred_on == date(2026, 4, 1)


def test_a_reversal_may_insist_on_its_day(books: Books) -> None:
    paid = books.pay(5_000, ids.new())
    periods.close(books.entity, DAY, LATER, SYSTEM)
    with pytest.raises(refusals.PeriodClosed):
        posting.reverse(paid.id, SYSTEM, "mistaken", DAY, IfClosed.REFUSE)


def test_a_month_is_closed_once_when_it_is_over_for_its_own_entity(books: Books) -> None:
    other = open_books("sister")
    with pytest.raises(refusals.PeriodNotOver):
        periods.close(books.entity, DAY, date(2026, 3, 31), SYSTEM)
    assert [periods.close(books.entity, DAY, LATER, SYSTEM) for _ in range(2)] == [True, False]
    assert (periods.is_closed(books.entity, DAY), periods.is_closed(other.entity, DAY)) == (True, False)
    other.pay(5_000, ids.new())
    told = session.current().scalars(select(Event.data).where(Event.kind == "period.closed")).all()
    assert told == [{"legal_entity_id": str(books.entity), "month": "2026-03"}]


def test_an_act_of_two_entities_needs_both_open(books: Books) -> None:
    other = open_books("sister")
    periods.close(other.entity, DAY, LATER, SYSTEM)
    lines = [books.line(BANK, CLEARING, 5), other.line(BANK, CLEARING, 5)]
    with pytest.raises(refusals.PeriodClosed):
        posting.post(Heading("payout.paid", ids.new(), DAY, SYSTEM), lines)


@pytest.mark.parametrize("code", Code)
def test_the_chart_says_what_each_account_is_about(code: Code) -> None:
    about = CHART[code].subject
    assert Ref(code, ids.new() if about else None).definition is CHART[code]
    with pytest.raises(ValueError, match=about or "legal entity"):
        Ref(code, None if about else ids.new())
    assert CHART[code].guarded is False or isinstance(about, Subject)
