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


def lock(kinds: Mapping[UUID, str]) -> None:
    """Lock resources, by id, until the transaction ends; any that do not exist yet are made first.

    Everything that claims or frees time, or edits a roster, locks here first: one order everywhere, so
    that nobody waits in a circle. Nothing is locked before all are there, for the same reason.
    """
    wanted, current = sorted(kinds), session.current()
    connection, values = current.connection(), {"tenant": current.tenant_id, "ids": wanted}
    known = connection.exec_driver_sql(_COUNT, values).scalar_one()
    if known < len(wanted):
        connection.exec_driver_sql(_ENSURE, {**values, "kinds": [kinds[i] for i in wanted]})
    connection.exec_driver_sql(_LOCK, values)
