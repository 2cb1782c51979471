"""Create patients."""

import sqlalchemy as sa
from alembic import op

from saas.db import laws

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patients",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("family_name_key", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('provisional', 'active')", name=op.f("ck_patients_status")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_patients")),
    )
    op.create_index(op.f("ix_patients_tenant_id_email"), "patients", ["tenant_id", "email"], unique=False)
    op.create_index(
        op.f("ix_patients_tenant_id_family_name_key"),
        "patients",
        ["tenant_id", "family_name_key"],
        unique=False,
    )
    op.create_index(op.f("ix_patients_tenant_id_phone"), "patients", ["tenant_id", "phone"], unique=False)
    for statement in [
        *laws.tenant_table("patients"),
    ]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("patients")
