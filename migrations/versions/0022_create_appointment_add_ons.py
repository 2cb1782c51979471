"""Create a visit's add-ons; let segments tell whom and what they take; let seats be resources."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from saas.db import laws

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _kinds("'practitioner', 'patient', 'room', 'device', 'seat'")
    op.add_column("appointment_segments", sa.Column("add_on", sa.Text(), nullable=True))
    op.add_column("appointment_segments", sa.Column("takes", JSONB(), nullable=True))
    op.create_table(
        "appointment_add_ons",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("offering_version_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "appointment_id"],
            ["appointments.tenant_id", "appointments.id"],
            name=op.f("fk_appointment_add_ons_tenant_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offering_id"],
            ["offerings.tenant_id", "offerings.id"],
            name=op.f("fk_appointment_add_ons_tenant_id_offering_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offering_version_id"],
            ["offering_versions.tenant_id", "offering_versions.id"],
            name=op.f("fk_appointment_add_ons_tenant_id_offering_version_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_appointment_add_ons")),
    )
    op.create_index(
        "uq_appointment_add_ons_offering",
        "appointment_add_ons",
        ["tenant_id", "appointment_id", "offering_id"],
        unique=True,
    )
    for statement in laws.tenant_table("appointment_add_ons", laws.APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("appointment_add_ons")
    op.drop_column("appointment_segments", "takes")
    op.drop_column("appointment_segments", "add_on")
    op.execute("DELETE FROM claims USING resources r WHERE claims.tenant_id = r.tenant_id"
               " AND claims.resource_id = r.id AND r.kind = 'seat'")  # fmt: skip
    op.execute("DELETE FROM resources WHERE kind = 'seat'")
    _kinds("'practitioner', 'patient', 'room', 'device'")


def _kinds(kinds: str) -> None:
    """Let resources be of *kinds*. The table is small: a row for each person, room, device and patient."""
    op.execute(
        "-- squawk-ignore ban-drop-constraint\nALTER TABLE resources DROP CONSTRAINT ck_resources_kind"
    )
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"ALTER TABLE resources ADD CONSTRAINT ck_resources_kind CHECK (kind IN ({kinds}))"
    )
