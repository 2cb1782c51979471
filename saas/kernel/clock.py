"""The one place that reads the wall clock. Everything else takes an instant as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, timezone-aware in UTC."""
    return datetime.now(UTC)
