"""Keep what was promised. A quote is written once, with the hold; nothing ever changes it: an offering
that is edited later, or a visit that is moved, costs what was said.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select

from saas.billing import quoting
from saas.billing.models import QuoteRow
from saas.billing.quoting import Quote
from saas.db import session
from saas.kernel import ids
from saas.kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class Frozen(Quote):
    """A quote as it was frozen: for which visit, in whose books, earned where."""

    appointment_id: UUID
    legal_entity_id: UUID
    location_id: UUID


_DEPOSIT = """
SELECT deposit_minor, currency, legal_entity_id, location_id FROM quotes
WHERE tenant_id = %(tenant)s AND appointment_id = %(appointment)s AND deposit_minor > 0
"""


@dataclass(frozen=True)
class Deposit:
    """What has to be paid beforehand, to whom and where."""

    amount: Money
    legal_entity_id: UUID
    location_id: UUID


def freeze(appointment_id: UUID, quoted: Quote, legal_entity_id: UUID, location_id: UUID) -> None:
    """Keep *quoted* for the visit, in one statement; the appointment's row is there already.

    A visit has one quote: a second one breaks the unique key.
    """
    current = session.current()
    row = {
        "tenant_id": current.tenant_id, "id": ids.new(), "appointment_id": appointment_id,
        "legal_entity_id": legal_entity_id, "location_id": location_id, "currency": quoted.currency,
        "net_minor": quoted.net.minor, "tax_minor": quoted.tax.minor, "total_minor": quoted.total.minor,
        "deposit_minor": quoted.deposit.minor, "content": quoting.content(quoted),
    }  # fmt: skip
    current.connection().execute(insert(QuoteRow), row)


def find(appointment_id: UUID) -> Frozen | None:
    """Return what was promised for the visit; None where nothing is charged for it."""
    return find_many([appointment_id]).get(appointment_id)


def find_deposit(appointment_id: UUID) -> Deposit | None:
    """Return the deposit that was promised for the visit; None where none is asked for."""
    current = session.current()
    values = {"tenant": current.tenant_id, "appointment": appointment_id}
    row = current.connection().exec_driver_sql(_DEPOSIT, values).first()
    return (
        Deposit(Money(row.deposit_minor, row.currency), row.legal_entity_id, row.location_id) if row else None
    )


def find_many(appointment_ids: Collection[UUID]) -> dict[UUID, Frozen]:
    """Return what was promised for each of the visits that something is charged for."""
    if not appointment_ids:
        return {}
    rows: Iterable[QuoteRow] = session.current().scalars(
        select(QuoteRow).where(QuoteRow.appointment_id.in_(appointment_ids))
    )
    return {row.appointment_id: _frozen(row) for row in rows}


def _frozen(row: QuoteRow) -> Frozen:
    return Frozen(
        lines=quoting.read_lines(row.content["lines"], row.currency),
        deposit=Money(row.deposit_minor, row.currency),
        policy=row.content["policy"], rulings=row.content.get("rulings", {}),
        appointment_id=row.appointment_id, legal_entity_id=row.legal_entity_id, location_id=row.location_id,
    )  # fmt: skip
