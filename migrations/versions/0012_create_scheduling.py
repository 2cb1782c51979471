"""Create resources, appointments, claims and weekly caps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from saas.db import laws

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "resources",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('practitioner', 'patient', 'room', 'device')", name=op.f("ck_resources_kind")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_resources")),
    )
    op.create_table(
        "appointments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), server_default="visit", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=True),
        sa.Column("offering_version_id", sa.Uuid(), nullable=True),
        sa.Column("practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall_start", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("holder_digest", sa.Text(), nullable=True),
        sa.Column("holder_address", sa.Text(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("terms_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.Text(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'held') = (held_until IS NOT NULL)", name=op.f("ck_appointments_held_until")
        ),
        sa.CheckConstraint("kind IN ('visit', 'block')", name=op.f("ck_appointments_kind")),
        sa.CheckConstraint(
            "state IN ('held', 'confirmed', 'lapsed', 'released', 'cancelled')",
            name=op.f("ck_appointments_state"),
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_appointments_order")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["locations.tenant_id", "locations.id"],
            name=op.f("fk_appointments_tenant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offering_id"],
            ["offerings.tenant_id", "offerings.id"],
            name=op.f("fk_appointments_tenant_id_offering_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offering_version_id"],
            ["offering_versions.tenant_id", "offering_versions.id"],
            name=op.f("fk_appointments_tenant_id_offering_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "patient_id"],
            ["patients.tenant_id", "patients.id"],
            name=op.f("fk_appointments_tenant_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_appointments")),
    )
    op.create_index(
        "ix_appointments_held",
        "appointments",
        ["tenant_id", "held_until"],
        unique=False,
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "ix_appointments_schedule",
        "appointments",
        ["tenant_id", "location_id", "starts_at"],
        unique=False,
        postgresql_include=["ends_at", "version", "state"],
    )
    op.create_index(
        op.f("ix_appointments_tenant_id_holder_digest"),
        "appointments",
        ["tenant_id", "holder_digest"],
        unique=False,
    )
    op.create_index(
        op.f("ix_appointments_tenant_id_patient_id"),
        "appointments",
        ["tenant_id", "patient_id"],
        unique=False,
    )
    op.create_table(
        "appointment_segments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "appointment_id"],
            ["appointments.tenant_id", "appointments.id"],
            name=op.f("fk_appointment_segments_tenant_id_appointment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_appointment_segments")),
    )
    op.create_index(
        op.f("ix_appointment_segments_tenant_id_appointment_id"),
        "appointment_segments",
        ["tenant_id", "appointment_id"],
        unique=False,
    )
    op.create_table(
        "claims",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("tenant_id"), "="),
            (sa.column("resource_id"), "="),
            (sa.literal_column("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("state IN ('held', 'confirmed')"),
            using="gist",
            name="ex_claims_no_double_booking",
        ),
        sa.CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name=op.f("ck_claims_held_until")),
        sa.CheckConstraint(
            "starts_at < ends_at AND ends_at - starts_at <= '1 day'::interval", name=op.f("ck_claims_order")
        ),
        sa.CheckConstraint("state IN ('held', 'confirmed', 'released')", name=op.f("ck_claims_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "appointment_id"],
            ["appointments.tenant_id", "appointments.id"],
            name=op.f("fk_claims_tenant_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "resource_id"],
            ["resources.tenant_id", "resources.id"],
            name=op.f("fk_claims_tenant_id_resource_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_claims")),
    )
    op.create_index(
        "ix_claims_search",
        "claims",
        ["tenant_id", "resource_id", "starts_at"],
        unique=False,
        postgresql_include=["ends_at", "state", "held_until", "appointment_id"],
    )
    op.create_index(
        op.f("ix_claims_tenant_id_appointment_id"), "claims", ["tenant_id", "appointment_id"], unique=False
    )
    op.create_table(
        "cap_uses",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND places", name=op.f("ck_cap_uses_place")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "appointment_id"],
            ["appointments.tenant_id", "appointments.id"],
            name=op.f("fk_cap_uses_tenant_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "offering_id"],
            ["offerings.tenant_id", "offerings.id"],
            name=op.f("fk_cap_uses_tenant_id_offering_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_cap_uses")),
    )
    op.create_index("uq_cap_uses_appointment", "cap_uses", ["tenant_id", "appointment_id"], unique=True)
    op.create_index(
        "uq_cap_uses_place", "cap_uses", ["tenant_id", "offering_id", "week", "place"], unique=True
    )
    for statement in [
        *laws.tenant_table("resources"),
        *laws.tenant_table("appointments"),
        *laws.tenant_table("appointment_segments"),
        *laws.tenant_table("claims"),
        *laws.tenant_table("cap_uses"),
    ]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("cap_uses")
    op.drop_table("claims")
    op.drop_table("appointment_segments")
    op.drop_table("appointments")
    op.drop_table("resources")
