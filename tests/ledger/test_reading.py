"""The trial balance as of a day, the accounts behind a line, and a statement page by page."""

from datetime import date, timedelta

import pytest

from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.kernel.errors import NotFound
from saas.ledger import accounts, posting, statements, trial
from saas.ledger.chart import Code, Kind
from tests.ledger.books import DAY, Books, assert_sound, open_books


@pytest.fixture
def books(tenant) -> Books:
    return open_books()


def test_books_without_an_entry_are_none(books: Books) -> None:
    assert trial.books() == []
    assert trial.balance(books.entity, "USD", DAY) == []


def test_a_trial_balance_tells_how_things_stood_that_evening(books: Books) -> None:
    visit = ids.new()
    books.pay(5_000, visit)
    books.give_back(2_000, visit, DAY + timedelta(days=1))
    assert books.balances(DAY - timedelta(days=1)) == {}
    assert books.balances(DAY) == {Code.STRIPE_CLEARING: 5_000, Code.DEPOSITS: -5_000}
    assert books.balances(DAY + timedelta(days=1)) == {Code.STRIPE_CLEARING: 3_000, Code.DEPOSITS: -3_000}
    assert trial.books() == [(books.entity, "USD")]


def test_a_line_of_the_chart_gathers_its_accounts(books: Books) -> None:
    visits = [ids.new() for _ in range(5)]
    for number, visit in enumerate(visits):
        books.pay(100 + number, visit)
    clearing, deposits = trial.balance(books.entity, "USD", DAY)
    assert (clearing.accounts, deposits.accounts, deposits.kind) == (1, 5, Kind.LIABILITY)
    assert (deposits.debit_minor, deposits.credit_minor) == (0, 510)
    found = trial.holdings(books.entity, "USD", Code.DEPOSITS, DAY, limit=3)
    rest = trial.holdings(books.entity, "USD", Code.DEPOSITS, DAY, before=found[-1].account_id)
    assert [(h.subject_id, h.balance_minor) for h in (*found, *rest)] == [
        (visit, 100 + number) for number, visit in reversed(list(enumerate(visits)))
    ]
    assert clearing.account_id == accounts.get(clearing.account_id).id


def whole(account, size: int) -> list[statements.StatementLine]:
    """Read an account's statement to its end, *size* lines at a time."""
    lines: list[statements.StatementLine] = []
    before: statements.Cursor | None = statements.NEWEST
    while before:
        page = statements.read(account, before, size)
        lines += page.lines
        before = page.older
        assert len(page.lines) <= size
    return lines


@pytest.mark.parametrize("size", [1, 3, 4, 50])
def test_a_statement_runs_back_to_nothing_whatever_the_page(books: Books, size: int) -> None:
    visit = ids.new()
    books.pay(5_000, visit)
    for minor, day in ((700, 2), (300, 1), (1_000, 2)):
        books.give_back(minor, visit, DAY + timedelta(days=day))
    for line in trial.balance(books.entity, "USD", date.max):
        account = accounts.get(line.account_id)
        lines = whole(account, size)
        assert [line.change_minor for line in lines] == [-1_000, -700, -300, 5_000]
        assert [line.balance_minor for line in lines] == [3_000, 4_000, 4_700, 5_000]
        assert [line.occurred_on.day for line in lines] == [18, 18, 17, 16]


def test_each_line_says_its_cause_the_other_account_and_what_became_of_it(books: Books) -> None:
    visit, act = ids.new(), ids.new()
    paid = books.pay(5_000, visit, act)
    back = posting.reverse(paid.id, SYSTEM, "mistaken", DAY)
    [clearing] = [ln for ln in trial.balance(books.entity, "USD", DAY) if ln.code is Code.STRIPE_CLEARING]
    newest, oldest = statements.read(accounts.get(clearing.account_id)).lines
    assert (newest.cause, newest.reason, newest.reverses_entry_id) == ("entry.reversed", "mistaken", paid.id)
    assert (oldest.cause, oldest.cause_id, oldest.reversed_by) == ("deposit.paid", act, back.id)
    assert (oldest.other_code, oldest.location_id) == (Code.DEPOSITS, books.place)
    assert_sound()


def test_there_is_no_account_or_entry_that_was_never_made(tenant) -> None:
    for get in (accounts.get, statements.get_entry):
        with pytest.raises(NotFound):
            get(ids.new())
