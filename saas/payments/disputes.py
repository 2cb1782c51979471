"""Payments that a cardholder's bank takes back: what Stripe took is held aside until it is lost or back.

The books follow the money, not the words: an inquiry takes nothing, and what is won is back when it is.
"""

from datetime import datetime

from sqlalchemy import select

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.ledger import posting
from saas.ledger.chart import Code, Ref
from saas.payments import settle
from saas.payments.models import Dispute, Payment
from saas.payments.rules import dispute_after
from saas.payments.stripe_gateway import DisputeSeen


def seen(payment: Payment, shown: DisputeSeen, now: datetime) -> Dispute:
    """Let a dispute of a payment stand where it stands at Stripe; the payment's row is locked."""
    row = session.current().scalar(
        select(Dispute).where(Dispute.stripe_id == shown.id).with_for_update()
    ) or _add(payment, shown)  # fmt: skip
    row.state = dispute_after(row.state, shown.status)
    taken = -sum(amount for amount, _ in shown.moves if amount < 0)
    back = sum(amount for amount, _ in shown.moves if amount > 0)
    fee = sum(fee for amount, fee in shown.moves if amount < 0)
    fee_back = -sum(fee for amount, fee in shown.moves if amount > 0)
    held, clearing, fees = Ref(Code.DISPUTES, row.id), Ref(Code.STRIPE_CLEARING), Ref(Code.PROCESSING_FEES)
    _enter("dispute.opened", row, payment, [(held, clearing, taken), (fees, clearing, fee)], shown.created_at)
    _enter("dispute.won", row, payment, [(clearing, held, back), (clearing, fees, fee_back)], now)
    if row.state == "lost":
        _enter("dispute.lost", row, payment, [(Ref(Code.DISPUTE_LOSSES), held, taken - back)], now)
    session.current().flush()
    return row


def _add(payment: Payment, shown: DisputeSeen) -> Dispute:
    row = Dispute(
        id=ids.new(), payment_id=payment.id, stripe_id=shown.id, currency=shown.currency,
        amount_minor=shown.amount_minor, state="open", opened_at=shown.created_at,
    )  # fmt: skip
    session.current().add(row)
    session.current().flush()
    book.tell(EventKind.PAYMENT_DISPUTED, payment.id, SYSTEM, dispute_id=str(row.id))
    return row


def _enter(
    cause: str, row: Dispute, payment: Payment, moves: list[tuple[Ref, Ref, int]], at: datetime
) -> None:
    """Post what moved, once for each cause."""
    moved = [move for move in moves if move[2] > 0]
    if moved and posting.find(cause, row.id) is None:
        settle.enter(cause, row.id, payment, moved, at)
