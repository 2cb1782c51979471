"""Resources: made when first needed, with the id of the person, room, device or patient; locked in order."""

from collections.abc import Mapping
from uuid import UUID

from saas.db import session

_ENSURE = """
INSERT INTO resources (tenant_id, id, kind)
SELECT %(tenant)s, id, kind FROM unnest(%(ids)s::uuid[], %(kinds)s::text[]) AS wanted(id, kind) ORDER BY id
ON CONFLICT DO NOTHING
"""
_COUNT = "SELECT count(*) FROM resources WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s)"
_LOCK = """
SELECT id FROM resources WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE
"""

_LOCK_STAFFED = """
SELECT id FROM resources WHERE tenant_id = %(tenant)s AND kind <> 'patient' ORDER BY id FOR NO KEY UPDATE
"""

# Resources that were there once; those of practitioners, rooms and devices are never deleted.
_seen: set[UUID] = set()
MOST_SEEN = 100_000


def lock_staffed() -> None:
    """Lock whatever can be booked but patients, by id: nothing is held or confirmed until the transaction ends."""
    current = session.current()
    current.connection().exec_driver_sql(_LOCK_STAFFED, {"tenant": current.tenant_id})


def lock(kinds: Mapping[UUID, str]) -> None:
    """Lock resources, by id, until the transaction ends; any that do not exist yet are made first.

    Everything that claims or frees time, or edits a roster, locks here first: one order everywhere, so
    that nobody waits in a circle. Nothing is locked before all are there, for the same reason.
    """
    wanted, current = sorted(kinds), session.current()
    connection, values = current.connection(), {"tenant": current.tenant_id, "ids": wanted}
    if "patient" in kinds.values() or not _seen.issuperset(wanted):
        known = connection.exec_driver_sql(_COUNT, values).scalar_one()
        if known < len(wanted):
            connection.exec_driver_sql(_ENSURE, {**values, "kinds": [kinds[i] for i in wanted]})
        elif len(_seen) < MOST_SEEN:
            _seen.update(wanted)
    if connection.exec_driver_sql(_LOCK, values).rowcount < len(wanted):
        _seen.difference_update(wanted)  # one that was seen had not been committed
        lock(kinds)
