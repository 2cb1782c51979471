"""What happened to one thing, as it was told; read only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from saas.db import session

_OF_SUBJECT = """
SELECT kind, recorded_at, actor_kind, actor_id FROM events
WHERE tenant_id = %(tenant)s AND recorded_at >= %(since)s AND subject_id = %(subject)s
ORDER BY recorded_at, id LIMIT 100
"""
_TOLD = """
SELECT actor_id, data, recorded_at FROM events
WHERE tenant_id = %(tenant)s AND subject_id = %(subject)s AND kind = %(kind)s
ORDER BY recorded_at DESC, id DESC LIMIT 100
"""

_TOLD_OF_ALL = """
SELECT actor_id, data, recorded_at FROM events
WHERE tenant_id = %(tenant)s AND subject_id = ANY(%(subjects)s) AND kind = %(kind)s
ORDER BY recorded_at DESC, id DESC
"""


class Happening(NamedTuple):
    """One event: what, when and by whom."""

    kind: str
    recorded_at: datetime
    actor_kind: str
    actor_id: UUID | None


class Told(NamedTuple):
    """One event with what was told along: by whom, what and when."""

    actor_id: UUID | None
    data: dict[str, Any]
    recorded_at: datetime


def told_of(subject_id: UUID, kind: str) -> list[Told]:
    """Return the newest events of *kind* about *subject_id*, the last one first."""
    current = session.current()
    values = {"tenant": current.tenant_id, "subject": subject_id, "kind": kind}
    return [Told(*row) for row in current.connection().exec_driver_sql(_TOLD, values)]


def told_of_all(subject_ids: Sequence[UUID], kind: str) -> list[Told]:
    """Return the events of *kind* about any of *subject_ids*, the last one first."""
    current = session.current()
    values = {"tenant": current.tenant_id, "subjects": list(subject_ids), "kind": kind}
    return [Told(*row) for row in current.connection().exec_driver_sql(_TOLD_OF_ALL, values)]


def of_subject(subject_id: UUID, since: datetime) -> list[Happening]:
    """Return what happened to *subject_id* since an instant (when it was made), in order."""
    current = session.current()
    values = {"tenant": current.tenant_id, "subject": subject_id, "since": since}
    return [Happening(*row) for row in current.connection().exec_driver_sql(_OF_SUBJECT, values)]
