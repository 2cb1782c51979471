"""What is inside a visit: its segments, as the calendar draws them, and the add-ons it was booked with."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete

from saas.db import session
from saas.scheduling.models import Appointment, AppointmentSegment

_ADD_PART = """
INSERT INTO appointment_segments
  (tenant_id, appointment_id, ordinal, kind, name, starts_at, ends_at, add_on_id, takes)
VALUES (%(tenant)s, %(appointment)s, %(ordinal)s, %(kind)s, %(name)s, %(starts_at)s, %(ends_at)s, %(add_on_id)s,
        %(takes)s::jsonb)
"""
_ADD_ADD_ON = """
INSERT INTO appointment_add_ons (tenant_id, appointment_id, ordinal, offering_id, offering_version_id)
VALUES (%(tenant)s, %(appointment)s, %(ordinal)s, %(offering)s, %(version)s)
"""
_ADD_ONS = """
SELECT x.offering_version_id FROM appointment_add_ons x
WHERE x.tenant_id = %(tenant)s AND x.appointment_id = %(appointment)s ORDER BY x.ordinal
"""
_ADD_ONS_OF_ALL = """
SELECT x.appointment_id, x.offering_version_id FROM appointment_add_ons x
WHERE x.tenant_id = %(tenant)s AND x.appointment_id = ANY(%(appointments)s) ORDER BY x.appointment_id, x.ordinal
"""
_CREW = """
SELECT (
  SELECT json_agg(o.slug ORDER BY x.ordinal) FROM appointment_add_ons x
  JOIN offerings o ON o.tenant_id = x.tenant_id AND o.id = x.offering_id
  WHERE x.tenant_id = %(tenant)s AND x.appointment_id = %(appointment)s
), (
  SELECT json_agg(s.takes ORDER BY s.ordinal) FROM appointment_segments s
  WHERE s.tenant_id = %(tenant)s AND s.appointment_id = %(appointment)s AND s.takes IS NOT NULL
)
"""


@dataclass(frozen=True)
class Part:
    """A segment to draw: minutes from the visit's start; the offering's id of the add-on it belongs to.

    `takes` says whom and what it needs, by role and by kind of room or device.
    """

    kind: str
    name: str
    start: int
    end: int
    add_on_id: UUID | None = None
    takes: Mapping[str, UUID] | None = None


class Bookable(NamedTuple):
    """An offering, and the version of it that is booked."""

    offering_id: UUID
    version_id: UUID


class Crew(NamedTuple):
    """A visit's add-ons (slugs), and the ids of whom and what it takes, by role and by kind."""

    add_ons: tuple[str, ...]
    takes: Mapping[str, UUID]


def add_parts(row: Appointment, parts: Sequence[Part]) -> None:
    """Write what happens inside the visit."""
    current = session.current()
    rows = [
        {"tenant": current.tenant_id, "appointment": row.id, "ordinal": number, "kind": part.kind, "name": part.name,
         "starts_at": row.starts_at + timedelta(minutes=part.start),
         "ends_at": row.starts_at + timedelta(minutes=part.end),
         "add_on_id": part.add_on_id, "takes": _spelled(part.takes)}
        for number, part in enumerate(parts)
    ]  # fmt: skip
    if rows:
        current.connection().exec_driver_sql(_ADD_PART, rows)


def rewrite(row: Appointment, parts: Sequence[Part]) -> None:
    """Write anew what happens inside the visit, at its present time and with its present people."""
    session.current().execute(delete(AppointmentSegment).where(AppointmentSegment.appointment_id == row.id))
    add_parts(row, parts)


def add_add_ons(row: Appointment, add_ons: Sequence[Bookable]) -> None:
    """Write down the visit's add-ons; one without any takes no statement."""
    current = session.current()
    rows = [
        {"tenant": current.tenant_id, "appointment": row.id, "ordinal": number, "offering": add_on.offering_id,
         "version": add_on.version_id}
        for number, add_on in enumerate(add_ons)
    ]  # fmt: skip
    if rows:
        current.connection().exec_driver_sql(_ADD_ADD_ON, rows)


def add_ons_of(appointment_id: UUID) -> tuple[UUID, ...]:
    """Return the versions of the add-ons that the visit was booked with, in order."""
    current = session.current()
    values = {"tenant": current.tenant_id, "appointment": appointment_id}
    return tuple(current.connection().exec_driver_sql(_ADD_ONS, values).scalars())


def crew_of(appointment_id: UUID) -> Crew:
    """Return a visit's add-ons, and who fills its roles; one statement."""
    current = session.current()
    values = {"tenant": current.tenant_id, "appointment": appointment_id}
    add_ons, takes = current.connection().exec_driver_sql(_CREW, values).one()
    found = {name: UUID(one) for part in takes or () for name, one in part.items()}
    return Crew(tuple(add_ons or ()), found)


def _spelled(takes: Mapping[str, UUID] | None) -> str | None:
    return None if takes is None else json.dumps({name: str(one) for name, one in takes.items()})


def add_ons_of_all(appointment_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Return the versions of each visit's add-ons, in order; one statement, none for no visit."""
    found: dict[UUID, list[UUID]] = {}
    if appointment_ids:
        current = session.current()
        values = {"tenant": current.tenant_id, "appointments": list(appointment_ids)}
        for visit, version in current.connection().exec_driver_sql(_ADD_ONS_OF_ALL, values):
            found.setdefault(visit, []).append(version)
    return found
