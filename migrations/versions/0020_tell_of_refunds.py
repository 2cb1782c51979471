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
    """Let messages be of *kinds*. Whoever writes one waits for the look at those that are there."""
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE messages DROP CONSTRAINT ck_messages_kind")
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"ALTER TABLE messages ADD CONSTRAINT ck_messages_kind CHECK (kind IN ({kinds}))"
    )
