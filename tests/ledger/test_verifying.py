"""`saas ledger verify` finds what a hand past the application did, and names it; the exit status tells."""

from uuid import UUID

import psycopg
import pytest

from saas.db import session
from saas.db.settings import Urls
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.ledger import periods, posting, verifying
from tests.cli.conftest import Saas, saas  # noqa: F401 - a fixture
from tests.ground import make_tenant, within
from tests.ledger.books import DAY, open_books

LATER = DAY.replace(month=4)

# What was done, and what it is called; constraints that would have refused it are off.
TAMPERING = {
    "UPDATE balances SET balance_minor = balance_minor + 1": "a guarded balance is not the sum of its lines",
    "DELETE FROM balances": "a guarded balance is not the sum of its lines",
    "UPDATE transfers SET debit_account_id = credit_account_id, credit_account_id = debit_account_id":
        "a guarded account is below zero",
    "INSERT INTO balances SELECT tenant_id, id, 0 FROM accounts WHERE NOT guarded AND tenant_id = %(t)s":
        "an account that is not guarded has a balance",
    "ALTER TABLE transfers DROP CONSTRAINT ck_transfers_sides;"
    "UPDATE transfers SET debit_account_id = credit_account_id":
        "a transfer has one account on both sides, or no amount",
    "UPDATE transfers SET currency = 'EUR'": "a transfer crosses a legal entity or a currency",
    "UPDATE transfers SET occurred_on = occurred_on + 1": "counts for another day than its entry",
    "DELETE FROM entries": "a transfer belongs to no entry",
    "DELETE FROM transfers": "an entry has no lines",
    "UPDATE transfers SET amount_minor = amount_minor + 1 WHERE ordinal = 0 AND entry_id IN"
    " (SELECT id FROM entries WHERE reverses_entry_id IS NOT NULL AND tenant_id = %(t)s)":
        "a reversal does not mirror what it reverses",
    "UPDATE entries SET posted_at = now() + interval '1 day'":
        "an entry was posted into a month after it was closed",
}  # fmt: skip


@pytest.fixture
def kept(database: Urls) -> UUID:
    """A committed tenant with a deposit that stands, one that was reversed, and a closed month."""
    tenant_id = make_tenant()
    with within(tenant_id):
        books = open_books()
        books.pay(5_000, ids.new())
        posting.reverse(books.pay(700, ids.new()).id, SYSTEM, "mistaken", DAY)
        periods.close(books.entity, DAY, LATER, SYSTEM)
    return tenant_id


def test_sound_books_are_said_to_be_sound(saas: Saas, kept: UUID) -> None:  # noqa: F811
    ended = saas("ledger", "verify")
    assert ended.status == 0, ended.out
    assert ended.lines
    assert all(line.endswith(": the books are sound") for line in ended.lines)


def test_one_fault_is_a_sentence_and_the_exit_status(saas: Saas, kept: UUID, urls: Urls) -> None:  # noqa: F811
    change = "UPDATE balances SET balance_minor = balance_minor + %(by)s WHERE tenant_id = %(t)s AND balance_minor > 0"
    with psycopg.connect(urls.superuser, autocommit=True) as connection:
        connection.execute(change, {"t": kept, "by": 1})
        ended = saas("ledger", "verify")
        connection.execute(change, {"t": kept, "by": -1})
    assert ended.status == 1
    assert "  a guarded balance is not the sum of its lines: " in ended.out


@pytest.mark.parametrize("tamper", TAMPERING)
def test_every_invariant_finds_what_breaks_it(kept: UUID, urls: Urls, tamper: str) -> None:
    with psycopg.connect(urls.superuser) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SELECT set_config('app.tenant_id', %s, true)", [str(kept)])
        for statement in tamper.split(";"):
            only = "" if statement.startswith(("ALTER", "INSERT")) else " tenant_id = %(t)s"
            joined = (
                f"{statement} {'AND' if ' WHERE ' in statement else 'WHERE'}{only}" if only else statement
            )
            connection.execute(joined, {"t": kept})
        found = [
            said
            for said, query in verifying.INVARIANTS.items()
            if connection.execute(query.replace(":tenant", f"'{kept}'").replace("'::date", "")).fetchall()
        ]
        connection.rollback()
    assert any(TAMPERING[tamper] in said for said in found), found


def test_every_invariant_is_broken_once_here() -> None:
    said = " ".join(TAMPERING.values())
    assert [
        name for name in verifying.INVARIANTS if not any(part in name for part in TAMPERING.values())
    ] == []
    assert len(said.split("a ")) > len(verifying.INVARIANTS)


def test_another_tenants_fault_is_not_ours(kept: UUID, urls: Urls) -> None:
    other = make_tenant()
    with psycopg.connect(urls.superuser) as connection:
        change = "UPDATE balances SET balance_minor = balance_minor + 1 WHERE tenant_id = %s"
        connection.execute(change, [kept])
        connection.rollback()
    with session.scope(other):
        assert verifying.verify() == []
