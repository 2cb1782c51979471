"""Create the counters of rate limits, unlogged."""

import sqlalchemy as sa
from alembic import op

from saas.db import laws

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limits")),
        info={"grants": "SELECT, INSERT, UPDATE, DELETE"},
        prefixes=["UNLOGGED"],
    )
    op.create_index(op.f("ix_rate_limits_expires_at"), "rate_limits", ["expires_at"], unique=False)
    for statement in [
        *laws.global_table("rate_limits", "SELECT, INSERT, UPDATE, DELETE"),
    ]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("rate_limits")
