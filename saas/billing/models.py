"""Tables of billing. Quotes, bills, their lines and desk payments are only ever added to: what was
promised, charged and taken stays as it was, and a correction is something new.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric, func
from sqlalchemy.orm import Mapped, mapped_column

from saas.billing.rules import Tender
from saas.db import laws
from saas.db.base import Tenanted, reference

_TENDERS = ", ".join(f"'{tender}'" for tender in Tender)
COUNTED = "SELECT, INSERT, UPDATE"


class QuoteRow(Tenanted):
    """What a visit will be charged, frozen with its hold; one for each appointment."""

    __tablename__ = "quotes"
    __table_args__ = (
        reference("appointment_id", "appointments"),
        reference("legal_entity_id", "legal_entities"),
        reference("location_id", "locations"),
        Index("uq_quotes_appointment", "tenant_id", "appointment_id", unique=True),
        CheckConstraint(
            "net_minor >= 0 AND tax_minor >= 0 AND total_minor = net_minor + tax_minor", name="total"
        ),
        CheckConstraint("deposit_minor BETWEEN 0 AND total_minor", name="deposit"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    appointment_id: Mapped[UUID]
    legal_entity_id: Mapped[UUID]
    location_id: Mapped[UUID]
    currency: Mapped[str]
    net_minor: Mapped[int] = mapped_column(BigInteger())
    tax_minor: Mapped[int] = mapped_column(BigInteger())
    total_minor: Mapped[int] = mapped_column(BigInteger())
    deposit_minor: Mapped[int] = mapped_column(BigInteger())
    content: Mapped[dict[str, Any]]
    frozen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class BillCounter(Tenanted):
    """The last number of a legal entity's bills; its id is the entity's. Its row is locked to count on."""

    __tablename__ = "bill_counters"
    __table_args__ = (
        reference("id", "legal_entities"),
        CheckConstraint("last_number >= 0", name="last_number"),
        {"info": {"grants": COUNTED}},
    )

    last_number: Mapped[int]


class Bill(Tenanted):
    """What was charged for a visit that took place. `deposit_minor` of the total was paid beforehand;
    `is_for_review` marks a bill with a line that nobody stated a tax rate for.
    """

    __tablename__ = "bills"
    __table_args__ = (
        reference("appointment_id", "appointments"),
        reference("patient_id", "patients"),
        reference("legal_entity_id", "legal_entities"),
        reference("location_id", "locations"),
        Index("uq_bills_appointment", "tenant_id", "appointment_id", unique=True),
        Index("uq_bills_number", "tenant_id", "legal_entity_id", "number", unique=True),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(
            "net_minor >= 0 AND tax_minor >= 0 AND total_minor = net_minor + tax_minor", name="total"
        ),
        CheckConstraint("deposit_minor BETWEEN 0 AND total_minor", name="deposit"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    appointment_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    legal_entity_id: Mapped[UUID]
    location_id: Mapped[UUID]
    number: Mapped[int]
    currency: Mapped[str]
    net_minor: Mapped[int] = mapped_column(BigInteger())
    tax_minor: Mapped[int] = mapped_column(BigInteger())
    total_minor: Mapped[int] = mapped_column(BigInteger())
    deposit_minor: Mapped[int] = mapped_column(BigInteger())
    is_for_review: Mapped[bool]
    delivered_on: Mapped[date]
    issued_at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]


class BillLine(Tenanted):
    """One line of a bill; its description is a map by language. Without a rate it is for review."""

    __tablename__ = "bill_lines"
    __table_args__ = (
        reference("bill_id", "bills"),
        reference("offering_version_id", "offering_versions"),
        Index("uq_bill_lines_ordinal", "tenant_id", "bill_id", "ordinal", unique=True),
        CheckConstraint("net_minor >= 0 AND tax_minor >= 0", name="amounts"),
        CheckConstraint("is_for_review = (tax_percent IS NULL)", name="review"),
        CheckConstraint("tax_percent IS NOT NULL OR tax_minor = 0", name="tax"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    bill_id: Mapped[UUID]
    ordinal: Mapped[int]
    description: Mapped[dict[str, Any]]
    offering_version_id: Mapped[UUID]
    net_minor: Mapped[int] = mapped_column(BigInteger())
    tax_minor: Mapped[int] = mapped_column(BigInteger())
    tax_percent: Mapped[Decimal | None] = mapped_column(Numeric())
    tax_purpose: Mapped[str]
    tax_source: Mapped[str | None]
    is_for_review: Mapped[bool]


class DeskPayment(Tenanted):
    """What was taken at the desk for a bill, and by what tender. Its id is the act's: sent twice, it is one."""

    __tablename__ = "desk_payments"
    __table_args__ = (
        reference("bill_id", "bills"),
        Index(None, "tenant_id", "bill_id"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint(f"tender IN ({_TENDERS})", name="tender"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    bill_id: Mapped[UUID]
    currency: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger())
    tender: Mapped[str]
    taken_at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]


class TaxSettlement(Tenanted):
    """What became of the tax of a bill for review: so much by a stated source, or none for a reason."""

    __tablename__ = "tax_settlements"
    __table_args__ = (
        reference("bill_id", "bills"),
        Index("uq_tax_settlements_bill", "tenant_id", "bill_id", unique=True),
        CheckConstraint("tax_minor >= 0", name="tax"),
        CheckConstraint("source <> '' OR reason <> ''", name="why"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    bill_id: Mapped[UUID]
    currency: Mapped[str]
    tax_minor: Mapped[int] = mapped_column(BigInteger())
    source: Mapped[str]
    reason: Mapped[str]
    settled_at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
