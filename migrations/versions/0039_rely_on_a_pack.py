"""Keep with how a clinic counts on which pack of rules, in which version, it relies.

Who relied on rules before there was a second version of them relied on the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pack = sa.Column("pack", sa.Text(), server_default="us-sample@1", nullable=False)
    op.add_column("scope_policies", pack)


def downgrade() -> None:
    op.execute("-- squawk-ignore ban-drop-column\nALTER TABLE scope_policies DROP COLUMN pack")
