"""Create tax settlements: what became of the tax of bills that were issued for review."""

import sqlalchemy as sa
from alembic import op

from saas.db import laws

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tax_settlements",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("tax_minor >= 0", name=op.f("ck_tax_settlements_tax")),
        sa.CheckConstraint("source <> '' OR reason <> ''", name=op.f("ck_tax_settlements_why")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "bill_id"],
            ["bills.tenant_id", "bills.id"],
            name=op.f("fk_tax_settlements_tenant_id_bill_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tax_settlements")),
    )
    op.create_index("uq_tax_settlements_bill", "tax_settlements", ["tenant_id", "bill_id"], unique=True)
    for statement in laws.tenant_table("tax_settlements", laws.APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("tax_settlements")
