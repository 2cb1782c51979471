"""The trial balance: what every account came to at the end of a day, and the accounts behind a line.

Amounts are minor units.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from saas.db import session
from saas.ledger.chart import CHART, Code, Kind
from saas.ledger.rules import in_its_direction

_BOOKS = """
SELECT DISTINCT legal_entity_id, currency FROM accounts WHERE tenant_id = :tenant ORDER BY 1, 2
"""
_MOVED = """
WITH moved AS (
  SELECT debit_account_id AS id, sum(amount_minor) AS debit, 0 AS credit FROM transfers
  WHERE tenant_id = :tenant AND legal_entity_id = :entity AND currency = :currency AND occurred_on <= :as_of
  GROUP BY 1
  UNION ALL
  SELECT credit_account_id, 0, sum(amount_minor) FROM transfers
  WHERE tenant_id = :tenant AND legal_entity_id = :entity AND currency = :currency AND occurred_on <= :as_of
  GROUP BY 1
)
"""
_TRIAL = (
    _MOVED
    + """
SELECT a.code, a.location_id, count(DISTINCT a.id) AS accounts, any_value(a.id) AS account_id,
       sum(debit)::bigint AS debit, sum(credit)::bigint AS credit
FROM moved JOIN accounts a ON a.tenant_id = :tenant AND a.id = moved.id
GROUP BY 1, 2
"""
)
_HOLDINGS = (
    _MOVED
    + """
SELECT a.id, a.subject_id, a.opened_at, sum(debit)::bigint AS debit, sum(credit)::bigint AS credit
FROM moved JOIN accounts a ON a.tenant_id = :tenant AND a.id = moved.id
WHERE a.code = :code AND a.id < :before
GROUP BY 1, 2, 3 ORDER BY a.id DESC LIMIT :limit
"""
)
NEWEST = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class TrialLine:
    """One account of the chart, or one location's, with everything posted to it; `accounts` stand
    behind it, `account_id` where it is just one.
    """

    code: Code
    location_id: UUID | None
    accounts: int
    account_id: UUID
    debit_minor: int
    credit_minor: int

    @property
    def kind(self) -> Kind:
        """What the account is."""
        return CHART[self.code].kind

    @property
    def balance_minor(self) -> int:
        """Debits less credits: below zero it stands on the credit side."""
        return self.debit_minor - self.credit_minor


@dataclass(frozen=True)
class Holding:
    """One account behind a line of the trial balance: what it is about and what it holds."""

    account_id: UUID
    subject_id: UUID
    opened_at: datetime
    balance_minor: int


def books() -> list[tuple[UUID, str]]:
    """Return every legal entity and currency that has accounts."""
    rows = session.statement(_BOOKS, tenant=session.current().tenant_id)
    return [(row.legal_entity_id, row.currency) for row in rows]


def balance(legal_entity_id: UUID, currency: str, as_of: date) -> list[TrialLine]:
    """Return what every account came to at the end of *as_of*, in the order of the chart; it sums to zero."""
    values = {"entity": legal_entity_id, "currency": currency, "as_of": as_of}
    rows = session.statement(_TRIAL, tenant=session.current().tenant_id, **values)
    lines = [
        TrialLine(Code(r.code), r.location_id, r.accounts, r.account_id, r.debit, r.credit) for r in rows
    ]
    order = list(Code)
    return sorted(lines, key=lambda line: (order.index(line.code), str(line.location_id)))


def holdings(legal_entity_id: UUID, currency: str, code: Code, as_of: date,
             before: UUID = NEWEST, limit: int = 50) -> list[Holding]:  # fmt: skip
    """Return the accounts behind one code and what each held at the end of *as_of*, newest first."""
    values = {"entity": legal_entity_id, "currency": currency, "code": code.value, "as_of": as_of}
    rows = session.statement(
        _HOLDINGS, tenant=session.current().tenant_id, before=before, limit=limit, **values
    )
    kind = CHART[code].kind
    return [Holding(r.id, r.subject_id, r.opened_at, in_its_direction(kind, r.debit, r.credit)) for r in rows]
