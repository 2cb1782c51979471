"""Create exceptions to hours, maintenance of rooms and devices, and hours of every nth week."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from saas.db import laws

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "location_exceptions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("since <= until", name=op.f("ck_location_exceptions_order")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["locations.tenant_id", "locations.id"],
            name=op.f("fk_location_exceptions_tenant_id_location_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_location_exceptions")),
    )
    op.create_index(
        op.f("ix_location_exceptions_tenant_id_location_id_since"),
        "location_exceptions",
        ["tenant_id", "location_id", "since"],
        unique=True,
    )
    op.create_table(
        "working_exceptions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("since <= until", name=op.f("ck_working_exceptions_order")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["people.tenant_id", "people.id"],
            name=op.f("fk_working_exceptions_tenant_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["locations.tenant_id", "locations.id"],
            name=op.f("fk_working_exceptions_tenant_id_location_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_working_exceptions")),
    )
    op.create_index(
        op.f("ix_working_exceptions_tenant_id_person_id_location_id_since"),
        "working_exceptions",
        ["tenant_id", "person_id", "location_id", "since"],
        unique=True,
    )
    _create_maintenance_windows()
    _let_hours_take_turns()
    for table in ("location_exceptions", "working_exceptions", "maintenance_windows"):
        for statement in laws.tenant_table(table):
            op.execute(statement)


# Wall times of the unit's location: an instant would be another one once the rules of its zone change.
MAINTENANCE_WINDOWS = """
CREATE TABLE maintenance_windows (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    room_id uuid,
    device_id uuid,
    -- squawk-ignore prefer-timestamp-tz
    starts timestamp NOT NULL,
    -- squawk-ignore prefer-timestamp-tz
    ends timestamp NOT NULL,
    reason text NOT NULL,
    CONSTRAINT pk_maintenance_windows PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_maintenance_windows_tenant_id_room_id
        FOREIGN KEY (tenant_id, room_id) REFERENCES rooms (tenant_id, id),
    CONSTRAINT fk_maintenance_windows_tenant_id_device_id
        FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id),
    CONSTRAINT ck_maintenance_windows_unit CHECK (num_nonnulls(room_id, device_id) = 1),
    CONSTRAINT ck_maintenance_windows_order CHECK (starts < ends)
)
"""


def _create_maintenance_windows() -> None:
    op.execute(MAINTENANCE_WINDOWS)
    for unit in ("room", "device"):
        op.create_index(
            op.f(f"ix_maintenance_windows_tenant_id_{unit}_id"),
            "maintenance_windows",
            ["tenant_id", f"{unit}_id"],
        )


def _let_hours_take_turns() -> None:
    """The table is small: some rows for each person who works."""
    op.add_column(
        "working_hours", sa.Column("every", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    for column in ("week_of", "since", "until"):
        op.add_column("working_hours", sa.Column(column, sa.Date(), nullable=True))
    checks = {
        "turn": "every BETWEEN 1 AND 12 AND (every = 1) = (week_of IS NULL)",
        "monday": "date_part('isodow', week_of) = 1",
        "range": "since <= until",
    }
    for name, rule in checks.items():
        op.execute(
            "-- squawk-ignore constraint-missing-not-valid\n"
            f"ALTER TABLE working_hours ADD CONSTRAINT ck_working_hours_{name} CHECK ({rule})"
        )


def downgrade() -> None:
    for name in ("range", "monday", "turn"):
        op.execute(f"ALTER TABLE working_hours DROP CONSTRAINT ck_working_hours_{name}")
    for column in ("until", "since", "week_of", "every"):
        op.drop_column("working_hours", column)
    op.drop_table("maintenance_windows")
    op.drop_table("working_exceptions")
    op.drop_table("location_exceptions")
