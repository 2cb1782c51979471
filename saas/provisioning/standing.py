"""The configuration as it stands, read back into the documents that its files would be.

A constant number of statements, whatever the size. A key whose name is its column's is read by `_plain`
without a word here; whatever hangs on a thing in a table of its own has a line. A document read back knows
no lines; its marks count the items of its lists from 1 instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select

from saas.catalogue.models import OfferingRow, OfferingVersion, PolicyRow, TaxRate
from saas.credentials.models import AttestationRow, CredentialRow, Privilege, ScopePolicy, SupervisionRow
from saas.db import session
from saas.identity.models import User, UserRole
from saas.practice.models import (
    Closure,
    Device,
    LegalEntity,
    Location,
    LocationException,
    MaintenanceWindow,
    OpeningHours,
    Person,
    Room,
    WorkingException,
    WorkingHours,
)
from saas.provisioning import canonical, folders, schema, schema_practice, schema_scope, tables
from saas.provisioning.canonical import Data, Form
from saas.provisioning.crosschecks import Sources
from saas.provisioning.schema_catalogue import Offering
from saas.provisioning.schema_practice import Weekday
from saas.provisioning.tables import Tables, Version

DAYS = [day.value for day in Weekday]
# The names under which keys stand in a file, where the stored content has others.
WRITTEN = {"prices": {"since": "from"}, "add_ons": {"beside": "with"}}
# Each kind of thing that has an identity, and its table.
KINDS: dict[str, type[Any]] = {
    "legal_entity": LegalEntity, "location": Location, "room": Room, "device": Device, "person": Person,
    "offering": OfferingRow,
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """The configuration as it stands: its files, with ids, and the rows that say so."""

    files: Form
    tables: Tables


def read() -> World:
    """Return the session's tenant's configuration as it stands."""
    found = tables.read()
    return World(_files(found), found)


def read_back() -> Sources:
    """Return the session's tenant's configuration as documents."""
    return canonical.sources(read().files)


def _files(found: Tables) -> Form:
    raw: Form = {folders.CLINIC: _clinic(found)}
    raw |= {f"locations/{row.slug}.yaml": data for row, data in _locations(found)}
    raw |= {f"people/{row.slug}.yaml": data for row, data in _people(found)}
    for row in found.in_use(OfferingRow):
        said = renamed(row.slug, found.versions[row.id].content)
        raw[f"offerings/{row.slug}.yaml"] = {**said, "id": str(row.id)}
    raw[folders.TAXES] = {"rates": [_rate(row) for row in found.rows[TaxRate]]}
    raw[folders.ATTESTATIONS] = _attestations(found)
    raw[folders.POLICIES] = {row.kind: row.content["rules"] for row in found.rows[PolicyRow]}
    return canonical.without_empty({file: canonical.of(file, data) for file, data in raw.items()})


def current_versions() -> dict[str, Version]:
    """Return the versions that hold of the offerings in use, by slug."""
    found = tables.read()
    return {row.slug: found.versions[row.id] for row in found.in_use(OfferingRow)}


def content_of(version_id: UUID) -> Data:
    """Return what a version of an offering says, as it is stored."""
    query = select(OfferingVersion.content).where(OfferingVersion.id == version_id)
    return dict(session.current().scalars(query).one())


def written(slug: str, content: Mapping[str, Any]) -> Data:
    """Return the stored *content* of an offering as its file says it: its own names, nothing that is usual."""
    return canonical.of(f"offerings/{slug}.yaml", renamed(slug, content))


def renamed(slug: str, content: Mapping[str, Any]) -> Data:
    """Return the stored *content* under the names of a file, and nothing else about it changed."""
    data: Data = {"slug": slug, **_said(content)}
    for key, names in WRITTEN.items():
        items = data.get(key) or ()
        data[key] = [{names.get(name, name): value for name, value in item.items()} for item in items]
    return data


def _said(value: Any) -> Any:
    """Return *value* without what is nothing: stored content names each key, and a file only what it says."""
    if isinstance(value, Mapping):
        return {key: _said(one) for key, one in value.items() if one is not None}
    return [_said(one) for one in value] if isinstance(value, list | tuple) else value


def stored(data: Mapping[str, Any]) -> Data:
    """Return what a file says of an offering as it is stored; the file has no fault."""
    return Offering.model_validate(data).content()


def _clinic(found: Tables) -> Data:
    tenant, known = found.tenant, set(schema.Clinic.model_fields)
    entities = [_plain(schema.LegalEntity, row) for row in found.in_use(LegalEntity)]
    profile = {key: value for key, value in tenant.profile.items() if key in known}
    return {"slug": tenant.slug, "name": tenant.name, **profile, "legal_entities": entities}


def _locations(found: Tables) -> list[tuple[Any, Data]]:
    entities = {row.id: row.slug for row in found.rows[LegalEntity]}
    hours, closures = found.by(OpeningHours, "location_id"), found.by(Closure, "location_id")
    rooms, devices = found.by(Room, "location_id"), found.by(Device, "location_id")
    days = found.by(LocationException, "location_id")
    of_room, of_device = (found.by(MaintenanceWindow, unit) for unit in ("room_id", "device_id"))
    return [
        (row, {
            **_plain(schema_practice.Location, row), "legal_entity": entities[row.legal_entity_id],
            "address": _plain(schema_practice.Address, row),
            "opening_hours": _opening(hours.get(row.id, ())),
            "closures": [closed.closed_on for closed in closures.get(row.id, ())],
            "exceptions": [
                {**_days(one, "opens", "closes"), "reason": one.reason} for one in days.get(row.id, ())
            ],
            "rooms": _units(schema_practice.Room, rooms.get(row.id, ()), of_room),
            "devices": _units(schema_practice.Device, devices.get(row.id, ()), of_device),
        })
        for row in found.in_use(Location)
    ]  # fmt: skip


def _opening(spans: Any) -> Data:
    hours: dict[str, list[Data]] = {}
    for span in spans:
        hours.setdefault(DAYS[span.weekday], []).append({"opens": span.opens, "closes": span.closes})
    return hours


def _units(model: type[BaseModel], rows: Any, services: Mapping[Any, Any]) -> list[Data]:
    return [
        {**_plain(model, row), "maintenance": [
            {"starts": one.starts, "ends": one.ends, "reason": one.reason or None}
            for one in services.get(row.id, ())
        ]}
        for row in rows if row.archived_at is None
    ]  # fmt: skip


def _days(row: Any, first: str, last: str) -> Data:
    """Return an exception's days, and its hours under the names that they have in its file."""
    hours = [{first: starts, last: ends} for starts, ends in row.hours]
    return {"from": row.since, "until": row.until, "hours": hours}


