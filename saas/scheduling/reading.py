"""A calendar as it stands, read only: tuples, never entities, and no more statements than it takes.

Only leakproof operators stand in a WHERE, so that the indexes are used under row level security. A hold
that ran out is not there, whether somebody swept it up or not.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from saas.db import session

_STANDS = "(a.state IN ('confirmed', 'no_show') OR a.held_until > now())"
_COLUMNS = """
  a.id, a.kind, a.state, a.version, a.location_id, a.offering_id, a.offering_version_id, a.practitioner_id,
  a.patient_id, a.starts_at, a.ends_at, a.time_zone, a.label, a.source, a.held_until, a.variant,
  a.checked_in_at, a.exam, a.on_request
"""
_AT_PLACE = """a.tenant_id = %(tenant)s AND a.location_id = %(location)s
  AND a.starts_at >= %(starts_at)s AND a.starts_at < %(ends_at)s"""
_APPOINTMENTS = (
    f"SELECT {_COLUMNS} FROM appointments a WHERE {_AT_PLACE} AND {_STANDS} ORDER BY a.starts_at, a.id"
)
_CLAIMS = f"""
SELECT r.kind, c.resource_id, c.appointment_id, c.starts_at, c.ends_at
FROM appointments a
JOIN claims c ON c.tenant_id = a.tenant_id AND c.appointment_id = a.id AND c.state <> 'released'
JOIN resources r ON r.tenant_id = c.tenant_id AND r.id = c.resource_id AND r.kind <> 'seat'
WHERE {_AT_PLACE} AND {_STANDS}
ORDER BY c.starts_at, c.id
"""
# A resource's claims as one JSON array, in the session's time zone; a claim has the parts of its visit that it
# spans. To make a thousand claims into Python's objects and those into text again takes four times as long.
_DRAWN = f"""
SELECT c.resource_id::text, '[' || string_agg(row_to_json(drawn)::text, ',' ORDER BY c.starts_at, c.id) || ']'
FROM appointments a
JOIN claims c ON c.tenant_id = a.tenant_id AND c.appointment_id = a.id AND c.state <> 'released'
CROSS JOIN LATERAL (
  SELECT a.id AS appointment, a.version, a.kind, a.state, c.starts_at, c.ends_at, a.offering_id AS offering,
         a.patient_id AS patient, a.label, (
    SELECT coalesce(json_agg(row_to_json(part)), '[]') FROM (
      SELECT s.kind, s.name, s.starts_at, s.ends_at, CASE WHEN s.add_on_id IS NOT NULL THEN (
        SELECT o.slug FROM offerings o WHERE o.tenant_id = s.tenant_id AND o.id = s.add_on_id
      ) END AS add_on, s.takes FROM appointment_segments s
      WHERE s.tenant_id = a.tenant_id AND s.appointment_id = a.id
        AND s.starts_at < c.ends_at AND s.ends_at > c.starts_at
      ORDER BY s.starts_at, s.ordinal
    ) AS part
  ) AS segments
) AS drawn
WHERE {_AT_PLACE} AND {_STANDS} AND c.resource_id = ANY(%(resources)s)
GROUP BY c.resource_id
"""
_SEGMENTS_OF = """
SELECT s.appointment_id, s.kind, s.name, s.starts_at, s.ends_at, s.add_on_id, s.takes
FROM appointment_segments s WHERE s.tenant_id = %(tenant)s AND s.appointment_id = %(appointment)s ORDER BY s.ordinal
"""
_SEGMENTS_OF_ALL = """
SELECT s.appointment_id, s.kind, s.name, s.starts_at, s.ends_at, s.add_on_id, s.takes
FROM appointment_segments s WHERE s.tenant_id = %(tenant)s AND s.appointment_id = ANY(%(appointments)s)
ORDER BY s.appointment_id, s.ordinal
"""
_CLAIMS_OF = """
SELECT r.kind, c.resource_id, c.appointment_id, c.starts_at, c.ends_at
FROM claims c JOIN resources r ON r.tenant_id = c.tenant_id AND r.id = c.resource_id AND r.kind <> 'seat'
WHERE c.tenant_id = %(tenant)s AND c.appointment_id = %(appointment)s AND c.state <> 'released'
ORDER BY c.starts_at, c.id
"""
_OF_PERSON = """
FROM claims c JOIN appointments a ON a.tenant_id = c.tenant_id AND a.id = c.appointment_id
WHERE c.tenant_id = %(tenant)s AND c.resource_id = %(person)s
  AND c.starts_at >= %(starts_at)s AND c.starts_at < %(ends_at)s
  AND (c.state = 'confirmed' OR c.held_until > now())
"""
_TAG = "md5(string_agg(a.id::text || ':' || a.version::text || ':' || a.state, ',' ORDER BY a.id))"
_VERSION = "(SELECT config_version::text FROM tenants WHERE id = %(tenant)s)"
_TO_COME = """
SELECT a.wall_start, a.practitioner_id, a.offering_id FROM appointments a
WHERE a.tenant_id = %(tenant)s AND a.patient_id = %(patient)s AND a.starts_at > %(now)s AND a.state = 'confirmed'
"""
_SEEN = """
SELECT DISTINCT a.patient_id FROM appointments a
WHERE a.tenant_id = %(tenant)s AND a.patient_id = ANY(%(patients)s) AND a.starts_at < %(before)s
  AND a.state = 'confirmed'
