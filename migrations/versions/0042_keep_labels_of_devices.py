"""Keep what a device's label says, sites and least age, and for which off-label uses the clinic answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def _list(name: str) -> sa.Column[object]:
    return sa.Column(name, JSONB(), server_default=sa.text("'[]'"), nullable=False)


def upgrade() -> None:
    op.add_column("devices", _list("label_sites"))
    op.add_column("devices", sa.Column("label_min_age", sa.Integer(), nullable=True))
    op.add_column("scope_policies", _list("off_label"))


def downgrade() -> None:
    for table, column in (
        ("devices", "label_sites"),
        ("devices", "label_min_age"),
        ("scope_policies", "off_label"),
    ):
        op.execute(f"-- squawk-ignore ban-drop-column\nALTER TABLE {table} DROP COLUMN {column}")
