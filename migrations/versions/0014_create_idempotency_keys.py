"""Create the answers that repeated API requests get again."""

import sqlalchemy as sa
from alembic import op

from saas.db import laws

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "token_id"],
            ["api_tokens.tenant_id", "api_tokens.id"],
            name=op.f("fk_idempotency_keys_tenant_id_token_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(
        op.f("ix_idempotency_keys_tenant_id_created_at"), "idempotency_keys", ["tenant_id", "created_at"]
    )
    op.create_index(
        "uq_idempotency_keys_tenant_id_token_id_key",
        "idempotency_keys",
        ["tenant_id", "token_id", "key"],
        unique=True,
    )
    for statement in laws.tenant_table("idempotency_keys"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("idempotency_keys")
