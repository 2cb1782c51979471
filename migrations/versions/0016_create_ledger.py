"""Create the ledger: accounts, entries, transfers, guarded balances and periods."""

import sqlalchemy as sa
from alembic import op

from saas.db import laws

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOVABLE = "SELECT, INSERT, UPDATE"


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("legal_entity_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("guarded", sa.Boolean(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_accounts_currency")),
        sa.CheckConstraint(
            "kind IN ('asset', 'liability', 'revenue', 'expense', 'equity')", name=op.f("ck_accounts_kind")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "legal_entity_id"],
            ["legal_entities.tenant_id", "legal_entities.id"],
            name=op.f("fk_accounts_tenant_id_legal_entity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["locations.tenant_id", "locations.id"],
            name=op.f("fk_accounts_tenant_id_location_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("tenant_id", "legal_entity_id", "currency", "id", name="uq_accounts_book"),
    )
    op.create_index(
        "uq_accounts_subject",
        "accounts",
        ["tenant_id", "legal_entity_id", "currency", "code", "subject_id"],
        unique=True,
    )
    op.create_table(
        "entries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reverses_entry_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("cause ~ '^[a-z_]+[.][a-z_]+$'", name=op.f("ck_entries_cause")),
        sa.CheckConstraint(
            "reverses_entry_id IS NULL OR (reason <> '') IS TRUE", name=op.f("ck_entries_reason")
        ),
        sa.CheckConstraint("reverses_entry_id <> id", name=op.f("ck_entries_itself")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reverses_entry_id"],
            ["entries.tenant_id", "entries.id"],
            name=op.f("fk_entries_tenant_id_reverses_entry_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_entries")),
        sa.UniqueConstraint("tenant_id", "id", "occurred_on", name="uq_entries_occurred_on"),
    )
    op.create_index("uq_entries_cause", "entries", ["tenant_id", "cause", "cause_id"], unique=True)
    op.create_index("uq_entries_reverses", "entries", ["tenant_id", "reverses_entry_id"], unique=True)
    op.create_table(
        "transfers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("legal_entity_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("debit_account_id", sa.Uuid(), nullable=False),
        sa.Column("credit_account_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_transfers_amount")),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name=op.f("ck_transfers_sides")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id", "occurred_on"],
            ["entries.tenant_id", "entries.id", "entries.occurred_on"],
            name="fk_transfers_entry",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "legal_entity_id", "currency", "credit_account_id"],
            ["accounts.tenant_id", "accounts.legal_entity_id", "accounts.currency", "accounts.id"],
            name="fk_transfers_credit_account_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "legal_entity_id", "currency", "debit_account_id"],
            ["accounts.tenant_id", "accounts.legal_entity_id", "accounts.currency", "accounts.id"],
            name="fk_transfers_debit_account_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["locations.tenant_id", "locations.id"],
            name=op.f("fk_transfers_tenant_id_location_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_transfers")),
    )
    op.create_index(
        "ix_transfers_book",
        "transfers",
        ["tenant_id", "legal_entity_id", "currency", "occurred_on"],
        unique=False,
        postgresql_include=["debit_account_id", "credit_account_id", "amount_minor"],
    )
    op.create_index(
        "ix_transfers_credits",
        "transfers",
        ["tenant_id", "credit_account_id", "occurred_on", "id"],
        unique=False,
        postgresql_include=["amount_minor"],
    )
    op.create_index(
        "ix_transfers_debits",
        "transfers",
        ["tenant_id", "debit_account_id", "occurred_on", "id"],
        unique=False,
        postgresql_include=["amount_minor"],
    )
    op.create_index("uq_transfers_ordinal", "transfers", ["tenant_id", "entry_id", "ordinal"], unique=True)
    op.create_table(
        "balances",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance_minor >= 0", name=op.f("ck_balances_guard")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"], ["accounts.tenant_id", "accounts.id"], name=op.f("fk_balances_tenant_id_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_balances")),
    )
    op.create_table(
        "periods",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("legal_entity_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_periods_month")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "legal_entity_id"],
            ["legal_entities.tenant_id", "legal_entities.id"],
            name=op.f("fk_periods_tenant_id_legal_entity_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_periods")),
    )
    op.create_index("uq_periods_month", "periods", ["tenant_id", "legal_entity_id", "month"], unique=True)
    for statement in [
        *laws.tenant_table("accounts", laws.APPEND_ONLY),
        *laws.tenant_table("entries", laws.APPEND_ONLY),
        *laws.tenant_table("transfers", laws.APPEND_ONLY),
        *laws.tenant_table("balances", MOVABLE),
        *laws.tenant_table("periods", MOVABLE),
    ]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("periods")
    op.drop_table("balances")
    op.drop_table("transfers")
    op.drop_table("entries")
    op.drop_table("accounts")
