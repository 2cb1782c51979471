"""Give money back to the card it came from: written down and taken out of the books first, then asked of
Stripe by a job, and taken back in the books should the bank refuse.

The guarded balances decide how much can be given back, so that fifty people at once give it back once.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import SYSTEM, Actor
from saas.kernel.errors import Invalid, NotFound
from saas.kernel.money import Money
from saas.kernel.text import N_
from saas.ledger import posting
from saas.ledger.chart import Code, Ref
from saas.ledger.refusals import NotEnough
from saas.payments import checkout, settle, stripe_gateway
from saas.payments.models import Payment, Refund
from saas.payments.rules import PaymentState, RefundState, refund_after
from saas.payments.stripe_gateway import Broken, RefundSeen, StripeRefused

LONGEST_REASON = 500
# Stripe forgets a key after a day at the earliest; well before that, one looks before asking again.
KEY_HOLDS = timedelta(hours=12)
log = structlog.get_logger()


class RefundRefused(Invalid):
    """The refund is of nothing, of too much, in another currency, or says no reason."""

    code = "refund_refused"


def ask(payment_id: UUID, amount: Money, reason: str, actor: Actor, now: datetime) -> Refund:
    """Take the amount out of the books and note that it is to go back; the caller defers the sending.

    Raises NotFound, RefundRefused.
    """
    payment = checkout.get(payment_id, lock=True)
    reason = reason.strip()
    _require_fit(payment, amount, reason)
    row = _add(payment, amount, actor, reason=reason, state=RefundState.ASKED, created_at=now)
    _take_out(row, payment, now)
    book.tell(EventKind.REFUND_ASKED, row.id, actor)
    return row


def left(payment: Payment) -> Money:
    """Return what of a payment has not been given back or asked for."""
    given = sum(row.amount_minor for row in list_for(payment.id) if row.state != RefundState.FAILED)
    paid = payment.amount_minor if payment.state == PaymentState.PAID else 0
    return Money(paid - given, payment.currency)


def send(refund_id: UUID, now: datetime) -> RefundState:
    """Ask Stripe for the refund, or how it stands.

    Commits what was done so far, calls with no transaction open, and goes on in a new one. Raises
    Unanswered where nobody knows; asking again gives nothing back twice. StripeRefused where one that was
    made is not shown.
    """
    row = get(refund_id)
    payment = checkout.get(row.payment_id)
    if row.state != RefundState.ASKED or payment.charge_id is None:
        return RefundState(row.state)
    attempt, look_first = row.attempt, row.attempt > 1 or now - row.created_at > KEY_HOLDS
    try:
        with session.outside():
            seen = _at_stripe(row, payment.account, payment.charge_id, look_first=look_first)
    except Broken:
        _next_attempt(refund_id, attempt)
        with session.outside():  # kept, whatever becomes of who asks
            raise
    except StripeRefused as refused:
        if row.stripe_id is not None:  # it was made; that it is not shown says nothing of it
            raise
        return _failed(get(refund_id, lock=True), refused.why, now)
    return refund_seen(get(refund_id, lock=True), seen, now)


def refund_seen(row: Refund, seen: RefundSeen, now: datetime) -> RefundState:
    """Let a refund stand where it stands at Stripe."""
    after = refund_after(RefundState(row.state), seen.status)
    row.stripe_id = row.stripe_id or seen.id
    if after is RefundState.FAILED:
        return _failed(row, seen.failure or seen.status, now)
    if after != row.state:
        row.state, row.ended_at = after, now
        book.tell(EventKind.REFUND_DONE, row.id, SYSTEM)
    session.current().flush()
    return RefundState(row.state)


def adopt(payment: Payment, seen: RefundSeen, now: datetime) -> None:
    """Take in a refund that Stripe shows for a payment, whoever asked for it there.

    One that the books cannot bear (the deposit is spent) is left to reconciliation, and to a person.
    """
    row = _find_row(seen)
    try:
        with session.current().begin_nested():
            row = row or _took_place(payment, seen)
    except RefundRefused:
        log.error("a refund at Stripe has no counterpart", refund=seen.id, payment=str(payment.id))
        return
    refund_seen(row, seen, now)


def get(refund_id: UUID, *, lock: bool = False) -> Refund:
    """Return a refund, with its row locked where it will be changed; NotFound."""
    query = select(Refund).where(Refund.id == refund_id).execution_options(populate_existing=True)
    row = session.current().scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound
    return row


def list_for(payment_id: UUID) -> list[Refund]:
    """Return the refunds of a payment, oldest first."""
    query = select(Refund).where(Refund.payment_id == payment_id).order_by(Refund.id)
    return list(session.current().scalars(query))


def list_waiting() -> list[Refund]:
    """Return the tenant's refunds of which the last word is not known."""
    query = select(Refund).where(Refund.state == RefundState.ASKED).order_by(Refund.id)
    return list(session.current().scalars(query))


