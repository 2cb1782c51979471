"""An account's lines, each with the balance after it and its cause; and an entry as a whole.

Amounts are minor units; a balance is in the direction in which its account grows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saas.db import session
from saas.kernel.errors import NotFound
from saas.ledger.chart import Code, Kind
from saas.ledger.models import Account, Entry
from saas.ledger.rules import in_its_direction

_SIDE = """
(SELECT id, entry_id, occurred_on, {sign}amount_minor AS debit_minor, {other}_account_id AS other_id, location_id
 FROM transfers
 WHERE tenant_id = :tenant AND {own}_account_id = :account AND (occurred_on, id) < (:day, :before)
 ORDER BY occurred_on DESC, id DESC LIMIT :limit)
"""
_LINES = (
    "WITH lines AS ("
    + _SIDE.format(sign="", own="debit", other="credit")
    + "UNION ALL"
    + _SIDE.format(sign="-", own="credit", other="debit")
    + """
  ORDER BY occurred_on DESC, id DESC LIMIT :limit
)
SELECT l.id, l.entry_id, l.occurred_on, l.debit_minor, l.location_id, l.other_id,
       o.code AS other_code, o.subject_id AS other_subject_id,
       e.cause, e.cause_id, e.posted_at, e.reason, e.reverses_entry_id, r.id AS reversed_by
FROM lines l
JOIN entries e ON e.tenant_id = :tenant AND e.id = l.entry_id
JOIN accounts o ON o.tenant_id = :tenant AND o.id = l.other_id
LEFT JOIN entries r ON r.tenant_id = :tenant AND r.reverses_entry_id = l.entry_id
ORDER BY l.occurred_on DESC, l.id DESC
"""
)
_UP_TO = """
SELECT coalesce((SELECT sum(amount_minor) FROM transfers WHERE tenant_id = :tenant
                 AND debit_account_id = :account AND (occurred_on, id) < (:day, :before)), 0)::bigint
     - coalesce((SELECT sum(amount_minor) FROM transfers WHERE tenant_id = :tenant
                 AND credit_account_id = :account AND (occurred_on, id) < (:day, :before)), 0)::bigint
"""
_TRANSFERS = """
SELECT t.id, t.legal_entity_id, t.currency, t.amount_minor, t.location_id,
       t.debit_account_id, d.code AS debit_code, d.subject_id AS debit_subject_id,
       t.credit_account_id, c.code AS credit_code, c.subject_id AS credit_subject_id
FROM transfers t
JOIN accounts d ON d.tenant_id = :tenant AND d.id = t.debit_account_id
JOIN accounts c ON c.tenant_id = :tenant AND c.id = t.credit_account_id
WHERE t.tenant_id = :tenant AND t.entry_id = :entry ORDER BY t.ordinal
"""
# Where a statement goes on: before this day and transfer.
Cursor = tuple[date, UUID]
NEWEST: Cursor = date.max, UUID(int=2**128 - 1)


@dataclass(frozen=True)
class StatementLine:
    """One transfer as an account sees it: its change and the balance after it, and why."""

    id: UUID
    entry_id: UUID
    occurred_on: date
    posted_at: datetime
    cause: str
    cause_id: UUID
    reason: str | None
    reverses_entry_id: UUID | None
    reversed_by: UUID | None
    other_account_id: UUID
    other_code: Code
    other_subject_id: UUID
    location_id: UUID | None
    change_minor: int
    balance_minor: int


@dataclass(frozen=True)
class Statement:
    """A page of an account's lines, newest first; `older` is where the next page goes on."""

    account: Account
    lines: Sequence[StatementLine]
    older: Cursor | None


@dataclass(frozen=True)
class TransferRow:
    """One transfer of an entry, with the codes of its accounts."""

    id: UUID
    legal_entity_id: UUID
    currency: str
    amount_minor: int
    location_id: UUID | None
    debit_account_id: UUID
    debit_code: Code
    debit_subject_id: UUID
    credit_account_id: UUID
    credit_code: Code
    credit_subject_id: UUID


def read(account: Account, before: Cursor = NEWEST, limit: int = 50) -> Statement:
    """Return a page of the account's lines with the balance after each, newest first."""
    (day, transfer_id), sign = before, in_its_direction(Kind(account.kind), 1, 0)
    values = {
        "tenant": session.current().tenant_id,
        "account": account.id,
        "day": day,
        "before": transfer_id,
    }
    balance: int = session.statement(_UP_TO, **values).scalar_one() * sign
    lines = []
    rows = session.statement(_LINES, limit=limit + 1, **values).all()
    for row in rows[:limit]:
        change = row.debit_minor * sign
        lines.append(_line(row._mapping, change, balance))
        balance -= change
    older = (lines[-1].occurred_on, lines[-1].id) if len(rows) > limit else None
    return Statement(account, lines, older)


def get_entry(entry_id: UUID) -> tuple[Entry, UUID | None, list[TransferRow]]:
    """Return an entry, the entry that reverses it if one does, and its transfers; NotFound."""
    current = session.current()
    found = current.scalar(select(Entry).where(Entry.id == entry_id))
    if found is None:
        raise NotFound
    reversed_by = current.scalar(select(Entry.id).where(Entry.reverses_entry_id == entry_id))
    rows = session.statement(_TRANSFERS, tenant=current.tenant_id, entry=entry_id)
    return found, reversed_by, [_transfer(row._mapping) for row in rows]


def _line(row: Mapping[str, Any], change: int, balance: int) -> StatementLine:
    given = {**row, "other_account_id": row["other_id"], "other_code": Code(row["other_code"])}
    own = {name: given[name] for name in StatementLine.__annotations__ if name in given}
    return StatementLine(**own, change_minor=change, balance_minor=balance)


def _transfer(row: Mapping[str, Any]) -> TransferRow:
    codes = {side: Code(row[side]) for side in ("debit_code", "credit_code")}
    return TransferRow(**{**row, **codes})
