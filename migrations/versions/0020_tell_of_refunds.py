"""Let a message tell of a refund."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _kinds("'confirmed', 'moved', 'cancelled', 'refunded'")


def downgrade() -> None:
    op.execute("DELETE FROM messages WHERE kind = 'refunded'")
    _kinds("'confirmed', 'moved', 'cancelled'")


def _kinds(kinds: str) -> None:
    op.drop_constraint(op.f("ck_messages_kind"), "messages")
    op.create_check_constraint(op.f("ck_messages_kind"), "messages", f"kind IN ({kinds})")
