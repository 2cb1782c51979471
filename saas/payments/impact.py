"""Payments that are under way, and deposits that are held, where a change archives a company or moves a place
from one to another.

A deposit belongs to the company that took it: its visit, billed by another, could not be paid with it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from saas.db import session
from saas.kernel.errors import Reason
from saas.kernel.impacts import Impact
from saas.kernel.money import Money
from saas.kernel.text import N_
from saas.ledger.chart import Code
from saas.practice.snapshot import Practice

ROOM = "payments"
OPEN = "open"
HELD = "held"
MOVED = {
    OPEN: N_("%(name)s would belong to another company. Payments under way to the former: %(count)s, %(amount)s."),
    HELD: N_("%(name)s would belong to another company. Deposits that the former holds: %(count)s, %(amount)s."),
}  # fmt: skip
GONE = {
    OPEN: N_("%(name)s would no longer be in use. Payments under way to it: %(count)s, %(amount)s."),
    HELD: N_("%(name)s would no longer be in use. Deposits that it holds: %(count)s, %(amount)s."),
}

_WAITING = f"""
SELECT p.legal_entity_id, p.location_id, p.currency, '{OPEN}' AS what, p.subject_id, p.amount_minor
FROM payments p
WHERE p.tenant_id = %(tenant)s AND p.state IN ('opening', 'open', 'closing')
  AND (p.legal_entity_id = ANY(%(entities)s) OR p.location_id = ANY(%(places)s))
UNION ALL
SELECT p.legal_entity_id, p.location_id, p.currency, '{HELD}', p.subject_id, b.balance_minor
FROM accounts a
JOIN balances b ON b.tenant_id = a.tenant_id AND b.id = a.id AND b.balance_minor > 0
JOIN payments p ON p.tenant_id = a.tenant_id AND p.subject_id = a.subject_id AND p.state = 'paid'
  AND p.legal_entity_id = a.legal_entity_id AND p.currency = a.currency
WHERE a.tenant_id = %(tenant)s AND a.code = '{Code.DEPOSITS}'
  AND (p.legal_entity_id = ANY(%(entities)s) OR p.location_id = ANY(%(places)s))
"""


@dataclass(frozen=True)
class Waiting:
    """Money for one visit (`subject_id`) that is under way (`open`) or in hand (`held`)."""

    legal_entity_id: UUID
    location_id: UUID
    currency: str
    what: str
    subject_id: UUID
    amount_minor: int


def of(
    before: Practice, after: Practice, companies: Mapping[UUID, str], kept: Collection[UUID]
) -> Iterator[Impact]:
    """Yield what waits at companies (names by id) that are not *kept*, and at places that change theirs.

    At most one statement.
    """
    gone = [one for one in companies if one not in kept]
    moved = [
        one.id
        for one in before.places.values()
        if one.id in after.places and after.places[one.id].legal_entity_id != one.legal_entity_id
    ]
    rows = _waiting(gone, moved)
    there = {one: after.places[one].legal_entity_id for one in moved}
    relevant = (row for row in rows if row.legal_entity_id != there.get(row.location_id))
    yield from judged(before, companies, kept, relevant)


def judged(
    before: Practice, companies: Mapping[UUID, str], kept: Collection[UUID], rows: Iterable[Waiting]
) -> Iterator[Impact]:
    """Yield an impact for each company or place, currency and kind of money; all are unsafe. Pure."""
    found: dict[tuple[bool, UUID, str, str], list[Waiting]] = {}
    for row in rows:
        is_gone = row.legal_entity_id not in kept
        about = row.legal_entity_id if is_gone else row.location_id
        found.setdefault((is_gone, about, row.what, row.currency), []).append(row)
    for (is_gone, about, what, currency), some in found.items():
        name = companies[about] if is_gone else before.places[about].name
        amount = Money.total((Money(one.amount_minor, currency) for one in some), currency)
        params = {"name": name, "count": len(some), "amount": amount}
        reason = Reason(
            f"{what}_{'company' if is_gone else 'place'}", (GONE if is_gone else MOVED)[what], params
        )
        yield Impact(ROOM, reason, tuple(sorted(one.subject_id for one in some)), is_unsafe=True)


def _waiting(entities: list[UUID], places: list[UUID]) -> list[Waiting]:
    if not entities and not places:
        return []
    current = session.current()
    values = {"tenant": current.tenant_id, "entities": entities, "places": places}
    rows: Iterable[Any] = current.connection().exec_driver_sql(_WAITING, values)
    return [Waiting(*row) for row in rows]
