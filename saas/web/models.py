"""The web kit's one table: counters of rate limits, unlogged and global."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from saas.db.base import Base


class RateLimit(Base):
    """How often a key was used in its present window."""

    __tablename__ = "rate_limits"
    __table_args__ = (
        Index(None, "expires_at"),
        {"prefixes": ["UNLOGGED"], "info": {"grants": "SELECT, INSERT, UPDATE, DELETE"}},
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    hits: Mapped[int]
    expires_at: Mapped[datetime]
