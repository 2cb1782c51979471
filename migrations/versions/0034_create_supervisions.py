"""Create supervisions: who supervises whom, and how many visits a person may look after from the same premises."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from saas.db import laws

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

MODES = "mode IN ('', 'available', 'general', 'on_site', 'direct', 'delegation')"


def upgrade() -> None:
    most = sa.Column("max_supervised", sa.Integer(), server_default=sa.text("4"), nullable=False)
    op.add_column("people", most)
    op.create_table(
        "supervisions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=False),
        sa.Column("procedures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mode", sa.Text(), server_default="", nullable=False),
        sa.Column("protocol", sa.Text(), server_default="", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("person_id <> supervisor_id", name=op.f("ck_supervisions_somebody_else")),
        sa.CheckConstraint(
            "starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_supervisions_order")
        ),
        sa.CheckConstraint(MODES, name=op.f("ck_supervisions_mode")),
        *(_reference(column) for column in ("person_id", "supervisor_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supervisions")),
    )
    op.create_index(op.f("ix_supervisions_tenant_id_person_id"), "supervisions", ["tenant_id", "person_id"])
    for statement in laws.tenant_table("supervisions"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("supervisions")
    op.drop_column("people", "max_supervised")


def _reference(column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_supervisions_tenant_id_{column}")
    return sa.ForeignKeyConstraint(["tenant_id", column], ["people.tenant_id", "people.id"], name=name)
