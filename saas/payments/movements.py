"""Movements of Stripe's balance: each kept once, and each explained by exactly one thing here.

A charge is a payment, a refund is a refund, an adjustment is a dispute; with the same amounts, or it is
not explained. What Stripe does of itself (a payout to the bank, a fee) is entered in the books as it is.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from saas.db import session
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.kernel.errors import DomainError
from saas.kernel.money import Money
from saas.ledger import posting
from saas.ledger.chart import Code, Ref
from saas.ledger.periods import IfClosed
from saas.ledger.posting import Heading
from saas.ledger.rules import Line
from saas.payments import inbox, stripe_gateway
from saas.payments.models import Dispute, Movement, Payment, Refund, StripeAccount
from saas.payments.stripe_gateway import MovementSeen

# Movements may be told late; what was seen is seen again and changes nothing.
LOOK_BACK = timedelta(days=7)
BEGINNING = timedelta(days=400)
CHARGES, DISPUTES = frozenset({"charge", "payment"}), frozenset({"adjustment"})
REFUNDS = frozenset({"refund", "payment_refund", "refund_failure", "payment_failure_refund"})
# How a movement is looked at again where nothing explains it yet.
RELOOK = (
    dict.fromkeys(CHARGES, "charge.updated") | dict.fromkeys(REFUNDS, "refund.updated")
    | dict.fromkeys(DISPUTES, "charge.dispute.created")
)  # fmt: skip
# What Stripe does of itself: the cause it is entered under, and the account on the other side.
OF_ITSELF = dict.fromkeys(("payout", "payout_cancel", "payout_failure"), ("payout.paid", Code.BANK)) | {
    "stripe_fee": ("fee.charged", Code.PROCESSING_FEES)
}
log = structlog.get_logger()


def take_in(account: StripeAccount, now: datetime) -> None:
    """Keep what moved at an account of the tenant, and explain what can be explained. Unanswered.

    Commits what was done so far, calls with no transaction open, and goes on in a new one.
    """
    account_id, legal_entity_id = account.id, account.legal_entity_id
    since = _since(legal_entity_id, now)
    with session.outside():
        seen = list(stripe_gateway.list_movements(account_id, since))
    for movement in reversed(seen):
        _keep(movement, legal_entity_id)
    for row in list_unexplained(legal_entity_id):
        _explain(row, account_id, now)


def sums(legal_entity_id: UUID) -> dict[str, tuple[int, int]]:
    """Return, by currency, how many movements there are and what they come to less fees, in minor units."""
    total = func.sum(Movement.amount_minor - Movement.fee_minor)
    query = select(Movement.currency, func.count(), total).where(Movement.legal_entity_id == legal_entity_id)
    tenant_id = session.current().tenant_id
    found = session.current().execute(
        query.where(Movement.tenant_id == tenant_id).group_by(Movement.currency)
    )
    return {currency: (count, int(minor)) for currency, count, minor in found}


def list_unexplained(legal_entity_id: UUID) -> list[Movement]:
    """Return the movements of a legal entity's account that nothing here explains."""
    query = select(Movement).where(
        Movement.legal_entity_id == legal_entity_id, Movement.explained_by.is_(None)
    )
    return list(session.current().scalars(query.order_by(Movement.occurred_at, Movement.id)))


def _since(legal_entity_id: UUID, now: datetime) -> datetime:
    newest = session.current().scalar(
        select(Movement.occurred_at).where(Movement.legal_entity_id == legal_entity_id)
        .order_by(Movement.occurred_at.desc()).limit(1)
    )  # fmt: skip
    return newest - LOOK_BACK if newest else now - BEGINNING


def _keep(seen: MovementSeen, legal_entity_id: UUID) -> None:
    current = session.current()
    current.execute(insert(Movement).values(
        tenant_id=current.tenant_id, id=ids.new(), stripe_id=seen.id, legal_entity_id=legal_entity_id,
        kind=seen.kind, source=seen.source, currency=seen.currency, amount_minor=seen.amount_minor,
        fee_minor=seen.fee_minor, occurred_at=seen.created_at,
    ).on_conflict_do_nothing())  # fmt: skip


def _explain(row: Movement, account_id: str, now: datetime) -> None:
    """Find what a movement is; where nothing here says so, look at Stripe's object and then once more."""
    found = _enter_own(row) if row.kind in OF_ITSELF else _counterpart(row)
    if found is None and row.kind in RELOOK and row.source:
        _look_again(row, account_id, now)
        found = _counterpart(row)
    if found is not None:
        row.explained_by = found
        session.current().flush()


def _look_again(row: Movement, account_id: str, now: datetime) -> None:
    kind, source, stripe_id = RELOOK[row.kind], row.source or "", row.stripe_id
    try:
        inbox.look(kind, account_id, source, now)
    except DomainError as error:
        session.current().rollback()  # nothing half written stays
        log.warning("a movement cannot be looked at", movement=stripe_id, error=str(error))


def _counterpart(row: Movement) -> UUID | None:
    """Return the payment, refund or dispute that this movement is, and no other movement is."""
    found = _same(row)
    if found is None:
        return None
    others = select(Movement.id).where(
        Movement.explained_by == found, Movement.amount_minor == row.amount_minor, Movement.id != row.id
    )
    return None if session.current().scalar(others) else found


def _same(row: Movement) -> UUID | None:
    current = session.current()
    if row.kind in CHARGES:
        return current.scalar(select(Payment.id).where(
            Payment.charge_id == row.source, Payment.amount_minor == row.amount_minor,
            Payment.fee_minor == row.fee_minor, Payment.currency == row.currency,
        ))  # fmt: skip
    if row.kind in REFUNDS:
        states = ("asked", "done", "failed") if row.amount_minor < 0 else ("failed",)
        return current.scalar(select(Refund.id).where(
            Refund.stripe_id == row.source, Refund.amount_minor == abs(row.amount_minor),
            Refund.currency == row.currency, Refund.state.in_(states),
        ))  # fmt: skip
    if row.kind in DISPUTES:
        return current.scalar(select(Dispute.id).where(
            Dispute.stripe_id == row.source, Dispute.amount_minor == abs(row.amount_minor),
            Dispute.currency == row.currency,
        ))  # fmt: skip
    return None


def _enter_own(row: Movement) -> UUID:
    """Enter what Stripe did of itself; the movement explains itself."""
    cause, code = OF_ITSELF[row.kind]
    clearing = Ref(Code.STRIPE_CLEARING)
    moves = [(Ref(code), -row.amount_minor), (Ref(Code.PROCESSING_FEES), row.fee_minor)]
    lines = [
        Line(row.legal_entity_id, *((other, clearing) if minor > 0 else (clearing, other)),
             Money(abs(minor), row.currency))
        for other, minor in moves if minor
    ]  # fmt: skip
    if lines:
        heading = Heading(cause, row.id, row.occurred_at.date(), SYSTEM, if_closed=IfClosed.FIRST_OPEN_DAY)
        posting.post(heading, lines)
    return row.id
