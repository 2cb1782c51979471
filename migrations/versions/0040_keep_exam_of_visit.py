"""Keep with a visit the examination that is its first part: its minutes, who may make it, and what for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appointments", sa.Column("exam", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("appointments", "exam")
