"""Keep which reminders of credentials were given, and the mails to the staff, each once."""

import sqlalchemy as sa
from alembic import op

from saas.db import laws

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _reminders()
    _notices()


def downgrade() -> None:
    op.drop_table("notices")
    op.drop_table("credential_reminders")


def _reminders() -> None:
    op.create_table(
        "credential_reminders",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("credential_id", sa.Uuid(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("threshold IN (90, 60, 30, 7)", name=op.f("ck_credential_reminders_threshold")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "credential_id"], ["credentials.tenant_id", "credentials.id"],
            name=op.f("fk_credential_reminders_tenant_id_credential_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credential_reminders")),
    )  # fmt: skip
    op.create_index(
        "uq_credential_reminders_told", "credential_reminders",
        ["tenant_id", "credential_id", "expires_on", "threshold"], unique=True,
    )  # fmt: skip
    for statement in laws.tenant_table("credential_reminders", laws.APPEND_ONLY):
        op.execute(statement)


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('credential_ends', 'review_asked')", name=op.f("ck_notices_kind")),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed', 'dropped')", name=op.f("ck_notices_state")),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_notices_sent_at")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name=op.f("fk_notices_tenant_id_user_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notices")),
    )  # fmt: skip
    op.create_index("uq_notices_told", "notices", ["tenant_id", "event_id", "user_id"], unique=True)
    op.create_index(op.f("ix_notices_tenant_id_subject_id"), "notices", ["tenant_id", "subject_id"])
    for statement in laws.tenant_table("notices"):
        op.execute(statement)
