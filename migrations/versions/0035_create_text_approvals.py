"""Create text_approvals: who approved what the public reads about a treatment, with the text that it was."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from saas.db import laws

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_approvals",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "approved_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("approver_id", sa.Uuid(), nullable=False),
        sa.Column("approver_name", sa.Text(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_text_approvals_digest")),
        sa.CheckConstraint("approver_name <> ''", name=op.f("ck_text_approvals_approver_name")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offering_id"],
            ["offerings.tenant_id", "offerings.id"],
            name=op.f("fk_text_approvals_tenant_id_offering_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "approver_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("fk_text_approvals_tenant_id_approver_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_text_approvals")),
    )
    op.create_index(
        op.f("ix_text_approvals_tenant_id_offering_id_language_approved_at"),
        "text_approvals",
        ["tenant_id", "offering_id", "language", "approved_at"],
        unique=False,
    )
    for statement in laws.tenant_table("text_approvals", laws.APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("text_approvals")
