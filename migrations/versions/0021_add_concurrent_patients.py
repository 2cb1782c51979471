"""Add how many patients a person may look after at the same time."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("max_concurrent_patients", sa.Integer(), server_default=sa.text("1"), nullable=False)
    op.add_column("people", column)


def downgrade() -> None:
    op.drop_column("people", "max_concurrent_patients")
