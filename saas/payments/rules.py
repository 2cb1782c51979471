"""The rules of payments, pure: which state follows which, whatever order Stripe's news come in.

A payment is *opening* from its intent until its page is known, *open* while the page may be paid on,
*closing* once it should not be, *closed* when nobody can pay on it any more. *Paid* may follow any of
them, for the page belongs to Stripe; nothing follows paid.
"""

from enum import StrEnum

from saas.ledger.chart import Code


class Purpose(StrEnum):
    """What a payment is for."""

    DEPOSIT = "deposit"


# The account that owes the patient what was paid.
OWED_BY = {Purpose.DEPOSIT: Code.DEPOSITS}


class PaymentState(StrEnum):
    """Where a payment stands."""

    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    PAID = "paid"


class RefundState(StrEnum):
    """Where a refund stands: asked of Stripe, done, or failed and taken back in the books."""

    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"


_AFTER_SESSION = {
    "open": {PaymentState.OPENING: PaymentState.OPEN},
    "expired": dict.fromkeys(
        (PaymentState.OPENING, PaymentState.OPEN, PaymentState.CLOSING), PaymentState.CLOSED
    ),
}


def payment_after(state: PaymentState, session_status: str, *, paid: bool) -> PaymentState:
    """Return where a payment stands once its session is seen with *session_status*, paid or not.

    Seeing the same again, or something older, changes nothing.
    """
    if paid:
        return PaymentState.PAID
    return _AFTER_SESSION.get(session_status, {}).get(state, state)


# Stripe's words for a refund: https://docs.stripe.com/api/refunds/object#refund_object-status
_OF_REFUND = {
    "succeeded": RefundState.DONE, "failed": RefundState.FAILED, "canceled": RefundState.FAILED,
}  # fmt: skip


def refund_after(state: RefundState, status: str) -> RefundState:
    """Return where a refund stands once it is seen with *status*. A failure is final: it may follow a
    success, when the bank sends the money back.
    """
    if state is RefundState.FAILED:
        return state
    seen = _OF_REFUND.get(status)
    return seen or state


_OF_DISPUTE = {"won": "won", "warning_closed": "won", "lost": "lost"}


def dispute_after(state: str, status: str) -> str:
    """Return where a dispute stands (open, won, lost); what was decided stays so."""
    return state if state != "open" else _OF_DISPUTE.get(status, "open")
