"""What PostgreSQL itself refuses, to the application and past all of our code."""

from collections.abc import Mapping
from uuid import UUID

import psycopg
import pytest

from saas.db import session
from saas.db.settings import Urls
from saas.kernel import ids
from saas.ledger.models import Account, Entry, Transfer
from tests.db import kit
from tests.ground import make_tenant, within
from tests.ledger.books import Books, open_books

DENIED, FOREIGN, CHECK, UNIQUE = "42501", "23503", "23514", "23505"


@pytest.fixture
def facts(committed: UUID, urls: Urls) -> dict[str, object]:
    """Two legal entities with a posting each, one also in euro, as the values that statements are about."""
    with within(committed):
        ours, theirs = open_books(), open_books("sister")
        euro = Books(ours.entity, ours.place, "EUR")
        visit = ids.new()
        entry = ours.pay(5_000, visit)
        theirs.pay(5_000, visit), euro.pay(5_000, visit)
        [kept] = [t for t in session.current().query(Transfer) if t.entry_id == entry.id]
        accounts = {(a.legal_entity_id, a.currency, a.code): a.id for a in session.current().query(Account)}
        [day] = [e.occurred_on for e in session.current().query(Entry) if e.id == entry.id]
    return {
        "tenant": committed, "entity": ours.entity, "sister": theirs.entity, "entry": entry.id, "day": day,
        "kept": kept.id, "clearing": accounts[ours.entity, "USD", "stripe_clearing"],
        "deposits": accounts[ours.entity, "USD", "deposits"],
        "theirs": accounts[theirs.entity, "USD", "deposits"], "euro": accounts[ours.entity, "EUR", "deposits"],
    }  # fmt: skip


def refused(urls: Urls, facts: Mapping[str, object], statement: str) -> str:
    tenant = facts["tenant"]
    assert isinstance(tenant, UUID)
    return kit.refusal(urls.app, statement, facts, tenant)


@pytest.mark.parametrize("table", ["accounts", "entries", "transfers"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_nothing_that_was_entered_is_changed_or_deleted(urls: Urls, facts, table: str, verb: str) -> None:
    assert refused(urls, facts, verb.format(table)) == DENIED


@pytest.mark.parametrize("table", ["balances", "periods"])
def test_balances_and_periods_are_never_deleted(urls: Urls, facts, table: str) -> None:
    assert refused(urls, facts, f"DELETE FROM {table}") == DENIED


TRANSFER = """INSERT INTO transfers (tenant_id, entry_id, ordinal, occurred_on, legal_entity_id, currency,
              debit_account_id, credit_account_id, amount_minor) VALUES (%(tenant)s, %(entry)s, 7, """


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ("%(day)s, %(entity)s, 'USD', %(clearing)s, %(theirs)s, 1", FOREIGN),
        ("%(day)s, %(sister)s, 'USD', %(clearing)s, %(theirs)s, 1", FOREIGN),
        ("%(day)s, %(entity)s, 'USD', %(clearing)s, %(euro)s, 1", FOREIGN),
        ("%(day)s, %(entity)s, 'EUR', %(clearing)s, %(euro)s, 1", FOREIGN),
        ("%(day)s::date + 1, %(entity)s, 'USD', %(clearing)s, %(deposits)s, 1", FOREIGN),
        ("%(day)s, %(entity)s, 'USD', %(clearing)s, %(deposits)s, 0", CHECK),
        ("%(day)s, %(entity)s, 'USD', %(clearing)s, %(deposits)s, -1", CHECK),
        ("%(day)s, %(entity)s, 'USD', %(clearing)s, %(clearing)s, 1", CHECK),
    ],
)
def test_no_transfer_crosses_or_is_of_nothing(urls: Urls, facts, values: str, state: str) -> None:
    assert refused(urls, facts, f"{TRANSFER}{values})") == state


def test_a_transfer_that_keeps_the_laws_is_taken(urls: Urls, facts) -> None:
    good = f"{TRANSFER}%(day)s, %(entity)s, 'USD', %(clearing)s, %(deposits)s, 1)"
    assert kit.refusals(urls.app, {"": good}, facts, facts["tenant"]) == {"": None}


def test_a_guarded_balance_never_falls_below_zero(urls: Urls, facts) -> None:
    move = "UPDATE balances SET balance_minor = -1 WHERE id = %(deposits)s"
    assert refused(urls, facts, move) == CHECK


@pytest.mark.parametrize(
    ("rest", "state"),
    [
        ("'deposit.paid', uuidv7(), %(day)s, 'system', NULL, %(entry)s", CHECK),
        ("'deposit.paid', uuidv7(), %(day)s, 'system', '', %(entry)s", CHECK),
        ("'deposit.paid', uuidv7(), %(day)s, 'system', 'x', uuidv7()", FOREIGN),
        ("'nonsense', uuidv7(), %(day)s, 'system', NULL, NULL", CHECK),
    ],
)
def test_an_entry_has_a_cause_and_a_reversal_a_reason(urls: Urls, facts, rest: str, state: str) -> None:
    head = (
        "INSERT INTO entries (tenant_id, cause, cause_id, occurred_on, actor_kind, reason, reverses_entry_id)"
    )
    assert refused(urls, facts, f"{head} VALUES (%(tenant)s, {rest})") == state


@pytest.mark.parametrize("column", ["cause", "reverses_entry_id"])
def test_an_act_is_entered_once_and_reversed_once(urls: Urls, facts, column: str) -> None:
    act, reverses = ("%(entry)s", "NULL") if column == "cause" else ("uuidv7()", "%(entry)s")
    head = (
        "INSERT INTO entries (tenant_id, cause, cause_id, occurred_on, actor_kind, reason, reverses_entry_id)"
    )
    row = f"(%(tenant)s, 'entry.reversed', {act}, %(day)s, 'system', 'x', {reverses})"
    second = row.replace("uuidv7()", "%(kept)s")
    assert refused(urls, facts, f"{head} VALUES {row}, {second}") == UNIQUE


def test_a_month_is_named_by_its_first_day_and_stands_once(urls: Urls, facts) -> None:
    head = "INSERT INTO periods (tenant_id, legal_entity_id, month) VALUES (%(tenant)s, %(entity)s, "
    assert refused(urls, facts, f"{head}'2026-07-02')") == CHECK
    assert refused(urls, facts, f"{head}'2026-03-01')") == UNIQUE


def test_nothing_is_posted_to_an_account_of_another_tenant(urls: Urls, facts) -> None:
    other = make_tenant()
    with within(other):
        books = open_books()
        entry = books.pay(5_000, ids.new())
    values = {**facts, "tenant": other, "entry": entry.id, "entity": books.entity}
    statement = f"{TRANSFER}%(day)s, %(entity)s, 'USD', %(clearing)s, %(deposits)s, 1)"
    assert kit.refusal(urls.app, statement, values, other) == FOREIGN
    with psycopg.connect(urls.app) as connection, pytest.raises(psycopg.Error):
        connection.execute("SELECT * FROM transfers")
