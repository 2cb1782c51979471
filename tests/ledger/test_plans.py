"""What is asked of the books often, or over much of them, goes by an index, as `saas_app`."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event

from saas.db import session
from saas.db.settings import Urls
from saas.kernel import ids
from saas.ledger import accounts, posting, statements, trial
from saas.ledger.chart import Code
from tests.conftest import TEMPLATE
from tests.db import kit, plans
from tests.ground import url_of
from tests.ledger.books import DAY, Books, deposit

# Forty clinics; in each, three hundred deposits over a year.
SEED = """
INSERT INTO tenants (slug, name, profile) SELECT 'books-' || n, 'Clinic', '{}' FROM generate_series(1, 40) n;
INSERT INTO legal_entities (tenant_id, slug, name, currency) SELECT id, 'llc', 'LLC', 'USD' FROM tenants;
INSERT INTO locations (tenant_id, slug, legal_entity_id, name, street, city, region, postal_code, country,
                       time_zone, jurisdiction, phone)
SELECT tenant_id, 'main', id, 'Main', '', '', '', '', 'US', 'UTC', 'US-NY', '' FROM legal_entities;
INSERT INTO accounts (tenant_id, legal_entity_id, currency, code, subject_id, kind, guarded)
SELECT tenant_id, id, 'USD', 'stripe_clearing', id, 'asset', false FROM legal_entities;
INSERT INTO accounts (tenant_id, legal_entity_id, currency, code, subject_id, kind, guarded)
SELECT tenant_id, id, 'USD', 'deposits', uuidv7(), 'liability', true FROM legal_entities, generate_series(1, 300);
INSERT INTO balances (tenant_id, id, balance_minor) SELECT tenant_id, id, 100 FROM accounts WHERE guarded;
INSERT INTO periods (tenant_id, legal_entity_id, month)
SELECT tenant_id, id, date '2026-01-01' + n * interval '1 month' FROM legal_entities, generate_series(0, 11) n;
INSERT INTO entries (tenant_id, cause, cause_id, occurred_on, actor_kind)
SELECT tenant_id, 'deposit.paid', id, date '2026-01-01' + (row_number() OVER ())::int % 360, 'system'
FROM accounts WHERE guarded;
INSERT INTO transfers (tenant_id, entry_id, ordinal, occurred_on, legal_entity_id, currency,
                       debit_account_id, credit_account_id, amount_minor)
SELECT e.tenant_id, e.id, 0, e.occurred_on, a.legal_entity_id, 'USD', c.id, a.id, 100
FROM entries e JOIN accounts a ON a.tenant_id = e.tenant_id AND a.id = e.cause_id
JOIN accounts c ON c.tenant_id = a.tenant_id AND c.code = 'stripe_clearing';
"""
FACTS = """
SELECT a.tenant_id, a.legal_entity_id, l.id AS place, a.id, a.subject_id, e.id AS entry, e.cause_id
FROM accounts a JOIN locations l ON l.tenant_id = a.tenant_id
JOIN entries e ON e.tenant_id = a.tenant_id AND e.cause_id = a.id LIMIT 1
"""


@pytest.fixture(scope="module")
def seeded(worker_id: str) -> Iterator[str]:
    with kit.fresh_database(f"books_{worker_id}", TEMPLATE) as name:
        kit.rows(url_of("postgres", name), SEED)
        with psycopg.connect(url_of("postgres", name), autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE) transfers, accounts, entries, balances, periods")
        yield name


@pytest.fixture
def facts(seeded: str, urls: Urls) -> Iterator[dict[str, UUID]]:
    """One deposit of one clinic, with a current session as the application."""
    with psycopg.connect(url_of("postgres", seeded), row_factory=psycopg.rows.dict_row) as connection:
        found = connection.execute(FACTS).fetchone()
    assert found
    session.connect(url_of("saas_app", seeded))
    with session.scope(found["tenant_id"]):
        yield found
    session.dispose()


def books(facts: dict[str, UUID]) -> Books:
    return Books(facts["legal_entity_id"], facts["place"])


# The verb, the indexes it may use, and the most blocks that each of its statements may touch.
HOT: dict[str, tuple[Callable[[dict[str, UUID]], Any], set[str], int]] = {
    "what a guarded account holds": (
        lambda f: accounts.balance(f["legal_entity_id"], "USD", deposit(f["subject_id"])),
        {"uq_accounts_subject", "pk_balances"}, 12),
    "the entry of an act": (lambda f: posting.find("deposit.paid", f["cause_id"]), {"uq_entries_cause"}, 8),
    "a trial balance": (
        lambda f: trial.balance(f["legal_entity_id"], "USD", DAY),
        {"ix_transfers_book", "pk_accounts", "uq_accounts_book", "uq_accounts_subject"}, 1_500),
    "the accounts behind a line": (
        lambda f: trial.holdings(f["legal_entity_id"], "USD", Code.DEPOSITS, DAY),
        {"ix_transfers_book", "pk_accounts", "uq_accounts_book", "uq_accounts_subject"}, 1_500),
    "an entry": (
        lambda f: statements.get_entry(f["entry"]),
        {"pk_entries", "uq_entries_reverses", "uq_transfers_ordinal", "pk_accounts", "uq_entries_occurred_on",
         "uq_accounts_book"}, 20),
}  # fmt: skip
STATEMENT = {"ix_transfers_debits", "ix_transfers_credits", "pk_entries", "uq_entries_reverses", "pk_accounts",
             "uq_entries_occurred_on", "uq_accounts_book"}  # fmt: skip


@pytest.mark.parametrize("name", HOT)
def test_goes_by_an_index(name: str, facts: dict[str, UUID]) -> None:
    verb, indexes, blocks = HOT[name]
    found = plans.of(lambda: verb(facts))
    assert found
    for plan in found:
        assert plan.scanned() == [], plan
        assert plan.indexes() <= indexes, plan
        assert plan.buffers <= blocks, plan


@pytest.mark.parametrize("whose", ["id", "clearing"])
def test_a_page_of_a_statement_goes_by_an_index(facts: dict[str, UUID], whose: str) -> None:
    query = "SELECT id FROM accounts WHERE tenant_id = :t AND code = 'stripe_clearing'"
    account_id = facts["id"] if whose == "id" else session.statement(query, t=facts["tenant_id"]).scalar_one()
    account = accounts.get(account_id)
    for plan in plans.of(lambda: statements.read(account, (DAY, ids.new()), 20)):
        assert plan.scanned() == [], plan
        assert plan.indexes() <= STATEMENT, plan
        assert plan.buffers <= 400, plan


POSTING = {"uq_entries_cause", "uq_periods_month", "uq_accounts_subject", "pk_accounts", "pk_balances"}


@pytest.mark.parametrize("is_new", [False, True])
def test_a_posting_looks_up_everything_by_an_index(facts: dict[str, UUID], is_new: bool) -> None:
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(session.engine(), "before_cursor_execute", note)
    try:
        books(facts).pay(100, ids.new() if is_new else facts["subject_id"])
    finally:
        event.remove(session.engine(), "before_cursor_execute", note)
    found = [plans.explain(*one) for one in sent if not one[0].startswith("INSERT")]
    assert len(found) >= 5
    assert len(sent) <= (13 if is_new else 8)
    for plan in found:
        assert plan.scanned() == [], plan
        assert plan.indexes() <= POSTING, plan
        assert plan.buffers <= 30, plan
    session.current().rollback()