def _people(found: Tables) -> list[tuple[Any, Data]]:
    places = {row.id: row.slug for row in found.in_use(Location)}
    hours, may = found.by(WorkingHours, "person_id"), found.by(Privilege, "person_id")
    held, above = found.by(CredentialRow, "person_id"), found.by(SupervisionRow, "person_id")
    slugs = {row.id: row.slug for row in found.rows[Person]}
    days = found.by(WorkingException, "person_id")
    users, roles = {row.id: row for row in found.rows[User]}, found.by(UserRole, "user_id")
    return [
        (row, {
            **_plain(schema_practice.Person, row), "titles": row.titles or None,
            "email": users[row.user_id].email if row.user_id else "",
            "roles": [one.role for one in roles.get(row.user_id, ())],
            "may_perform": [_plain(schema_practice.MayPerform, one) for one in may.get(row.id, ())],
            "credentials": [_credential(one) for one in held.get(row.id, ()) if one.archived_at is None],
            "supervised_by": [_supervision(one, slugs) for one in above.get(row.id, ())],
            "hours": [
                _row(one, places[one.location_id]) for one in hours.get(row.id, ()) if one.location_id in places
            ],
            "exceptions": [
                {**_days(one, "starts", "ends"), "location": places[one.location_id]}
                for one in days.get(row.id, ()) if one.location_id in places
            ],
        })
        for row in found.in_use(Person)
    ]  # fmt: skip


def _credential(row: CredentialRow) -> Data:
    data = {name: value or None for name, value in _plain(schema_scope.Credential, row).items()}
    seen = {"by": row.verified_by, "date": row.verified_on, "how": row.verified_how}
    return {
        **data, "hours": row.hours, "sessions": row.sessions, "exam": row.exam,
        "verified": seen if row.verified_on else None,
    }  # fmt: skip


def _supervision(row: SupervisionRow, slugs: Mapping[UUID, str]) -> Data:
    return {
        "person": slugs[row.supervisor_id], "procedures": row.procedures, "mode": row.mode or None,
        "protocol": row.protocol or None, "from": row.starts_on, "until": row.ends_on,
    }  # fmt: skip


def _attestations(found: Tables) -> Data:
    rules = [
        {**_plain(schema_scope.Attestation, row), "version": row.rule_version, "note": row.note or None}
        for row in found.rows[AttestationRow] if row.withdrawn_at is None
    ]  # fmt: skip
    newest = max(found.rows[ScopePolicy], key=lambda row: (row.at, row.id), default=None)
    policy = _plain(schema_scope.Attestations, newest) if newest else {}
    return {**policy, "rules": rules}


def _row(row: Any, location: str) -> Data:
    plain = _plain(schema_practice.WorkingHours, row)
    since = plain.pop("since")
    return {**plain, "from": since, "location": location, "weekdays": [DAYS[row.weekday]]}


def _rate(row: TaxRate) -> Data:
    return {
        "jurisdiction": row.jurisdiction, "purpose": row.purpose, "rate": format(row.percent.normalize(), "f"),
        "from": row.valid_from, "source": row.source,
    }  # fmt: skip


def _plain(model: type[BaseModel], row: Any) -> Data:
    """Return the keys of *model* that are columns of *row*."""
    columns = row.__table__.columns
    return {name: getattr(row, name) for name in model.model_fields if name in columns}