"""


class AppointmentRow(NamedTuple):
    """An appointment as the calendar needs it; `kind` is visit or block."""

    id: UUID
    kind: str
    state: str
    version: int
    location_id: UUID
    offering_id: UUID | None
    offering_version_id: UUID | None
    practitioner_id: UUID | None
    patient_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    label: str | None
    source: str
    held_until: datetime | None
    variant: str | None
    checked_in_at: datetime | None
    exam: Mapping[str, Any] | None = None
    on_request: bool = False


class ClaimRow(NamedTuple):
    """One resource for one span of an appointment; `kind` is the resource's."""

    kind: str
    resource_id: UUID
    appointment_id: UUID
    starts_at: datetime
    ends_at: datetime


class SegmentRow(NamedTuple):
    """What happens inside a visit, in which add-on (its offering's id), and whom and what it takes.

    `takes` has ids as text, by role and by kind of room or device; None where nobody wrote it down.
    """

    appointment_id: UUID
    kind: str
    name: str
    starts_at: datetime
    ends_at: datetime
    add_on_id: UUID | None = None
    takes: Mapping[str, str] | None = None


class Schedule(NamedTuple):
    """A part of a location's calendar. Claims of patients on their own time are among the claims, seats not."""

    claims: tuple[ClaimRow, ...]
    appointments: tuple[AppointmentRow, ...]


def schedule(location_id: UUID, starts_at: datetime, ends_at: datetime) -> Schedule:
    """Return what begins at the location within a span, by time; two statements."""
    values = {"location": location_id, "starts_at": starts_at, "ends_at": ends_at}
    appointments = tuple(AppointmentRow(*row) for row in _run(_APPOINTMENTS, **values))
    claims = tuple(ClaimRow(*row) for row in _run(_CLAIMS, **values)) if appointments else ()
    return Schedule(claims, appointments)


def drawn(location_id: UUID, resource_ids: Sequence[UUID], starts_at: datetime, ends_at: datetime,
          zone: str) -> dict[str, str]:  # fmt: skip
    """Return, by the ids of resources, their claims within a span as the JSON text the database writes.

    Instants have the offset of *zone*, for the rest of the transaction. Who has no claim is left out.
    """
    _run("SELECT set_config('TimeZone', %(zone)s, true)", zone=zone)
    values = {
        "location": location_id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "resources": list(resource_ids),
    }
    return dict(_run(_DRAWN, **values))


def schedule_tag(location_id: UUID, starts_at: datetime, ends_at: datetime) -> str:
    """Return what changes whenever that part of a location's calendar, or the configuration, does."""
    query = f"SELECT {_VERSION}, {_TAG} FROM appointments a WHERE {_AT_PLACE} AND {_STANDS}"
    return _tag(query, location=location_id, starts_at=starts_at, ends_at=ends_at)


def of_person(person_id: UUID, starts_at: datetime, ends_at: datetime) -> tuple[AppointmentRow, ...]:
    """Return what takes a person's time within a span, at every location, by time."""
    query = f"SELECT {_COLUMNS} {_OF_PERSON} ORDER BY c.starts_at, a.id"
    found = _run(query, person=person_id, starts_at=starts_at, ends_at=ends_at)
    return tuple({row[0]: AppointmentRow(*row) for row in found}.values())


def person_tag(person_id: UUID, starts_at: datetime, ends_at: datetime) -> str:
    """Return what changes whenever a person's own calendar, or the configuration, does."""
    query = f"SELECT {_VERSION}, {_TAG} {_OF_PERSON}"
    return _tag(query, person=person_id, starts_at=starts_at, ends_at=ends_at)


def claims_of(appointment_id: UUID) -> tuple[ClaimRow, ...]:
    """Return what an appointment takes at present."""
    return tuple(ClaimRow(*row) for row in _run(_CLAIMS_OF, appointment=appointment_id))


def segments_of(appointment_id: UUID) -> tuple[SegmentRow, ...]:
    """Return what happens inside a visit, in order."""
    return tuple(SegmentRow(*row) for row in _run(_SEGMENTS_OF, appointment=appointment_id))


def segments_of_all(appointment_ids: Sequence[UUID]) -> tuple[SegmentRow, ...]:
    """Return what happens inside each of the visits, in order; one statement, none for no visit."""
    if not appointment_ids:
        return ()
    return tuple(SegmentRow(*row) for row in _run(_SEGMENTS_OF_ALL, appointments=list(appointment_ids)))


def seen_before(patient_ids: Sequence[UUID], before: datetime) -> set[UUID]:
    """Return which of the patients had a certain visit that began before an instant."""
    if not patient_ids:
        return set()
    return {row[0] for row in _run(_SEEN, patients=list(patient_ids), before=before)}


def to_come_of(patient_id: UUID, now: datetime) -> Sequence[tuple[Any, ...]]:
    """Return the patient's certain visits to come: wall start, practitioner and offering."""
    return _run(_TO_COME, patient=patient_id, now=now)


def _tag(query: str, **values: object) -> str:
    version, found = _run(query, **values)[0]
    return f"{version}-{found or 'empty'}"


def _run(query: str, **values: object) -> Sequence[tuple[Any, ...]]:
    current = session.current()
    rows = current.connection().exec_driver_sql(query, {"tenant": current.tenant_id, **values})
    return [tuple(row) for row in rows.all()]
