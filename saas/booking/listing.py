"""Visits as lists show them: tuples with slugs, in one statement a page.

A hold is no visit yet, and a block of time is none at all: neither is listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from saas.db import session
from saas.kernel.errors import NotFound
from saas.scheduling import placing

_SELECT = """
SELECT a.id, a.version, a.state, a.starts_at, a.ends_at, a.time_zone, l.slug, o.slug, p.slug, a.patient_id,
       a.source, a.created_at, a.moved_at, a.cancelled_at, a.checked_in_at, e.currency, a.variant, ARRAY(
         SELECT added.slug FROM appointment_add_ons x
         JOIN offerings added ON added.tenant_id = x.tenant_id AND added.id = x.offering_id
         WHERE x.tenant_id = a.tenant_id AND x.appointment_id = a.id ORDER BY x.ordinal
       ), a.held_until, ARRAY(
         SELECT DISTINCT above.slug FROM appointment_segments s
         CROSS JOIN LATERAL jsonb_each_text(s.takes) AS taken(role, id)
         JOIN people above ON above.tenant_id = s.tenant_id AND above.id = taken.id::uuid
         WHERE s.tenant_id = a.tenant_id AND s.appointment_id = a.id
           AND left(taken.role, length(%(supervises)s)) = %(supervises)s
         ORDER BY above.slug
       ), coalesce((a.exam ->> 'minutes')::int, 0)
FROM appointments a
JOIN locations l ON l.tenant_id = a.tenant_id AND l.id = a.location_id
JOIN legal_entities e ON e.tenant_id = l.tenant_id AND e.id = l.legal_entity_id
LEFT JOIN offerings o ON o.tenant_id = a.tenant_id AND o.id = a.offering_id
LEFT JOIN people p ON p.tenant_id = a.tenant_id AND p.id = a.practitioner_id
WHERE a.tenant_id = %(tenant)s AND a.kind = 'visit' AND (a.state IN ('confirmed', 'cancelled', 'no_show')
       OR a.requested_at IS NOT NULL)
"""
_PAGE = f"""{_SELECT}
  AND a.location_id = ANY(%(locations)s) AND a.starts_at >= %(starts_at)s AND a.starts_at < %(ends_at)s
  AND (%(practitioner)s::uuid IS NULL OR a.practitioner_id = %(practitioner)s::uuid)
  AND (a.starts_at, a.id) > (%(after_at)s, %(after_id)s)
ORDER BY a.starts_at, a.id LIMIT %(limit)s
"""
_ONE = f"{_SELECT} AND a.id = %(id)s"
BEFORE_ALL = UUID(int=0)


class Visit(NamedTuple):
    """A visit that is certain, asked for, called off or missed; `currency` is that of whoever runs the location.

    `add_ons` and `supervised_by` are slugs; `decide_by` is until when a clinician decides about what is asked for.
    `exam_minutes` is how long the examination takes with which it begins, 0 without one.
    """

    id: UUID
    version: int
    state: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    location: str
    offering: str | None
    practitioner: str | None
    patient_id: UUID | None
    source: str
    created_at: datetime
    moved_at: datetime | None
    cancelled_at: datetime | None
    checked_in_at: datetime | None
    currency: str
    variant: str | None = None
    add_ons: Sequence[str] = ()
    decide_by: datetime | None = None
    supervised_by: Sequence[str] = ()
    exam_minutes: int = 0


@dataclass(frozen=True)
class Range:
    """Which visits: those that begin within a span at some locations, with anyone or one practitioner."""

    starts_at: datetime
    ends_at: datetime
    locations: Sequence[UUID]
    practitioner_id: UUID | None = None


def page(asked: Range, after: tuple[datetime, UUID] | None, limit: int) -> list[Visit]:
    """Return up to *limit* visits by time, beginning after the one named."""
    after_at, after_id = after or (asked.starts_at, BEFORE_ALL)
    return [Visit(*row) for row in _run(
        _PAGE, locations=list(asked.locations), starts_at=max(asked.starts_at, after_at),
        ends_at=asked.ends_at, practitioner=asked.practitioner_id, after_at=after_at, after_id=after_id,
        limit=limit,
    )]  # fmt: skip


def get(visit_id: UUID) -> Visit:
    """Return one visit as this transaction leaves it; NotFound."""
    session.current().flush()
    found = _run(_ONE, id=visit_id).first()
    if found is None:
        raise NotFound
    return Visit(*found)


def _run(sql: str, **values: Any) -> Any:
    current = session.current()
    given = {"tenant": current.tenant_id, "supervises": placing.SUPERVISES, **values}
    return current.connection().exec_driver_sql(sql, given)
