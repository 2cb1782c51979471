"""Create the tenants and their hostnames."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from saas.db import laws

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tenants",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("config_version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("profile", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status IN ('active', 'closed')", name=op.f("ck_tenants_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
        info={"grants": "SELECT, INSERT, UPDATE"},
    )
    op.create_index("uq_tenants_slug", "tenants", ["slug"], unique=True)
    op.create_table(
        "hostnames",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_hostnames_tenant_id")),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hostnames")),
        info={"grants": "SELECT, INSERT, UPDATE, DELETE"},
    )
    op.create_index(
        "uq_hostnames_primary",
        "hostnames",
        ["tenant_id"],
        unique=True,
        postgresql_where=sa.text("is_primary"),
    )
    for statement in [
        *laws.global_table("alembic_version", "SELECT"),
        *laws.global_table("tenants", "SELECT, INSERT, UPDATE"),
        *laws.global_table("hostnames", "SELECT, INSERT, UPDATE, DELETE"),
    ]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("hostnames")
    op.drop_table("tenants")
