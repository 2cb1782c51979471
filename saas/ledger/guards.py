"""Move guarded balances: locked by id, in one order everywhere, and never below zero."""

from collections.abc import Mapping
from uuid import UUID

from saas.db import session
from saas.kernel.money import Money
from saas.ledger.refusals import NotEnough

_LOCK = """
SELECT id, balance_minor FROM balances
WHERE tenant_id = :tenant AND id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE
"""
_MOVE = """
UPDATE balances SET balance_minor = balance_minor + :change WHERE tenant_id = :tenant AND id = :id
"""


def move(changes: Mapping[UUID, int], currencies: Mapping[UUID, str]) -> None:
    """Change balances by account id, in minor units; NotEnough where one would fall below zero."""
    if not changes:
        return
    tenant = session.current().tenant_id
    for row in session.statement(_LOCK, tenant=tenant, ids=sorted(changes)).all():
        change, currency = changes[row.id], currencies[row.id]
        if row.balance_minor + change < 0:
            raise NotEnough(row.id, Money(row.balance_minor, currency), Money(-change, currency))
    for account_id, change in changes.items():
        if change:
            session.statement(_MOVE, tenant=tenant, id=account_id, change=change)
