"""Bring a payment, refund or dispute to what Stripe has: whatever order the news come in, however often.

Every function takes the row, locked, and what Stripe shows now. Seeing the same twice, or something
older, changes nothing; the books are written in the same transaction, once per act.
"""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel.actors import SYSTEM
from saas.kernel.errors import Conflict
from saas.kernel.money import Money
from saas.ledger import posting
from saas.ledger.chart import Code, Ref
from saas.ledger.periods import IfClosed
from saas.ledger.posting import Heading
from saas.ledger.rules import Line
from saas.payments.models import Payment
from saas.payments.rules import OWED_BY, PaymentState, Purpose, payment_after
from saas.payments.stripe_gateway import ChargeSeen, SessionSeen
from saas.practice import places

log = structlog.get_logger()


class AmountDiffers(Conflict):
    """Stripe shows another amount, or another thing, than was asked for; nothing is written."""

    code = "amount_differs"


def session_seen(row: Payment, seen: SessionSeen, now: datetime) -> PaymentState:
    """Let a payment stand where its page stands. AmountDiffers."""
    _require_same(row, seen)
    before = PaymentState(row.state)
    after = payment_after(before, seen.status, paid=seen.is_paid)
    row.session_id = seen.id
    if after is PaymentState.PAID and seen.charge is not None:
        _paid(row, seen.charge)
        fee_seen(row, seen.charge)
    elif after is PaymentState.CLOSED and before is not PaymentState.CLOSED:
        row.state, row.closed_at, row.url = after, now, None
        book.tell(EventKind.PAYMENT_CLOSED, row.id, SYSTEM)
    elif after is PaymentState.OPEN and before is PaymentState.OPENING:
        row.state, row.url = after, seen.url
    session.current().flush()
    return PaymentState(row.state)


def fee_seen(row: Payment, charge: ChargeSeen) -> None:
    """Enter the fee that Stripe keeps, once it is booked there."""
    if row.state != PaymentState.PAID or row.fee_minor is not None or charge.fee_minor is None:
        return
    row.fee_minor = charge.fee_minor
    if charge.fee_minor:
        enter("payment.fee", row.id, row, [
            (Ref(Code.PROCESSING_FEES), Ref(Code.STRIPE_CLEARING), charge.fee_minor),
        ], charge.created_at)  # fmt: skip


def enter(cause: str, cause_id: UUID, row: Payment, moves: list[tuple[Ref, Ref, int]], at: datetime) -> None:
    """Post amounts of a payment's currency, debit and credit, in the books of its legal entity."""
    heading = Heading(cause, cause_id, local_day(row, at), SYSTEM, if_closed=IfClosed.FIRST_OPEN_DAY)
    lines = [
        Line(row.legal_entity_id, debit, credit, Money(minor, row.currency), row.location_id)
        for debit, credit, minor in moves
    ]
    posting.post(heading, lines)


def local_day(row: Payment, at: datetime) -> date:
    """Return the day of an instant where the payment's location is."""
    return at.astimezone(ZoneInfo(places.get_by_id(row.location_id).time_zone)).date()


def owed_by(row: Payment) -> Ref:
    """Return the account that owes the patient what was paid."""
    return Ref(OWED_BY[Purpose(row.purpose)], row.subject_id)


def _paid(row: Payment, charge: ChargeSeen) -> None:
    if row.state == PaymentState.PAID:
        return
    row.state, row.paid_at, row.charge_id, row.url = PaymentState.PAID, charge.created_at, charge.id, None
    row.card_brand, row.card_last4 = charge.card_brand, charge.card_last4
    enter("payment.paid", row.id, row, [
        (Ref(Code.STRIPE_CLEARING), owed_by(row), row.amount_minor),
        (Ref(Code.REFUND_CONTROL), Ref(Code.REFUNDABLE, row.id), row.amount_minor),
    ], charge.created_at)  # fmt: skip
    book.tell(EventKind.PAYMENT_PAID, row.id, SYSTEM, purpose=row.purpose)


def _require_same(row: Payment, seen: SessionSeen) -> None:
    is_ours = seen.payment_id == row.id and row.session_id in (None, seen.id)
    if not is_ours or (seen.amount_minor, seen.currency) != (row.amount_minor, row.currency):
        log.error("payment differs from what was asked", payment=str(row.id), session=seen.id)
        raise AmountDiffers
