"""What the books still hold of companies that a change archives, or gives another currency."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from saas.db import session
from saas.kernel.errors import Reason
from saas.kernel.impacts import Impact
from saas.kernel.money import Money
from saas.kernel.text import N_, Phrase
from saas.ledger.chart import CHART, Code, Kind

ROOM = "ledger"
GONE = N_("%(name)s would no longer be in use, and its account %(account)s still holds %(amount)s.")
OTHER = N_("%(name)s would keep its books in %(currency)s, and its account %(account)s holds %(amount)s.")
SHEET = [
    code.value for code, one in CHART.items() if one.kind in (Kind.ASSET, Kind.LIABILITY) and not one.is_memo
]

_HELD = """
WITH moved AS (
  SELECT debit_account_id AS id, sum(amount_minor) AS amount FROM transfers
  WHERE tenant_id = %(tenant)s AND legal_entity_id = ANY(%(entities)s) GROUP BY 1
  UNION ALL
  SELECT credit_account_id, -sum(amount_minor) FROM transfers
  WHERE tenant_id = %(tenant)s AND legal_entity_id = ANY(%(entities)s) GROUP BY 1
)
SELECT a.legal_entity_id, a.code, a.currency, sum(m.amount)::bigint AS debit_minor
FROM moved m JOIN accounts a ON a.tenant_id = %(tenant)s AND a.id = m.id
WHERE a.code = ANY(%(codes)s)
GROUP BY 1, 2, 3 HAVING sum(m.amount) <> 0 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class Company:
    """A legal entity, as its books know it."""

    name: str
    currency: str


Companies = Mapping[UUID, Company]


@dataclass(frozen=True)
class Holding:
    """What the accounts of one kind, of one company, came to: debits less credits, in minor units."""

    legal_entity_id: UUID
    code: Code
    currency: str
    debit_minor: int


def of(before: Companies, after: Companies) -> Iterator[Impact]:
    """Yield what companies hold that go or change their currency; at most one statement."""
    touched = [one for one, had in before.items() if one not in after or after[one].currency != had.currency]
    yield from judged(before, after, _held(touched))


def judged(before: Companies, after: Companies, holdings: Iterable[Holding]) -> Iterator[Impact]:
    """Yield an impact for each holding; all are unsafe. Pure."""
    for one in holdings:
        then, definition = after.get(one.legal_entity_id), CHART[one.code]
        if then and then.currency == one.currency:
            continue  # it goes back to the currency that these books are in
        minor = one.debit_minor if definition.kind.grows_by_debit else -one.debit_minor
        params = {
            "name": before[one.legal_entity_id].name, "account": Phrase(definition.name),
            "amount": Money(minor, one.currency), **({"currency": then.currency} if then else {}),
        }  # fmt: skip
        code, sentence = ("other_currency", OTHER) if then else ("company_gone", GONE)
        yield Impact(ROOM, Reason(code, sentence, params), (one.legal_entity_id,), is_unsafe=True)


def _held(entities: list[UUID]) -> list[Holding]:
    if not entities:
        return []
    current = session.current()
    values = {"tenant": current.tenant_id, "entities": entities, "codes": SHEET}
    rows: Iterable[Any] = current.connection().exec_driver_sql(_HELD, values)
    return [Holding(row.legal_entity_id, Code(row.code), row.currency, row.debit_minor) for row in rows]
