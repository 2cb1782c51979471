"""Create clearances, examinations of patients before a treatment, and their early ends."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from saas.db import laws

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clearances",
        *_ids(),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("procedures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("examiner_id", sa.Uuid(), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), server_default="", nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("examined_on", sa.Date(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), server_default="", nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("telehealth", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *_actor(),
        sa.CheckConstraint(
            "result IN ('cleared', 'conditional', 'not_cleared')", name=op.f("ck_clearances_result")
        ),
        sa.CheckConstraint(
            "basis IN ('statute', 'clinic_policy', 'plan_of_care')", name=op.f("ck_clearances_basis")
        ),
        sa.CheckConstraint(
            "(result = 'conditional') = (conditions <> '')", name=op.f("ck_clearances_conditions")
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR examined_on <= valid_until", name=op.f("ck_clearances_order")
        ),
        _reference("clearances", "patient_id", "patients"),
        _reference("clearances", "examiner_id", "people"),
        _reference("clearances", "location_id", "locations"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_clearances")),
    )
    op.create_index(op.f("ix_clearances_tenant_id_patient_id"), "clearances", ["tenant_id", "patient_id"])
    _put_under_law("clearances")
    _ends()


def downgrade() -> None:
    op.drop_table("clearance_ends")
    op.drop_table("clearances")


def _ends() -> None:
    op.create_table(
        "clearance_ends",
        *_ids(),
        sa.Column("clearance_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        *_actor(),
        sa.CheckConstraint(
            "reason IN ('new_diagnosis', 'new_medication', 'adverse_event', 'mistake')",
            name=op.f("ck_clearance_ends_reason"),
        ),
        _reference("clearance_ends", "clearance_id", "clearances"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_clearance_ends")),
    )
    op.create_index(
        "uq_clearance_ends_clearance", "clearance_ends", ["tenant_id", "clearance_id"], unique=True
    )
    _put_under_law("clearance_ends")


def _ids() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
    )


def _actor() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
    )


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_tenant_id_{column}")
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{other}.tenant_id", f"{other}.id"], name=name)


def _put_under_law(table: str) -> None:
    for statement in laws.tenant_table(table, laws.APPEND_ONLY):
        op.execute(statement)
