"""Add the tier of people, which prices may name, and create the tax rates."""

import sqlalchemy as sa
from alembic import op

from saas.db import laws

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("tier", sa.Text(), nullable=True))
    op.create_table(
        "tax_rates",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("percent", sa.Numeric(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_tax_rates_percent")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_tax_rates_source")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tax_rates")),
    )
    op.create_index(
        "uq_tax_rates_day",
        "tax_rates",
        ["tenant_id", "jurisdiction", "purpose", "valid_from"],
        unique=True,
    )
    for statement in laws.tenant_table("tax_rates"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("tax_rates")
    op.drop_column("people", "tier")