def _took_place(payment: Payment, seen: RefundSeen) -> Refund:
    words = {"reason": N_("Refunded at Stripe"), "state": RefundState.ASKED, "stripe_id": seen.id}
    row = _add(payment, Money(seen.amount_minor, seen.currency), SYSTEM, created_at=seen.created_at, **words)
    _take_out(row, payment, seen.created_at)
    book.tell(EventKind.REFUND_ASKED, row.id, SYSTEM)
    return row


def _require_fit(payment: Payment, amount: Money, reason: str) -> None:
    if not reason or len(reason) > LONGEST_REASON:
        raise RefundRefused(N_("A refund needs a reason, of at most 500 characters."))
    if amount.currency != payment.currency:
        raise RefundRefused(
            N_("This was paid in %(currency)s, and is given back in it."), currency=payment.currency
        )
    if amount.minor <= 0:
        raise RefundRefused(N_("A refund is of more than nothing."))
    if amount > left(payment):
        raise RefundRefused(N_("That is more than is left of what was paid."))


def _add(payment: Payment, amount: Money, actor: Actor, **more: Any) -> Refund:
    row = Refund(
        id=ids.new(), payment_id=payment.id, currency=amount.currency, amount_minor=amount.minor,
        asked_by=actor.id, attempt=1, **more,
    )  # fmt: skip
    session.current().add(row)
    session.current().flush()
    return row


def _take_out(row: Refund, payment: Payment, at: datetime) -> None:
    """Take a refund out of the books. Raises RefundRefused where what was paid is spent."""
    try:
        settle.enter("refund.asked", row.id, payment, [
            (settle.owed_by(payment), Ref(Code.STRIPE_CLEARING), row.amount_minor),
            (Ref(Code.REFUNDABLE, payment.id), Ref(Code.REFUND_CONTROL), row.amount_minor),
        ], at)  # fmt: skip
    except NotEnough as error:
        raise RefundRefused(N_("That is more than is left of what was paid.")) from error


def _at_stripe(row: Refund, account: str, charge_id: str, *, look_first: bool) -> RefundSeen:
    """Return the refund as Stripe has it, made if need be; *look_first* where an earlier attempt may have."""
    if row.stripe_id is not None:
        return stripe_gateway.get_refund(account, row.stripe_id)
    given = stripe_gateway.list_refunds(account, charge_id) if look_first else []
    made = next((seen for seen in given if seen.refund_id == row.id), None)
    key = f"refund:{row.id}:{row.attempt}"
    return made or stripe_gateway.refund(account, charge_id, row.id, row.amount_minor, key)


def _next_attempt(refund_id: UUID, attempt: int) -> None:
    row = get(refund_id, lock=True)
    if row.attempt == attempt:
        row.attempt += 1


def _failed(row: Refund, why: str, now: datetime) -> RefundState:
    """Note that the money did not go back, and put it back into the books."""
    if row.state == RefundState.FAILED:
        return RefundState.FAILED
    row.state, row.failure, row.ended_at = RefundState.FAILED, why[:200], now
    posted = posting.find("refund.asked", row.id)
    if posted is not None:
        day = settle.local_day(checkout.get(row.payment_id), now)
        posting.reverse(posted.id, SYSTEM, f"The refund failed: {why[:200]}", day)
    book.tell(EventKind.REFUND_FAILED, row.id, SYSTEM)
    session.current().flush()
    return RefundState.FAILED


def _find_row(seen: RefundSeen) -> Refund | None:
    """Return the row that a refund at Stripe is: one that was taken for failed before is not."""
    by_ours = Refund.stripe_id == seen.id
    if seen.refund_id is not None:
        by_ours |= (
            (Refund.id == seen.refund_id) & Refund.stripe_id.is_(None) & (Refund.state == RefundState.ASKED)
        )
    query = select(Refund).where(by_ours).execution_options(populate_existing=True)
    return session.current().scalar(query.with_for_update())
