"""Create offerings and their versions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from saas.db import laws

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offerings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_offerings")),
    )
    op.create_index("uq_offerings_tenant_id_slug", "offerings", ["tenant_id", "slug"], unique=True)
    op.create_table(
        "offering_versions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column(
            "valid_from",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offering_id"],
            ["offerings.tenant_id", "offerings.id"],
            name=op.f("fk_offering_versions_tenant_id_offering_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_offering_versions")),
        info={"grants": "SELECT, INSERT"},
    )
    op.create_index(
        op.f("ix_offering_versions_tenant_id_offering_id_valid_from"),
        "offering_versions",
        ["tenant_id", "offering_id", "valid_from"],
        unique=False,
    )
    for statement in [
        *laws.tenant_table("offerings"),
        *laws.tenant_table("offering_versions", laws.APPEND_ONLY),
    ]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("offering_versions")
    op.drop_table("offerings")
