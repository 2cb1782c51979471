"""Record each configuration that was applied, saved on a page or rolled back to, file by file."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from saas.db import laws

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "configurations",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("back_to", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('files', 'page', 'rollback')", name=op.f("ck_configurations_kind")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_configurations")),
    )
    op.create_index("uq_configurations_version", "configurations", ["tenant_id", "version"], unique=True)
    op.create_table(
        "configuration_files",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("configuration_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "configuration_id"],
            ["configurations.tenant_id", "configurations.id"],
            name=op.f("fk_configuration_files_tenant_id_configuration_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_configuration_files")),
    )
    op.create_index(
        "uq_configuration_files_version", "configuration_files", ["tenant_id", "file", "version"], unique=True
    )
    for table in ("configurations", "configuration_files"):
        for statement in laws.tenant_table(table, laws.APPEND_ONLY):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("configuration_files")
    op.drop_table("configurations")
