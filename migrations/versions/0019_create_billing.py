"""Create billing: quotes, bills with their numbers and lines, payments taken at the desk."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from saas.db import laws

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

COUNTED = "SELECT, INSERT, UPDATE"


def upgrade() -> None:
    op.create_table(
        "quotes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("legal_entity_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("deposit_minor", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("deposit_minor BETWEEN 0 AND total_minor", name=op.f("ck_quotes_deposit")),
        sa.CheckConstraint(
            "net_minor >= 0 AND tax_minor >= 0 AND total_minor = net_minor + tax_minor",
            name=op.f("ck_quotes_total"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "appointment_id"],
            ["appointments.tenant_id", "appointments.id"],
            name=op.f("fk_quotes_tenant_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "legal_entity_id"],
            ["legal_entities.tenant_id", "legal_entities.id"],
            name=op.f("fk_quotes_tenant_id_legal_entity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["locations.tenant_id", "locations.id"],
            name=op.f("fk_quotes_tenant_id_location_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_quotes")),
    )
    op.create_index("uq_quotes_appointment", "quotes", ["tenant_id", "appointment_id"], unique=True)
    op.create_table(
        "bill_counters",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_number >= 0", name=op.f("ck_bill_counters_last_number")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["legal_entities.tenant_id", "legal_entities.id"],
            name=op.f("fk_bill_counters_tenant_id_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_bill_counters")),
    )
    op.create_table(
        "bills",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("legal_entity_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("deposit_minor", sa.BigInteger(), nullable=False),
        sa.Column("is_for_review", sa.Boolean(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("deposit_minor BETWEEN 0 AND total_minor", name=op.f("ck_bills_deposit")),
        sa.CheckConstraint(
            "net_minor >= 0 AND tax_minor >= 0 AND total_minor = net_minor + tax_minor",
            name=op.f("ck_bills_total"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_bills_number")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "appointment_id"],
            ["appointments.tenant_id", "appointments.id"],
            name=op.f("fk_bills_tenant_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "legal_entity_id"],
            ["legal_entities.tenant_id", "legal_entities.id"],
            name=op.f("fk_bills_tenant_id_legal_entity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["locations.tenant_id", "locations.id"],
            name=op.f("fk_bills_tenant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "patient_id"],
            ["patients.tenant_id", "patients.id"],
            name=op.f("fk_bills_tenant_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_bills")),
    )
    op.create_index("uq_bills_appointment", "bills", ["tenant_id", "appointment_id"], unique=True)
    op.create_index("uq_bills_number", "bills", ["tenant_id", "legal_entity_id", "number"], unique=True)
    op.create_table(
        "bill_lines",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("offering_version_id", sa.Uuid(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_percent", sa.Numeric(), nullable=True),
        sa.Column("tax_purpose", sa.Text(), nullable=False),
        sa.Column("tax_source", sa.Text(), nullable=True),
        sa.Column("is_for_review", sa.Boolean(), nullable=False),
        sa.CheckConstraint("is_for_review = (tax_percent IS NULL)", name=op.f("ck_bill_lines_review")),
        sa.CheckConstraint("net_minor >= 0 AND tax_minor >= 0", name=op.f("ck_bill_lines_amounts")),
        sa.CheckConstraint("tax_percent IS NOT NULL OR tax_minor = 0", name=op.f("ck_bill_lines_tax")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "bill_id"],
            ["bills.tenant_id", "bills.id"],
            name=op.f("fk_bill_lines_tenant_id_bill_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offering_version_id"],
            ["offering_versions.tenant_id", "offering_versions.id"],
            name=op.f("fk_bill_lines_tenant_id_offering_version_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_bill_lines")),
    )
    op.create_index("uq_bill_lines_ordinal", "bill_lines", ["tenant_id", "bill_id", "ordinal"], unique=True)
    op.create_table(
        "desk_payments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("tender", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("tender IN ('cash', 'card_terminal')", name=op.f("ck_desk_payments_tender")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_desk_payments_amount")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "bill_id"],
            ["bills.tenant_id", "bills.id"],
            name=op.f("fk_desk_payments_tenant_id_bill_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_desk_payments")),
    )
    op.create_index(
        op.f("ix_desk_payments_tenant_id_bill_id"), "desk_payments", ["tenant_id", "bill_id"], unique=False
    )
    for statement in [
        *laws.tenant_table("quotes", laws.APPEND_ONLY),
        *laws.tenant_table("bill_counters", COUNTED),
        *laws.tenant_table("bills", laws.APPEND_ONLY),
        *laws.tenant_table("bill_lines", laws.APPEND_ONLY),
        *laws.tenant_table("desk_payments", laws.APPEND_ONLY),
    ]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("desk_payments")
    op.drop_table("bill_lines")
    op.drop_table("bills")
    op.drop_table("bill_counters")
    op.drop_table("quotes")
