"""Visits, holds and blocks to come that a change of the configuration touches; one statement each, however
many they are.

What is under way is still to come. A hold that ran out is not there, whether somebody swept it up or not.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from saas.db import session
from saas.scheduling.states import State

REACH = timedelta(days=1)  # no visit, and no claim, is longer

TO_COME = """a.tenant_id = %(tenant)s AND a.starts_at >= %(since)s AND a.ends_at > %(now)s
  AND (a.state = 'confirmed' OR a.held_until > %(now)s)"""
_CLAIMED = """
SELECT c.appointment_id FROM claims c
WHERE c.tenant_id = %(tenant)s AND c.resource_id = ANY(%(resources)s) AND c.starts_at >= %(since)s
  AND c.ends_at > %(now)s AND (c.state = 'confirmed' OR c.held_until > %(now)s)
"""
_AT = f"""
WITH touched AS (
  SELECT a.id FROM appointments a WHERE {TO_COME} AND a.location_id = ANY(%(places)s)
  UNION {_CLAIMED}
)
SELECT a.id, a.kind, a.state, a.location_id, a.starts_at, a.ends_at,
       r.kind AS resource_kind, c.resource_id, c.starts_at AS claim_starts_at, c.ends_at AS claim_ends_at
FROM touched t
JOIN appointments a ON a.tenant_id = %(tenant)s AND a.id = t.id
JOIN claims c ON c.tenant_id = a.tenant_id AND c.appointment_id = a.id AND c.state <> 'released'
JOIN resources r ON r.tenant_id = c.tenant_id AND r.id = c.resource_id AND r.kind <> 'patient'
ORDER BY a.starts_at, a.id, c.starts_at, c.resource_id
"""
_BY = f"""
SELECT a.id, a.state, a.location_id, a.starts_at, a.ends_at, a.wall_start, a.variant, a.exam, a.practitioner_id,
       a.offering_version_id, a.on_request, (
  SELECT array_agg(x.offering_version_id ORDER BY x.ordinal) FROM appointment_add_ons x
  WHERE x.tenant_id = a.tenant_id AND x.appointment_id = a.id
) AS added, (
  SELECT json_agg(s.takes ORDER BY s.ordinal) FROM appointment_segments s
  WHERE s.tenant_id = a.tenant_id AND s.appointment_id = a.id AND s.takes IS NOT NULL
) AS takes
FROM (
  SELECT a.id FROM appointments a WHERE {TO_COME} AND a.location_id = ANY(%(places)s)
  UNION {_CLAIMED}
) AS t
JOIN appointments a ON a.tenant_id = %(tenant)s AND a.id = t.id
WHERE a.kind = 'visit' AND a.offering_version_id IS NOT NULL
ORDER BY a.starts_at, a.id
"""
_OF = f"""
SELECT o.offering_id, a.state, count(*) FROM appointments a
CROSS JOIN LATERAL (
  SELECT a.offering_id UNION ALL
  SELECT x.offering_id FROM appointment_add_ons x WHERE x.tenant_id = a.tenant_id AND x.appointment_id = a.id
) AS o
WHERE {TO_COME} AND a.location_id = ANY(%(places)s) AND a.kind = 'visit' AND o.offering_id = ANY(%(offerings)s)
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Taken:
    """One resource for one span; `kind` is practitioner, room, device or seat."""

    kind: str
    id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Standing:
    """A visit, hold or block to come, and what it takes. From start to end is when the patient is there."""

    id: UUID
    kind: str
    state: str
    location_id: UUID
    starts_at: datetime
    ends_at: datetime
    taken: tuple[Taken, ...] = ()

    @property
    def is_hold(self) -> bool:
        """Whether somebody is only about to book it."""
        return self.state == State.HELD


@dataclass(frozen=True)
class Performed:
    """A visit or hold, the versions it was booked with, base first, and the ids of who fills its roles.

    `takes` has rooms and devices too, by kind. `wall_start` is its start as it was told to the patient, `variant`
    the slug of the base's variant, `exam` the examination that is its first part; `on_request` that a clinician
    had to decide about it as it is booked.
    """

    id: UUID
    state: str
    location_id: UUID
    starts_at: datetime
    ends_at: datetime
    wall_start: str
    variant: str | None
    versions: tuple[UUID, ...]
    takes: Mapping[str, UUID]
    exam: Mapping[str, Any] | None = None
    on_request: bool = False


def at(places: Collection[UUID], resources: Collection[UUID], now: datetime) -> tuple[Standing, ...]:
    """Return what is to come at the places, or takes one of the resources, by time."""
    if not places and not resources:
        return ()
    found: dict[UUID, list[Any]] = {}
    for row in _run(_AT, now, places=list(places), resources=list(resources)):
        found.setdefault(row.id, []).append(row)
    return tuple(_standing(rows) for rows in found.values())


def by(people: Collection[UUID], places: Collection[UUID], now: datetime) -> tuple[Performed, ...]:
    """Return the visits and holds to come that take one of *people* or are at one of *places*, by time."""
    if not people and not places:
        return ()
    return tuple(
        Performed(
            row.id, row.state, row.location_id, row.starts_at, row.ends_at, row.wall_start, row.variant,
            (row.offering_version_id, *(row.added or ())), _takes(row.practitioner_id, row.takes), row.exam,
            row.on_request,
        )
        for row in _run(_BY, now, resources=list(people), places=list(places))
    )  # fmt: skip


def count(
    offerings: Collection[UUID], places: Collection[UUID], now: datetime
) -> Mapping[UUID, tuple[int, int]]:
    """Return how many visits and how many holds to come at *places* there are of each of the *offerings*.

    A visit counts for its base and for each of its add-ons; what there is none of is left out.
    """
    if not offerings or not places:
        return {}
    found: dict[UUID, tuple[int, int]] = {}
    for offering_id, state, number in _run(_OF, now, offerings=list(offerings), places=list(places)):
        visits, holds = found.get(offering_id, (0, 0))
        held = state == State.HELD
        found[offering_id] = (visits + number * (not held), holds + number * held)
    return found


def _standing(rows: list[Any]) -> Standing:
    first = rows[0]
    taken = tuple(
        Taken(row.resource_kind, row.resource_id, row.claim_starts_at, row.claim_ends_at) for row in rows
    )
    return Standing(
        first.id, first.kind, first.state, first.location_id, first.starts_at, first.ends_at, taken
    )


def _takes(lead: UUID | None, takes: Iterable[Mapping[str, str]] | None) -> dict[str, UUID]:
    """Return who fills which role; of a visit of which nobody wrote it down, its practitioner."""
    found = {name: UUID(one) for part in takes or () for name, one in part.items()}
    return {"practitioner": lead, **found} if lead else found


def _run(query: str, now: datetime, **values: object) -> Iterable[Any]:
    current = session.current()
    given = {"tenant": current.tenant_id, "now": now, "since": now - REACH, **values}
    return current.connection().exec_driver_sql(query, given).all()
