"""Let a visit keep which variant of its offering was booked."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appointments", sa.Column("variant", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("appointments", "variant")
