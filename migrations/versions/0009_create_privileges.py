"""Create the clinic's word of who may perform what."""

import sqlalchemy as sa
from alembic import op

from saas.db import laws

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "privileges",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_privileges_order")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["people.tenant_id", "people.id"],
            name=op.f("fk_privileges_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_privileges")),
    )
    op.create_index(
        op.f("ix_privileges_tenant_id_person_id"), "privileges", ["tenant_id", "person_id"], unique=False
    )
    for statement in [
        *laws.tenant_table("privileges"),
    ]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("privileges")
