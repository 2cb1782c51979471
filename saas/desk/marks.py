"""A small word on the money of each visit in a list, in one statement for all of them."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from saas.billing.models import Bill, DeskPayment, QuoteRow, TaxSettlement
from saas.db import session
from saas.kernel.money import Money
from saas.ledger.models import Entry
from saas.payments.models import Payment, Refund
from saas.payments.rules import PaymentState, RefundState


class Kind(StrEnum):
    """What a mark says: the deposit is held or is not, something of the bill is due, or all is paid."""

    DEPOSIT_PAID = "deposit_paid"
    DEPOSIT_OPEN = "deposit_open"
    DUE = "due"
    PAID = "paid"


@dataclass(frozen=True)
class Mark:
    """What a list says about a visit's money; `amount` is what was paid ahead, or is due."""

    kind: Kind
    amount: Money


def of_visits(appointment_ids: Collection[UUID]) -> dict[UUID, Mark]:
    """Return the mark of each of the visits that has one."""
    if not appointment_ids:
        return {}
    query = select(
        QuoteRow.appointment_id, QuoteRow.currency, (QuoteRow.total_minor + _settled()).label("total_minor"),
        QuoteRow.deposit_minor,
        _is_billed().label("billed"), _online().label("online"), _at_desk().label("desk"),
        _back().label("back"),
    ).where(QuoteRow.appointment_id.in_(appointment_ids))  # fmt: skip
    found = {}
    for row in session.current().execute(query):
        paid = int(row.online + row.desk - row.back)
        if one := _mark(row.currency, int(row.total_minor), row.deposit_minor, paid, is_billed=row.billed):
            found[row.appointment_id] = one
    return found


def pulse() -> str:
    """Return what changes whenever money moves: the newest entry in the books."""
    newest = session.current().scalar(select(Entry.id).order_by(Entry.id.desc()).limit(1))
    return newest.hex if newest else ""


def _mark(currency: str, total: int, deposit: int, paid: int, *, is_billed: bool) -> Mark | None:
    if is_billed:
        left = max(total - paid, 0)
        return Mark(Kind.DUE if left else Kind.PAID, Money(left, currency))
    if paid > 0:
        return Mark(Kind.DEPOSIT_PAID, Money(paid, currency))
    return Mark(Kind.DEPOSIT_OPEN, Money(deposit, currency)) if deposit else None


def _settled() -> ColumnElement[int]:
    query = (
        select(func.coalesce(func.sum(TaxSettlement.tax_minor), 0))
        .join(Bill, (Bill.tenant_id == TaxSettlement.tenant_id) & (Bill.id == TaxSettlement.bill_id))
        .where(Bill.appointment_id == QuoteRow.appointment_id)
    )
    return query.scalar_subquery()


def _is_billed() -> ColumnElement[bool]:
    return select(Bill.id).where(Bill.appointment_id == QuoteRow.appointment_id).exists()


def _online() -> ColumnElement[int]:
    query = select(func.coalesce(func.sum(Payment.amount_minor), 0)).where(
        Payment.subject_id == QuoteRow.appointment_id, Payment.state == PaymentState.PAID
    )
    return query.scalar_subquery()


def _back() -> ColumnElement[int]:
    query = (
        select(func.coalesce(func.sum(Refund.amount_minor), 0))
        .join(Payment, (Payment.tenant_id == Refund.tenant_id) & (Payment.id == Refund.payment_id))
        .where(Payment.subject_id == QuoteRow.appointment_id, Refund.state != RefundState.FAILED)
    )
    return query.scalar_subquery()


def _at_desk() -> ColumnElement[int]:
    query = (
        select(func.coalesce(func.sum(DeskPayment.amount_minor), 0))
        .join(Bill, (Bill.tenant_id == DeskPayment.tenant_id) & (Bill.id == DeskPayment.bill_id))
        .where(Bill.appointment_id == QuoteRow.appointment_id)
    )
    return query.scalar_subquery()
