"""Tables of the catalogue. An edit inserts a version; what was booked keeps the one it was booked with."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import laws
from saas.db.base import Tenanted, reference


class OfferingRow(Tenanted):
    """An offering's identity, whatever it says at present."""

    __tablename__ = "offerings"
    # what is archived keeps the slug that it had
    __table_args__ = (
        Index("uq_offerings_tenant_id_slug", "tenant_id", "slug", unique=True,
              postgresql_where=text("archived_at IS NULL")),
    )  # fmt: skip

    slug: Mapped[str]
    archived_at: Mapped[datetime | None]


class OfferingVersion(Tenanted):
    """What an offering says from `valid_from` on; insert only.

    `names` has the ids of what its slugs meant then, by kind and slug (`naming`).
    """

    __tablename__ = "offering_versions"
    __table_args__ = (
        reference("offering_id", "offerings"),
        Index(None, "tenant_id", "offering_id", "valid_from"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )
    __mapper_args__ = {"eager_defaults": False}

    offering_id: Mapped[UUID]
    valid_from: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    content: Mapped[dict[str, Any]]
    names: Mapped[dict[str, Any] | None]


class TaxRate(Tenanted):
    """What a jurisdiction takes of what is sold for a purpose, from a day on, and who says so.

    A rate of 0 is a statement, with a source, that nothing is due; no row means that nobody looked.
    """

    __tablename__ = "tax_rates"
    __table_args__ = (
        Index("uq_tax_rates_day", "tenant_id", "jurisdiction", "purpose", "valid_from", unique=True),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("source <> ''", name="source"),
    )

    jurisdiction: Mapped[str]
    purpose: Mapped[str]
    percent: Mapped[Decimal]
    valid_from: Mapped[date]
    source: Mapped[str]


class PolicyRow(Tenanted):
    """The clinic's rules of one kind of policy, as its file says them. What is booked keeps a copy of its own."""

    __tablename__ = "policies"
    __table_args__ = (Index("uq_policies_kind", "tenant_id", "kind", unique=True),)

    kind: Mapped[str]
    content: Mapped[dict[str, Any]]


class AgreementRow(Tenanted):
    """What is agreed with one patient: a price for an offering, or, naming none, that no deposit is paid.

    It holds for visits from `starts_on` to the day before `ends_on`.
    """

    __tablename__ = "agreements"
    __table_args__ = (
        reference("patient_id", "patients"),
        reference("offering_id", "offerings"),
        Index(None, "tenant_id", "patient_id"),
        CheckConstraint(
            "(offering_id IS NULL) = (amount_minor IS NULL) AND (amount_minor IS NULL) = (currency IS NULL)",
            name="kind",
        ),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("starts_on <= ends_on", name="order"),
        CheckConstraint("reason <> ''", name="reason"),
        {"info": {"grants": "SELECT, INSERT, UPDATE"}},
    )

    patient_id: Mapped[UUID]
    offering_id: Mapped[UUID | None]
    amount_minor: Mapped[int | None] = mapped_column(BigInteger())
    currency: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    reason: Mapped[str]
    agreed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]


class TextApproval(Tenanted):
    """A person's approval of what an offering says to the public in a language, with the text that it was for.

    `digest` is the SHA-256 of `content`; `approver_name` is the person's name on that day. Insert only: what is
    edited needs an approval of its own.
    """

    __tablename__ = "text_approvals"
    __table_args__ = (
        reference("offering_id", "offerings"),
        reference("approver_id", "users"),
        Index(None, "tenant_id", "offering_id", "language", "approved_at"),
        CheckConstraint("length(digest) = 64", name="digest"),
        CheckConstraint("approver_name <> ''", name="approver_name"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    offering_id: Mapped[UUID]
    language: Mapped[str]
    digest: Mapped[str]
    content: Mapped[dict[str, Any]]
    approved_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    approver_id: Mapped[UUID]
    approver_name: Mapped[str]
