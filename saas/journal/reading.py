"""What happened to one thing, as it was told; read only."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from saas.db import session

_OF_SUBJECT = """
SELECT kind, recorded_at, actor_kind, actor_id FROM events
WHERE tenant_id = %(tenant)s AND recorded_at >= %(since)s AND subject_id = %(subject)s
ORDER BY recorded_at, id LIMIT 100
"""


class Happening(NamedTuple):
    """One event: what, when and by whom."""

    kind: str
    recorded_at: datetime
    actor_kind: str
    actor_id: UUID | None


def of_subject(subject_id: UUID, since: datetime) -> list[Happening]:
    """Return what happened to *subject_id* since an instant (when it was made), in order."""
    current = session.current()
    values = {"tenant": current.tenant_id, "subject": subject_id, "since": since}
    return [Happening(*row) for row in current.connection().exec_driver_sql(_OF_SUBJECT, values)]
