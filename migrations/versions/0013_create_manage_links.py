"""Create the links by which patients manage a visit."""

import sqlalchemy as sa
from alembic import op

from saas.db import laws

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "manage_links",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "appointment_id"],
            ["appointments.tenant_id", "appointments.id"],
            name=op.f("fk_manage_links_tenant_id_appointment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_manage_links")),
    )
    op.create_index(
        op.f("ix_manage_links_tenant_id_appointment_id"),
        "manage_links",
        ["tenant_id", "appointment_id"],
        unique=False,
    )
    op.create_index("uq_manage_links_tenant_id_digest", "manage_links", ["tenant_id", "digest"], unique=True)
    for statement in [
        *laws.tenant_table("manage_links"),
    ]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("manage_links")
