"""The inbox of what Stripe tells: each event once, kept as ids, acted on by asking Stripe for the object.

An event is only a reason to look. What it says may be old, repeated or missing; what Stripe shows when
asked is what counts.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import structlog

from saas.db import session
from saas.kernel.errors import NotFound
from saas.payments import checkout, disputes, refunds, settle, stripe_gateway
from saas.payments.models import Payment
from saas.payments.stripe_gateway import EventSeen

# By the driver: Stripe waits for this answer, and it is all that is done for it.
_KEEP = """
INSERT INTO webhook_events (id, account, type, object_id)
VALUES (%(id)s, %(account)s, %(type)s, %(object_id)s) ON CONFLICT DO NOTHING
"""
log = structlog.get_logger()


class Received(StrEnum):
    """What became of an event at the door."""

    NEW = "new"
    KNOWN = "known"
    IGNORED = "ignored"


def keep(event: EventSeen) -> Received:
    """Keep an event of a type that means something here, once."""
    if event.type not in _LOOKS:
        return Received.IGNORED
    made = session.current().connection().exec_driver_sql(_KEEP, {
        "id": event.id, "account": event.account, "type": event.type, "object_id": event.object_id,
    })  # fmt: skip
    return Received.NEW if made.rowcount else Received.KNOWN


def look(kind: str, account: str, object_id: str, now: datetime) -> None:
    """Ask Stripe for the object of an event, and bring what it is about to what Stripe shows.

    Raises Unanswered. An object that is not ours is none of our business.
    """
    _LOOKS[kind](account, object_id, now)


def _session(account: str, object_id: str, now: datetime) -> None:
    with session.outside():
        seen = stripe_gateway.get_session(account, object_id)
    payment = _payment(seen.payment_id, account)
    if payment is None:
        return
    if payment.session_id not in (
        None,
        seen.id,
    ):  # of an attempt whose answer was lost: nobody had its address
        log.warning("a page that nobody was led to", session=seen.id, is_paid=seen.is_paid)
        return
    settle.session_seen(payment, seen, now)


def _charge(account: str, object_id: str, now: datetime) -> None:
    """Take in a charge's fee, and the refunds that were made of it."""
    with session.outside():
        payment_id, charge = stripe_gateway.get_charge_payment(account, object_id)
        given = stripe_gateway.list_refunds(account, object_id)
    payment = _paid(payment_id, account, charge.id, now)
    if payment is None:
        return
    settle.fee_seen(payment, charge)
    for seen in given:
        refunds.adopt(payment, seen, now)


def _refund(account: str, object_id: str, now: datetime) -> None:
    with session.outside():
        seen = stripe_gateway.get_refund(account, object_id)
    if seen.charge_id:
        _charge(account, seen.charge_id, now)


def _dispute(account: str, object_id: str, now: datetime) -> None:
    with session.outside():
        shown = stripe_gateway.get_dispute(account, object_id)
        payment_id, charge = stripe_gateway.get_charge_payment(account, shown.charge_id)
    payment = _paid(payment_id, account, charge.id, now)
    if payment is not None:
        disputes.seen(payment, shown, now)


def _paid(payment_id: UUID | None, account: str, charge_id: str, now: datetime) -> Payment | None:
    """Return the payment that a charge is, locked; news of the charge may come before the page's own."""
    payment = _payment(payment_id, account)
    if payment is not None and payment.charge_id is None:
        checkout.resume(payment.id, now)
        payment = _payment(payment_id, account)
    return payment if payment is not None and payment.charge_id == charge_id else None


def _payment(payment_id: UUID | None, account: str) -> Payment | None:
    if payment_id is None:
        return None
    try:
        row = checkout.get(payment_id, lock=True)
    except NotFound:
        return None
    return row if row.account == account else None


_LOOKS: dict[str, Callable[[str, str, datetime], None]] = {
    "checkout.session.completed": _session,
    "checkout.session.expired": _session,
    "charge.updated": _charge,
    "charge.refunded": _charge,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.dispute.created": _dispute,
    "charge.dispute.closed": _dispute,
    "charge.dispute.funds_reinstated": _dispute,
    "charge.dispute.funds_withdrawn": _dispute,
}
