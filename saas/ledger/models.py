"""Tables of the ledger. Debit and credit stand in one row, so an entry balances by construction; both
point at accounts of one legal entity and one currency, so nothing crosses either.

Accounts, entries and transfers are only ever added to. A guarded account has a balance, which
`posting.post` moves in the same transaction and which PostgreSQL keeps at zero or above.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import laws
from saas.db.base import Tenanted, reference
from saas.ledger.chart import Kind

_KINDS = ", ".join(f"'{kind}'" for kind in Kind)
MOVABLE = "SELECT, INSERT, UPDATE"


def _account(column: str) -> ForeignKeyConstraint:
    key = ["tenant_id", "legal_entity_id", "currency"]
    far = [f"accounts.{name}" for name in (*key, "id")]
    return ForeignKeyConstraint([*key, column], far, name=f"fk_transfers_{column}")


class Account(Tenanted):
    """One account of a legal entity in one currency. `subject_id` is what it is about, as the chart
    says, or else the legal entity itself.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        reference("legal_entity_id", "legal_entities"),
        reference("location_id", "locations"),
        UniqueConstraint("tenant_id", "legal_entity_id", "currency", "id", name="uq_accounts_book"),
        Index("uq_accounts_subject", "tenant_id", "legal_entity_id", "currency", "code", "subject_id", unique=True),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )  # fmt: skip

    legal_entity_id: Mapped[UUID]
    currency: Mapped[str]
    code: Mapped[str]
    subject_id: Mapped[UUID]
    kind: Mapped[str]
    guarded: Mapped[bool]
    location_id: Mapped[UUID | None]
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Entry(Tenanted):
    """One business act in the books: why, by whom, and the day it counts for. One per cause."""

    __tablename__ = "entries"
    __table_args__ = (
        reference("reverses_entry_id", "entries"),
        UniqueConstraint("tenant_id", "id", "occurred_on", name="uq_entries_occurred_on"),
        Index("uq_entries_cause", "tenant_id", "cause", "cause_id", unique=True),
        Index("uq_entries_reverses", "tenant_id", "reverses_entry_id", unique=True),
        CheckConstraint("cause ~ '^[a-z_]+[.][a-z_]+$'", name="cause"),
        CheckConstraint("reverses_entry_id IS NULL OR (reason <> '') IS TRUE", name="reason"),
        CheckConstraint("reverses_entry_id <> id", name="itself"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    cause: Mapped[str]
    cause_id: Mapped[UUID]
    occurred_on: Mapped[date]
    posted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    reverses_entry_id: Mapped[UUID | None]


class Transfer(Tenanted):
    """An amount on its way from the account that is credited to the one that is debited."""

    __tablename__ = "transfers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "entry_id", "occurred_on"],
            ["entries.tenant_id", "entries.id", "entries.occurred_on"], name="fk_transfers_entry",
        ),
        _account("debit_account_id"),
        _account("credit_account_id"),
        reference("location_id", "locations"),
        Index("uq_transfers_ordinal", "tenant_id", "entry_id", "ordinal", unique=True),
        Index("ix_transfers_book", "tenant_id", "legal_entity_id", "currency", "occurred_on",
              postgresql_include=["debit_account_id", "credit_account_id", "amount_minor"]),
        Index("ix_transfers_debits", "tenant_id", "debit_account_id", "occurred_on", "id",
              postgresql_include=["amount_minor"]),
        Index("ix_transfers_credits", "tenant_id", "credit_account_id", "occurred_on", "id",
              postgresql_include=["amount_minor"]),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("debit_account_id <> credit_account_id", name="sides"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )  # fmt: skip

    entry_id: Mapped[UUID]
    ordinal: Mapped[int]
    occurred_on: Mapped[date]
    legal_entity_id: Mapped[UUID]
    currency: Mapped[str]
    debit_account_id: Mapped[UUID]
    credit_account_id: Mapped[UUID]
    amount_minor: Mapped[int] = mapped_column(BigInteger())
    location_id: Mapped[UUID | None]


class Balance(Tenanted):
    """What a guarded account holds, in its own direction; its id is the account's."""

    __tablename__ = "balances"
    __table_args__ = (
        reference("id", "accounts"),
        CheckConstraint("balance_minor >= 0", name="guard"),
        {"info": {"grants": MOVABLE}},
    )

    balance_minor: Mapped[int] = mapped_column(BigInteger())


class Period(Tenanted):
    """One month in the books of a legal entity, by its first day; closed, it takes no entry."""

    __tablename__ = "periods"
    __table_args__ = (
        reference("legal_entity_id", "legal_entities"),
        Index("uq_periods_month", "tenant_id", "legal_entity_id", "month", unique=True),
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        {"info": {"grants": MOVABLE}},
    )

    legal_entity_id: Mapped[UUID]
    month: Mapped[date]
    closed_at: Mapped[datetime | None]
