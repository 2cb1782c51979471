"""What was paid for a visit and what went back, by card online and at the desk."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from saas.billing.models import Bill, DeskPayment
from saas.db import session
from saas.kernel.money import Money
from saas.payments.models import Payment, Refund
from saas.payments.rules import PaymentState, RefundState

ONLINE = "card_online"


@dataclass(frozen=True)
class Back:
    """An amount that went back, or was asked to; a refund that failed is none."""

    amount: Money
    at: datetime


@dataclass(frozen=True)
class Taking:
    """One payment: by what tender, with which card, and what went back of it."""

    id: UUID
    amount: Money
    at: datetime
    tender: str
    card_brand: str | None = None
    card_last4: str | None = None
    back: tuple[Back, ...] = ()

    @property
    def refunded(self) -> Money:
        """What went back of it in all."""
        return Money.total((back.amount for back in self.back), self.amount.currency)

    @property
    def left(self) -> Money:
        """What of it has not gone back."""
        return self.amount - self.refunded


def of_visit(appointment_id: UUID) -> tuple[Taking, ...]:
    """Return what was paid for the visit, in the order in which it was."""
    return tuple(sorted([*_online(appointment_id), *_at_the_desk(appointment_id)], key=lambda t: t.at))


def _online(appointment_id: UUID) -> list[Taking]:
    paid = session.current().scalars(
        select(Payment).where(Payment.subject_id == appointment_id, Payment.state == PaymentState.PAID)
    ).all()  # fmt: skip
    back = _back([row.id for row in paid])
    return [
        Taking(row.id, Money(row.amount_minor, row.currency), row.paid_at or row.created_at, ONLINE,
               row.card_brand, row.card_last4, tuple(back.get(row.id, ())))
        for row in paid
    ]  # fmt: skip


def _back(payment_ids: list[UUID]) -> dict[UUID, list[Back]]:
    found: dict[UUID, list[Back]] = {}
    if not payment_ids:
        return found
    query = select(Refund).where(Refund.payment_id.in_(payment_ids), Refund.state != RefundState.FAILED)
    for row in session.current().scalars(query.order_by(Refund.created_at, Refund.id)):
        back = Back(Money(row.amount_minor, row.currency), row.created_at)
        found.setdefault(row.payment_id, []).append(back)
    return found


def _at_the_desk(appointment_id: UUID) -> list[Taking]:
    rows = session.current().scalars(
        select(DeskPayment)
        .join(Bill, (Bill.tenant_id == DeskPayment.tenant_id) & (Bill.id == DeskPayment.bill_id))
        .where(Bill.appointment_id == appointment_id)
    )
    return [Taking(row.id, Money(row.amount_minor, row.currency), row.taken_at, row.tender) for row in rows]
