"""Create the journal: events, audit entries and their seals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from saas.db import laws

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_events")),
        info={"grants": "SELECT, INSERT"},
    )
    op.create_index(
        op.f("ix_events_tenant_id_recorded_at_id"), "events", ["tenant_id", "recorded_at", "id"], unique=False
    )
    op.create_index(
        op.f("ix_events_tenant_id_subject_id_recorded_at"),
        "events",
        ["tenant_id", "subject_id", "recorded_at"],
    )
    op.create_table(
        "audit_entries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_entries")),
        info={"grants": "SELECT, INSERT"},
    )
    op.create_index(
        op.f("ix_audit_entries_tenant_id_recorded_at_id"),
        "audit_entries",
        ["tenant_id", "recorded_at", "id"],
        unique=False,
    )
    op.create_table(
        "audit_seals",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("after_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("upto_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("previous_digest", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_seals")),
        info={"grants": "SELECT, INSERT"},
    )
    op.create_index(
        "uq_audit_seals_tenant_id_previous_digest",
        "audit_seals",
        ["tenant_id", "previous_digest"],
        unique=True,
    )
    op.create_index("uq_audit_seals_tenant_id_upto_at", "audit_seals", ["tenant_id", "upto_at"], unique=True)
    for statement in [
        *laws.tenant_table("events", laws.APPEND_ONLY),
        *laws.tenant_table("audit_entries", laws.APPEND_ONLY),
        *laws.tenant_table("audit_seals", laws.APPEND_ONLY),
    ]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_seals")
    op.drop_table("audit_entries")
    op.drop_table("events")
