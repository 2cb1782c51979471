"""Create policies; let a visit keep what was agreed about its time, and be one that nobody came to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from saas.db import laws

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

STATES = "'held', 'confirmed', 'lapsed', 'released', 'cancelled'"


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_policies")),
    )
    op.create_index("uq_policies_kind", "policies", ["tenant_id", "kind"], unique=True)
    for statement in laws.tenant_table("policies"):
        op.execute(statement)
    op.add_column("appointments", sa.Column("policy", JSONB(), nullable=True))
    op.add_column("appointments", sa.Column("missed_id", sa.Uuid(), nullable=True))
    op.add_column("appointments", sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("appointments", sa.Column("moves_online", sa.Integer(), server_default="0", nullable=False))
    _states(f"{STATES}, 'no_show'")


def downgrade() -> None:
    op.execute("UPDATE appointments SET state = 'confirmed' WHERE state = 'no_show'")
    _states(STATES)
    op.drop_column("appointments", "moves_online")
    op.drop_column("appointments", "missed_id")
    op.drop_column("appointments", "missed_at")
    op.drop_column("appointments", "policy")
    op.drop_table("policies")


def _states(states: str) -> None:
    """Let appointments be in *states*. Rows that are there are in one of fewer, so the look at them is short."""
    op.execute(
        "-- squawk-ignore ban-drop-constraint\nALTER TABLE appointments DROP CONSTRAINT ck_appointments_state"
    )
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"ALTER TABLE appointments ADD CONSTRAINT ck_appointments_state CHECK (state IN ({states}))"
    )
