"""Whose log-in ends with a change, and how many of their sessions with it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from saas.db import session
from saas.kernel.errors import Reason
from saas.kernel.impacts import Impact
from saas.kernel.text import N_

ROOM = "identity"
ENDS = N_("%(name)s could no longer sign in; open sessions that end: %(sessions)s.")

_SESSIONS = """
SELECT u.id, (
  SELECT count(*) FROM sessions s WHERE s.tenant_id = u.tenant_id AND s.user_id = u.id
    AND s.revoked_at IS NULL AND s.expires_at > %(now)s
)
FROM users u WHERE u.tenant_id = %(tenant)s AND u.id = ANY(%(users)s) AND u.disabled_at IS NULL
"""


def of(before: Mapping[UUID, str], after: Iterable[UUID], now: datetime) -> Iterator[Impact]:
    """Yield an impact for each user of *before* (names by id) who is not in *after*; at most one statement.

    Who cannot sign in as it is loses nothing.
    """
    ending = sorted(before.keys() - set(after), key=lambda one: before[one])
    open_sessions = _open_sessions(ending, now)
    for user_id in ending:
        if user_id in open_sessions:
            params = {"name": before[user_id], "sessions": open_sessions[user_id]}
            yield Impact(ROOM, Reason("log_in_ends", ENDS, params), (user_id,))


def _open_sessions(users: list[UUID], now: datetime) -> dict[UUID, int]:
    if not users:
        return {}
    current = session.current()
    values = {"tenant": current.tenant_id, "users": users, "now": now}
    return {row[0]: row[1] for row in current.connection().exec_driver_sql(_SESSIONS, values)}
