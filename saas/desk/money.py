"""What the desk sees of a visit's money: what it costs, what was paid for it, what went back, what is due.

A deposit can be given back as long as it is held; once the visit is billed it is spent, and a cancelled
visit's fee is not held any more either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import select

from saas.billing import bills, quotes, takings
from saas.billing.bills import Standing
from saas.billing.quotes import Frozen
from saas.billing.takings import Taking
from saas.db import session
from saas.kernel.errors import Conflict, NotFound
from saas.kernel.money import Money
from saas.kernel.text import N_
from saas.payments import checkout, refunds
from saas.payments.models import Dispute, Payment, Refund
from saas.payments.rules import PaymentState, RefundState
from saas.scheduling.models import Appointment
from saas.scheduling.states import State


class NotBegun(Conflict):
    """A visit is billed and paid for once it has begun."""

    code = "not_begun"
    sentence = N_("The visit is billed and paid for once it has begun.")


class Billed(Conflict):
    """A visit that is billed took place, so it is not called off."""

    code = "billed"
    sentence = N_("This visit is billed, so it can no longer be cancelled.")


class RefundedMeanwhile(Conflict):
    """What was left of a payment is not what the form showed."""

    code = "refunded_meanwhile"
    sentence = N_("Something of this payment was given back in the meantime; this is what is left now.")


@dataclass(frozen=True)
class Paid:
    """One payment, what was asked to go back of it, whatever became of that, and what still can."""

    taking: Taking
    refunds: tuple[Refund, ...]
    refundable: Money
    dispute: str = ""


@dataclass(frozen=True)
class VisitMoney:
    """How a visit stands. `waiting` are payment pages on which nobody has paid yet."""

    quoted: Frozen
    stands: Standing
    payments: tuple[Paid, ...]
    waiting: tuple[Payment, ...]
    state: State
    has_begun: bool

    @property
    def is_certain(self) -> bool:
        """Whether the visit will take place, or took place."""
        return self.state is State.CONFIRMED

    @property
    def may_bill(self) -> bool:
        """Whether the bill can be issued now."""
        return self.is_certain and self.has_begun and not self.stands.is_issued

    @property
    def may_take(self) -> bool:
        """Whether a payment can be taken now."""
        return self.stands.is_issued and bool(self.stands.due)

    @property
    def has_receipt(self) -> bool:
        """Whether there is anything to give a receipt for."""
        return self.stands.is_issued or bool(self.stands.takings)

    @cached_property
    def is_on_its_way(self) -> bool:
        """Whether some refund is asked for and not done."""
        return any(row.state == RefundState.ASKED for paid in self.payments for row in paid.refunds)

    def get(self, payment_id: UUID) -> Paid:
        """Return one of the payments. NotFound."""
        for paid in self.payments:
            if paid.taking.id == payment_id:
                return paid
        raise NotFound


def find(row: Appointment, now: datetime) -> VisitMoney | None:
    """Return how the visit stands; None where nothing is charged for it."""
    quoted, stands = quotes.find(row.id), bills.standing(row.id)
    if quoted is None or stands is None:
        return None
    disputes = _disputes([taking.id for taking in stands.takings])
    payments = tuple(_paid(taking, stands.held, disputes) for taking in stands.takings)
    return VisitMoney(
        quoted, stands, payments, _waiting(row.id), State(row.state), has_begun=row.starts_at <= now
    )


def get(row: Appointment, now: datetime) -> VisitMoney:
    """Return how the visit stands. NotFound where nothing is charged for it."""
    found = find(row, now)
    if found is None:
        raise NotFound
    return found


def require_begun(row: Appointment, now: datetime) -> None:
    """Raise NotBegun before the visit's start."""
    if row.starts_at > now:
        raise NotBegun


def require_unbilled(appointment_id: UUID) -> None:
    """Raise Billed where the visit is."""
    if bills.find(appointment_id) is not None:
        raise Billed


def _paid(taking: Taking, held: Money, disputes: dict[UUID, str]) -> Paid:
    nothing = Money.zero(taking.amount.currency)
    dispute = disputes.get(taking.id, "")
    if taking.tender != takings.ONLINE:
        return Paid(taking, (), nothing)
    refundable = nothing if dispute in ("open", "lost") else min(taking.left, held)
    return Paid(taking, tuple(refunds.list_for(taking.id)), refundable, dispute)


def _disputes(payment_ids: Sequence[UUID]) -> dict[UUID, str]:
    if not payment_ids:
        return {}
    query = select(Dispute.payment_id, Dispute.state).where(Dispute.payment_id.in_(payment_ids))
    return {row.payment_id: row.state for row in session.current().execute(query)}


def _waiting(appointment_id: UUID) -> tuple[Payment, ...]:
    over = (PaymentState.PAID, PaymentState.CLOSED)
    return tuple(row for row in checkout.list_for(appointment_id) if row.state not in over)
