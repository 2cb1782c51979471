"""What of the money needs a person's look: taxes nobody stated, payments and refunds that hang or failed,
disputes, and movements at Stripe that nothing here explains. Read only, newest first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, cast, func, null, select, tuple_
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import InstrumentedAttribute, aliased

from saas.billing.models import Bill, QuoteRow, TaxSettlement
from saas.db import session
from saas.kernel.money import Money
from saas.payments.models import Dispute, Movement, Payment, Refund
from saas.payments.rules import PaymentState, RefundState
from saas.scheduling.models import Appointment
from saas.scheduling.states import State

Cursor = tuple[datetime, UUID]
# id, instant, amount, currency, visit, detail
Rows = Select[*tuple[Any, ...]]
NEWEST: Cursor = (datetime(9000, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
# A refund is asked of Stripe at once; one of which nothing is known after this hangs.
HANGS = timedelta(hours=1)
# Of visits that were not billed, those that are to come or have just been.
RECENT = timedelta(days=60)
_OPEN = (PaymentState.OPENING, PaymentState.OPEN, PaymentState.CLOSING)
_NO_RATE = "$.lines[*] ? (@.review == true)"


class Kind(StrEnum):
    """Why something needs a look."""

    BILL_TAX = "bill_tax"
    QUOTE_TAX = "quote_tax"
    PAYMENT_HANGS = "payment_hangs"
    REFUND_HANGS = "refund_hangs"
    REFUND_FAILED = "refund_failed"
    DISPUTED = "disputed"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Item:
    """One thing that needs a look: since when, how much it is about, and for which visit, if that is known.

    `detail` is a bill's number, a bank's word, or a movement's kind.
    """

    kind: Kind
    id: UUID
    at: datetime
    amount: Money
    visit: UUID | None
    detail: str = ""


@dataclass(frozen=True)
class Found:
    """A page of what needs a look, and where it goes on."""

    items: Sequence[Item]
    older: Cursor | None


def read(now: datetime, before: Cursor, limit: int) -> Found:
    """Return up to *limit* things older than *before*, newest first."""
    found = [item for look in _LOOKS for item in look(now, before, limit + 1)]
    found.sort(key=lambda item: (item.at, item.id), reverse=True)
    page = found[:limit]
    return Found(page, (page[-1].at, page[-1].id) if len(found) > limit else None)


def _bills(_now: datetime, before: Cursor, limit: int) -> list[Item]:
    query = select(
        Bill.id, Bill.issued_at, Bill.total_minor, Bill.currency, Bill.appointment_id, Bill.number
    ).where(Bill.is_for_review, ~select(TaxSettlement.id).where(TaxSettlement.bill_id == Bill.id).exists())  # fmt: skip
    return _items(Kind.BILL_TAX, query, (Bill.issued_at, Bill.id), before, limit)


def _quotes(now: datetime, before: Cursor, limit: int) -> list[Item]:
    is_billed = select(Bill.id).where(Bill.appointment_id == QuoteRow.appointment_id).exists()
    query = (
        select(QuoteRow.id, QuoteRow.frozen_at, QuoteRow.total_minor, QuoteRow.currency,
               QuoteRow.appointment_id, null())
        .join(Appointment, (Appointment.tenant_id == QuoteRow.tenant_id) & (Appointment.id == QuoteRow.appointment_id))
        .where(Appointment.state == State.CONFIRMED, Appointment.starts_at > now - RECENT, ~is_billed,
               func.jsonb_path_exists(QuoteRow.content, cast(_NO_RATE, JSONPATH)))
    )  # fmt: skip
    return _items(Kind.QUOTE_TAX, query, (QuoteRow.frozen_at, QuoteRow.id), before, limit)


def _payments(now: datetime, before: Cursor, limit: int) -> list[Item]:
    query = select(
        Payment.id, Payment.created_at, Payment.amount_minor, Payment.currency, Payment.subject_id, null()
    ).where(Payment.state.in_(_OPEN), Payment.expires_at < now)  # fmt: skip
    return _items(Kind.PAYMENT_HANGS, query, (Payment.created_at, Payment.id), before, limit)


def _hanging_refunds(now: datetime, before: Cursor, limit: int) -> list[Item]:
    query = _refunds(Refund.state == RefundState.ASKED, Refund.created_at < now - HANGS)
    return _items(Kind.REFUND_HANGS, query, (Refund.created_at, Refund.id), before, limit)


def _failed_refunds(_now: datetime, before: Cursor, limit: int) -> list[Item]:
    """Return the refunds that failed and were not asked for again."""
    later = aliased(Refund)
    again = select(later.id).where(
        later.payment_id == Refund.payment_id, later.state != RefundState.FAILED,
        later.created_at > Refund.created_at,
    )  # fmt: skip
    query = _refunds(Refund.state == RefundState.FAILED, ~again.exists())
    return _items(Kind.REFUND_FAILED, query, (Refund.created_at, Refund.id), before, limit)


def _disputes(_now: datetime, before: Cursor, limit: int) -> list[Item]:
    query = (
        select(
            Dispute.id, Dispute.opened_at, Dispute.amount_minor, Dispute.currency, Payment.subject_id, null()
        )
        .join(Payment, (Payment.tenant_id == Dispute.tenant_id) & (Payment.id == Dispute.payment_id))
        .where(Dispute.state == "open")
    )
    return _items(Kind.DISPUTED, query, (Dispute.opened_at, Dispute.id), before, limit)


def _movements(_now: datetime, before: Cursor, limit: int) -> list[Item]:
    query = select(
        Movement.id, Movement.occurred_at, Movement.amount_minor, Movement.currency, null(), Movement.kind
    ).where(Movement.explained_by.is_(None))  # fmt: skip
    return _items(Kind.UNEXPLAINED, query, (Movement.occurred_at, Movement.id), before, limit)


_LOOKS: tuple[Callable[[datetime, Cursor, int], list[Item]], ...] = (
    _bills, _quotes, _payments, _hanging_refunds, _failed_refunds, _disputes, _movements,
)  # fmt: skip


def _refunds(*which: ColumnElement[bool]) -> Rows:
    return (
        select(
            Refund.id,
            Refund.created_at,
            Refund.amount_minor,
            Refund.currency,
            Payment.subject_id,
            Refund.failure,
        )
        .join(Payment, (Payment.tenant_id == Refund.tenant_id) & (Payment.id == Refund.payment_id))
        .where(*which)
    )


def _items(kind: Kind, query: Rows, key: tuple[InstrumentedAttribute[datetime], InstrumentedAttribute[UUID]],
           before: Cursor, limit: int) -> list[Item]:  # fmt: skip
    """Return the rows (id, instant, amount, currency, visit, detail) before the cursor, newest first."""
    query = query.where(tuple_(*key) < before).order_by(*(column.desc() for column in key)).limit(limit)
    return [
        Item(kind, row[0], row[1], Money(row[2], row[3]), row[4], "" if row[5] is None else str(row[5]))
        for row in session.current().execute(query)
    ]
