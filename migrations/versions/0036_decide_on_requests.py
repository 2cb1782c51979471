"""Let a visit wait until a clinician decides about it, keep what they decided, and tell the patient."""

import sqlalchemy as sa
from alembic import op

from saas.db import laws

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

STATES = "'held', 'confirmed', 'lapsed', 'released', 'cancelled', 'no_show'"
WITH_REQUESTS = "'held', 'pending', 'confirmed', 'lapsed', 'released', 'refused', 'cancelled', 'no_show'"
KINDS = "'confirmed', 'moved', 'cancelled', 'refunded'"


def upgrade() -> None:
    op.add_column(
        "appointments", sa.Column("on_request", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("appointments", sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True))
    _check("appointments", "state", f"state IN ({WITH_REQUESTS})")
    _check("appointments", "held_until", "(state IN ('held', 'pending')) = (held_until IS NOT NULL)")
    _check("messages", "kind", f"kind IN ({KINDS}, 'requested', 'refused', 'lapsed')")
    _index("held_until IS NOT NULL")
    _reviews()


def downgrade() -> None:
    op.drop_table("visit_reviews")
    op.execute("DELETE FROM messages WHERE kind IN ('requested', 'refused', 'lapsed')")
    op.execute(
        "UPDATE claims SET state = 'released', held_until = NULL FROM appointments a"
        " WHERE a.tenant_id = claims.tenant_id AND a.id = claims.appointment_id AND a.state = 'pending'"
        " AND claims.state = 'held'"
    )
    op.execute(
        "UPDATE appointments SET state = 'released', held_until = NULL WHERE state IN ('pending', 'refused')"
    )
    _check("messages", "kind", f"kind IN ({KINDS})")
    _check("appointments", "held_until", "(state = 'held') = (held_until IS NOT NULL)")
    _check("appointments", "state", f"state IN ({STATES})")
    _index("state = 'held'")
    op.drop_column("appointments", "requested_at")
    op.drop_column("appointments", "on_request")


def _check(table: str, name: str, says: str) -> None:
    """Replace a check. Whoever writes to the table waits for the look at the rows that are there."""
    op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({says})"
    )


def _index(where: str) -> None:
    """Replace the index of what ends by itself; it is small, for few are held at any time."""
    op.execute("-- squawk-ignore require-concurrent-index-deletion\nDROP INDEX ix_appointments_held")
    op.execute(
        "-- squawk-ignore require-concurrent-index-creation\n"
        f"CREATE INDEX ix_appointments_held ON appointments (tenant_id, held_until) WHERE {where}"
    )


def _reviews() -> None:
    op.create_table(
        "visit_reviews",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('released', 'refused')", name=op.f("ck_visit_reviews_outcome")),
        sa.CheckConstraint("length(reason) BETWEEN 1 AND 500", name=op.f("ck_visit_reviews_reason")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "appointment_id"], ["appointments.tenant_id", "appointments.id"],
            name=op.f("fk_visit_reviews_tenant_id_appointment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_visit_reviews")),
    )  # fmt: skip
    op.create_index(
        "uq_visit_reviews_appointment", "visit_reviews", ["tenant_id", "appointment_id"], unique=True
    )
    for statement in laws.tenant_table("visit_reviews", laws.APPEND_ONLY):
        op.execute(statement)
