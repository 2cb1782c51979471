"""Create agreements: prices of one patient's own, and deposits that one patient does not pay."""

import sqlalchemy as sa
from alembic import op

from saas.db import laws

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

# Ended, but never deleted.
LASTING = "SELECT, INSERT, UPDATE"


def upgrade() -> None:
    op.create_table(
        "agreements",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(offering_id IS NULL) = (amount_minor IS NULL) AND (amount_minor IS NULL) = (currency IS NULL)",
            name=op.f("ck_agreements_kind"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_agreements_amount")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_agreements_order")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_agreements_reason")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "patient_id"],
            ["patients.tenant_id", "patients.id"],
            name=op.f("fk_agreements_tenant_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offering_id"],
            ["offerings.tenant_id", "offerings.id"],
            name=op.f("fk_agreements_tenant_id_offering_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agreements")),
    )
    op.create_index(
        op.f("ix_agreements_tenant_id_patient_id"), "agreements", ["tenant_id", "patient_id"], unique=False
    )
    for statement in laws.tenant_table("agreements", LASTING):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("agreements")
