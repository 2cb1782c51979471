"""Create time off, and let a location close on public holidays."""

import sqlalchemy as sa
from alembic import op

from saas.db import laws

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "locations",
        sa.Column("observes_holidays", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_table(
        "time_off",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_time_off_order")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["people.tenant_id", "people.id"],
            name=op.f("fk_time_off_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_time_off")),
    )
    op.create_index(
        "ix_time_off_tenant_id_person_id_starts_at", "time_off", ["tenant_id", "person_id", "starts_at"]
    )
    for statement in laws.tenant_table("time_off"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("time_off")
    op.drop_column("locations", "observes_holidays")
