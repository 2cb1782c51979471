"""Tables of payments. A row is an intent first: it is committed before Stripe hears of it, and holds all
that the call repeats, so that whoever finds it later can ask the same thing again.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import laws
from saas.db.base import Base, Tenanted, reference
from saas.payments.rules import PaymentState, Purpose, RefundState

MOVABLE = "SELECT, INSERT, UPDATE"


def _one_of(column: str, values: type[PaymentState | Purpose | RefundState]) -> CheckConstraint:
    codes = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({codes})", name=column)


class StripeAccount(Base):
    """Which clinic's legal entity a connected account belongs to; asked before a tenant is known."""

    __tablename__ = "stripe_accounts"
    __table_args__ = (
        Index("uq_stripe_accounts_legal_entity", "tenant_id", "legal_entity_id", unique=True),
        {"info": {"grants": MOVABLE}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    legal_entity_id: Mapped[UUID]
    connected_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebhookEvent(Base):
    """An event that Stripe told, once; its object is asked for afresh, so no body is kept."""

    __tablename__ = "webhook_events"
    __table_args__ = ({"info": {"grants": laws.APPEND_ONLY}},)

    id: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str]
    type: Mapped[str]
    object_id: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Payment(Tenanted):
    """One payment that is asked of a patient, for one thing (`subject_id`), on one payment page.

    At most one payment for a thing is not closed, so nothing is paid for twice.
    """

    __tablename__ = "payments"
    __table_args__ = (
        reference("legal_entity_id", "legal_entities"),
        reference("location_id", "locations"),
        _one_of("purpose", Purpose),
        _one_of("state", PaymentState),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_at"),
        Index("uq_payments_subject", "tenant_id", "purpose", "subject_id", unique=True,
              postgresql_where=text("state <> 'closed'")),
        Index("ix_payments_subject", "tenant_id", "subject_id"),
        Index("ix_payments_waiting", "tenant_id", "created_at",
              postgresql_where=text("state IN ('opening', 'open', 'closing')")),
        {"info": {"grants": MOVABLE}},
    )  # fmt: skip

    purpose: Mapped[str]
    subject_id: Mapped[UUID]
    legal_entity_id: Mapped[UUID]
    location_id: Mapped[UUID]
    account: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger())
    state: Mapped[str]
    attempt: Mapped[int] = mapped_column(server_default="1")
    page: Mapped[str]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    session_id: Mapped[str | None]
    url: Mapped[str | None]
    charge_id: Mapped[str | None]
    card_brand: Mapped[str | None]
    card_last4: Mapped[str | None]
    fee_minor: Mapped[int | None] = mapped_column(BigInteger())
    paid_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Refund(Tenanted):
    """Money that goes back to the card of a payment, and why."""

    __tablename__ = "refunds"
    __table_args__ = (
        reference("payment_id", "payments"),
        _one_of("state", RefundState),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("reason <> ''", name="reason"),
        Index(None, "tenant_id", "payment_id"),
        Index("uq_refunds_stripe_id", "tenant_id", "stripe_id", unique=True),
        Index("ix_refunds_waiting", "tenant_id", "created_at", postgresql_where=text("state = 'asked'")),
        {"info": {"grants": MOVABLE}},
    )

    payment_id: Mapped[UUID]
    currency: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger())
    reason: Mapped[str]
    state: Mapped[str]
    attempt: Mapped[int] = mapped_column(server_default="1")
    stripe_id: Mapped[str | None]
    failure: Mapped[str | None]
    asked_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]


class Dispute(Tenanted):
    """A payment that its cardholder's bank took back, until that is decided."""

    __tablename__ = "disputes"
    __table_args__ = (
        reference("payment_id", "payments"),
        Index("uq_disputes_stripe_id", "tenant_id", "stripe_id", unique=True),
        Index(None, "tenant_id", "payment_id"),
        CheckConstraint("state IN ('open', 'won', 'lost')", name="state"),
        {"info": {"grants": MOVABLE}},
    )

    payment_id: Mapped[UUID]
    stripe_id: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger())
    state: Mapped[str]
    opened_at: Mapped[datetime]


class Movement(Tenanted):
    """One balance transaction of a connected account, and the one thing here that explains it.

    `explained_by` is a payment, refund or dispute; without one it waits for a person.
    """

    __tablename__ = "stripe_movements"
    __table_args__ = (
        reference("legal_entity_id", "legal_entities"),
        Index("uq_stripe_movements_stripe_id", "tenant_id", "stripe_id", unique=True),
        Index("uq_stripe_movements_explained_by", "tenant_id", "explained_by", "amount_minor", unique=True),
        {"info": {"grants": MOVABLE}},
    )

    stripe_id: Mapped[str]
    legal_entity_id: Mapped[UUID]
    kind: Mapped[str]
    source: Mapped[str | None]
    currency: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger())
    fee_minor: Mapped[int] = mapped_column(BigInteger())
    occurred_at: Mapped[datetime]
    explained_by: Mapped[UUID | None]
