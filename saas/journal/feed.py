"""The news as a feed: in the order of their instants, none left out however late it was committed.

An event's instant is the beginning of its transaction, so one that is still running may add an event
behind those that can be read already. The feed therefore ends where the oldest transaction of the
application began that has not ended.
"""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from saas.db import session
from saas.kernel.errors import NotFound

_NEWS = """
SELECT id, kind, subject_id, actor_kind, actor_id, data, recorded_at FROM events
WHERE tenant_id = %(tenant)s AND recorded_at < (
  SELECT coalesce(min(xact_start), now()) FROM pg_stat_activity
  WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
) AND (recorded_at, id) > (%(at)s::timestamptz, %(id)s::uuid)
ORDER BY recorded_at, id LIMIT %(limit)s
"""
_ONE = """
SELECT id, kind, subject_id, actor_kind, actor_id, data, recorded_at FROM events
WHERE tenant_id = %(tenant)s AND id = %(id)s
"""
BEGINNING = "-infinity", UUID(int=0)


class News(NamedTuple):
    """One event: ids and codes."""

    id: UUID
    kind: str
    subject_id: UUID | None
    actor_kind: str
    actor_id: UUID | None
    data: dict[str, Any]
    recorded_at: datetime


def get(event_id: UUID) -> News:
    """Return one event; NotFound."""
    current = session.current()
    values = {"tenant": current.tenant_id, "id": event_id}
    found = current.connection().exec_driver_sql(_ONE, values).first()
    if found is None:
        raise NotFound
    return News(*found)


def read(after: tuple[datetime, UUID] | None, limit: int) -> list[News]:
    """Return up to *limit* events after the one named, oldest first."""
    at, event_id = after or BEGINNING
    current = session.current()
    values = {"tenant": current.tenant_id, "at": at, "id": event_id, "limit": limit}
    return [News(*row) for row in current.connection().exec_driver_sql(_NEWS, values)]
