"""Write many appointments at once, as if each had come through the verbs: same rows, same constraints, no news.

As the application, under its policies: COPY is refused there, and one INSERT from arrays is about as fast.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.db import session
from saas.demo.names import Someone
from saas.kernel import ids
from saas.kernel.spans import Span
from saas.patients import rules
from saas.scheduling import staffing

BATCH = 20_000
Column = tuple[str, str, list[Any]]


@dataclass(frozen=True)
class Taken:
    """One resource for a span, in minutes from the start."""

    id: UUID
    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Part:
    """What happens in a span, in minutes from the start."""

    kind: str
    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Written:
    """One appointment as it is to stand. `minutes` is how long the patient, or the block, is there."""

    location_id: UUID
    zone: str
    starts_at: datetime
    minutes: int
    practitioner_id: UUID
    taken: tuple[Taken, ...]
    parts: tuple[Part, ...]
    created_at: datetime
    source: str = "online"
    offering_id: UUID | None = None
    version_id: UUID | None = None
    patient_id: UUID | None = None
    label: str | None = None
    cancelled_at: datetime | None = None
    cap: tuple[date, int, int] | None = None
    id: UUID = field(default_factory=ids.new)

    @property
    def ends_at(self) -> datetime:
        """When the patient leaves."""
        return self.after(self.minutes)

    def after(self, minutes: int) -> datetime:
        """Return the instant some minutes from the start."""
        return self.starts_at + timedelta(minutes=minutes)


def of_person(person_id: UUID, most: int, spans: Sequence[Span]) -> list[Taken]:
    """Return what a visit takes of whoever is needed in *spans* and may have *most* patients, as a booking does."""
    seats, whole = staffing.seats(person_id, most), Span(spans[0].start, spans[-1].end)
    taken = [
        Taken(person_id, "practitioner", span.start, span.end) for span in (spans if seats else (whole,))
    ]
    return taken + [Taken(seat, "seat", whole.start, whole.end) for seat in seats[:1]]


def write(patients: Iterable[tuple[UUID, Someone, datetime]], found: Sequence[Written]) -> None:
    """Write patients, active, and appointments, certain or called off."""
    _patients(list(patients))
    _resources(found)
    for first in range(0, len(found), BATCH):
        batch = found[first : first + BATCH]
        _appointments(batch)
        _segments(batch)
        _claims(batch)
        _caps(batch)


def _patients(rows: list[tuple[UUID, Someone, datetime]]) -> None:
    people = [someone for _, someone, _ in rows]
    _insert("patients", [
        ("id", "uuid", [patient_id for patient_id, _, _ in rows]), ("status", "text", ["active"] * len(rows)),
        ("given_name", "text", [p.given_name for p in people]),
        ("family_name", "text", [p.family_name for p in people]),
        ("family_name_key", "text", [rules.name_key(p.family_name) for p in people]),
        ("email", "text", [p.email for p in people]), ("phone", "text", [p.phone for p in people]),
        ("birth_date", "date", [p.birth_date for p in people]),
        ("created_at", "timestamptz", [at for _, _, at in rows]),
        ("proved_at", "timestamptz", [at for _, _, at in rows]),
    ])  # fmt: skip


def _resources(found: Sequence[Written]) -> None:
    kinds = {taken.id: taken.kind for row in found for taken in row.taken}
    wanted = sorted(kinds)
    _insert("resources", [("id", "uuid", wanted), ("kind", "text", [kinds[i] for i in wanted])])


def _appointments(rows: Sequence[Written]) -> None:
    zones = {row.zone: ZoneInfo(row.zone) for row in rows}
    _insert("appointments", [
        ("id", "uuid", [r.id for r in rows]), ("kind", "text", ["visit" if r.offering_id else "block" for r in rows]),
        ("state", "text", [_state(r) for r in rows]), ("version", "int", [3 if r.cancelled_at else 2 for r in rows]),
        ("location_id", "uuid", [r.location_id for r in rows]), ("offering_id", "uuid", [r.offering_id for r in rows]),
        ("offering_version_id", "uuid", [r.version_id for r in rows]),
        ("practitioner_id", "uuid", [r.practitioner_id for r in rows]),
        ("patient_id", "uuid", [r.patient_id for r in rows]), ("starts_at", "timestamptz", [r.starts_at for r in rows]),
        ("ends_at", "timestamptz", [r.ends_at for r in rows]), ("time_zone", "text", [r.zone for r in rows]),
        ("wall_start", "text", [r.starts_at.astimezone(zones[r.zone]).strftime("%Y-%m-%dT%H:%M") for r in rows]),
        ("label", "text", [r.label for r in rows]), ("source", "text", [r.source for r in rows]),
        ("created_at", "timestamptz", [r.created_at for r in rows]),
        ("confirmed_at", "timestamptz", [r.created_at for r in rows]),
        ("cancelled_at", "timestamptz", [r.cancelled_at for r in rows]),
        ("cancelled_by", "text", ["visitor" if r.cancelled_at else None for r in rows]),
    ])  # fmt: skip


def _segments(rows: Sequence[Written]) -> None:
    parts = [(row, number, part) for row in rows for number, part in enumerate(row.parts)]
    _insert("appointment_segments", [
        ("id", "uuid", [ids.new() for _ in parts]), ("appointment_id", "uuid", [row.id for row, _, _ in parts]),
        ("ordinal", "int", [number for _, number, _ in parts]), ("kind", "text", [part.kind for _, _, part in parts]),
        ("name", "text", [part.name for _, _, part in parts]),
        ("starts_at", "timestamptz", [row.after(part.start) for row, _, part in parts]),
        ("ends_at", "timestamptz", [row.after(part.end) for row, _, part in parts]),
    ])  # fmt: skip


def _claims(rows: Sequence[Written]) -> None:
    claims = [(row, taken) for row in rows for taken in row.taken]
    _insert("claims", [
        ("id", "uuid", [ids.new() for _ in claims]), ("resource_id", "uuid", [taken.id for _, taken in claims]),
        ("appointment_id", "uuid", [row.id for row, _ in claims]),
        ("starts_at", "timestamptz", [row.after(taken.start) for row, taken in claims]),
        ("ends_at", "timestamptz", [row.after(taken.end) for row, taken in claims]),
        ("state", "text", ["released" if row.cancelled_at else "confirmed" for row, _ in claims]),
    ])  # fmt: skip


def _caps(rows: Sequence[Written]) -> None:
    capped = [(row, *row.cap) for row in rows if row.cap]
    _insert("cap_uses", [
        ("id", "uuid", [ids.new() for _ in capped]), ("offering_id", "uuid", [row.offering_id for row, *_ in capped]),
        ("week", "date", [week for _, week, _, _ in capped]), ("place", "int", [place for _, _, place, _ in capped]),
        ("places", "int", [places for *_, places in capped]),
        ("appointment_id", "uuid", [row.id for row, *_ in capped]),
    ])  # fmt: skip


def _state(row: Written) -> str:
    return "cancelled" if row.cancelled_at else "confirmed"


def _insert(table: str, columns: Sequence[Column]) -> None:
    """Insert whole columns, each a name, a type and its values; only resources may be there already."""
    if not columns[0][2]:
        return
    names = ", ".join(name for name, _, _ in columns)
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind, _ in columns)
    again = "ON CONFLICT DO NOTHING" if table == "resources" else ""
    session.current().connection().exec_driver_sql(
        f"INSERT INTO {table} (tenant_id, {names}) SELECT %(tenant)s, * FROM unnest({arrays}) {again}",
        {
            "tenant": session.current().tenant_id,
            **{name: _array(kind, values) for name, kind, values in columns},
        },
    )


def _array(kind: str, values: list[Any]) -> str:
    """Return an array as PostgreSQL reads it; several times faster than value by value through the driver."""
    spell = _quoted if kind in ("text", "timestamptz") else str
    return "{" + ",".join("NULL" if value is None else spell(value) for value in values) + "}"


def _quoted(value: object) -> str:
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
