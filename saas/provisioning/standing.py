"""The configuration as it stands, read back into the documents that its files would be.

What is changed on a page goes through the same schema and the same checks as a folder of YAML, and those
are asked about a whole configuration. A document read back knows no lines; `mark` counts the items of its
lists from 1 instead.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from saas.catalogue.models import OfferingRow, OfferingVersion, TaxRate
from saas.credentials.models import Privilege
from saas.db import session
from saas.identity import users
from saas.practice.models import (
    Closure,
    Device,
    LegalEntity,
    Location,
    OpeningHours,
    Person,
    Room,
    WorkingHours,
)
from saas.provisioning import folders
from saas.provisioning.crosschecks import Sources
from saas.provisioning.documents import Document, Mark
from saas.provisioning.problems import Loc
from saas.provisioning.schema_catalogue import Offering
from saas.provisioning.schema_practice import Weekday
from saas.tenancy import tenants

Data = dict[str, Any]
DAYS = [day.value for day in Weekday]
# The names under which keys stand in a file, where the stored content has others.
WRITTEN = {"prices": {"since": "from"}, "add_ons": {"beside": "with"}}


def read_back() -> Sources:
    """Return the session's tenant's configuration as documents."""
    entities = {row.id: row for row in _rows(LegalEntity)}
    places = {row.id: row for row in _rows(Location)}
    named = {
        "locations": [_location(row, entities[row.legal_entity_id].slug) for row in places.values()],
        "people": [_person(row, places) for row in _rows(Person)],
        "offerings": [written(slug, version.content) for slug, version in current_versions().items()],
    }
    parts = {
        folder: tuple(document(f"{folder}/{data['slug']}.yaml", data) for data in found)
        for folder, found in named.items()
    }
    files = [folders.CLINIC, folders.TAXES, *(one.file for found in parts.values() for one in found)]
    clinic = document(folders.CLINIC, _clinic(entities.values()))
    taxes = document(folders.TAXES, {"rates": [_rate(row) for row in _all(TaxRate)]})
    return Sources(clinic, parts["locations"], parts["people"], parts["offerings"], tuple(files), taxes)


def document(file: str, data: Data) -> Document:
    """Return *data* as a document whose marks count the items of its lists."""
    numbered: dict[Loc, Mark] = {
        (key, number): (number + 1, 1)
        for key, value in data.items() if isinstance(value, list)
        for number in range(len(value))
    }  # fmt: skip
    return Document(file, data, values=numbered)


class Version(NamedTuple):
    """The version of an offering that holds: its own id, the offering's, and what it says."""

    offering_id: UUID
    id: UUID
    content: Data


def current_versions() -> dict[str, Version]:
    """Return the versions that hold of the offerings in use, by slug."""
    newest = (
        select(OfferingRow.slug, OfferingRow.id, OfferingVersion.id, OfferingVersion.content)
        .join(OfferingVersion, (OfferingVersion.tenant_id == OfferingRow.tenant_id)
              & (OfferingVersion.offering_id == OfferingRow.id))
        .where(OfferingRow.archived_at.is_(None))
        .ext(distinct_on(OfferingRow.slug))
        .order_by(OfferingRow.slug, OfferingVersion.valid_from.desc(), OfferingVersion.id.desc())
    )  # fmt: skip
    return {slug: Version(*found) for slug, *found in session.current().execute(newest)}


def content_of(version_id: UUID) -> Data:
    """Return what a version of an offering says, as it is stored."""
    query = select(OfferingVersion.content).where(OfferingVersion.id == version_id)
    return dict(session.current().scalars(query).one())


def written(slug: str, content: Mapping[str, Any]) -> Data:
    """Return the stored *content* of an offering as its file says it: its own names, nothing that is usual."""
    typed = Offering.model_validate(renamed(slug, content))
    return typed.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def renamed(slug: str, content: Mapping[str, Any]) -> Data:
    """Return the stored *content* under the names of a file, and nothing else about it changed."""
    data = {"slug": slug, **content}
    for key, names in WRITTEN.items():
        items = data.get(key) or ()
        data[key] = [{names.get(name, name): value for name, value in item.items()} for item in items]
    return data


def stored(data: Mapping[str, Any]) -> Data:
    """Return what a file says of an offering as it is stored; the file has no fault."""
    return Offering.model_validate(data).model_dump(mode="json", exclude={"slug"})


def _rows(table: type[Any]) -> list[Any]:
    """Return the rows in use, by slug."""
    query = select(table).where(table.archived_at.is_(None)).order_by(table.slug)
    return list(session.current().scalars(query))


def _all(table: type[Any], **where: Any) -> list[Any]:
    return list(session.current().scalars(select(table).filter_by(**where)))


def _clinic(entities: Iterable[Any]) -> Data:
    tenant = tenants.get(session.current().tenant_id)
    known = [{"slug": row.slug, "name": row.name, "currency": row.currency} for row in entities]
    profile = {key: value for key, value in tenant.profile.items() if key != "time_zone"}
    return {"slug": tenant.slug, "name": tenant.name, "legal_entities": known, **profile}


def _location(row: Location, entity: str) -> Data:
    hours: dict[str, list[Data]] = {}
    for span in _all(OpeningHours, location_id=row.id):
        hours.setdefault(DAYS[span.weekday], []).append({"opens": span.opens, "closes": span.closes})
    address = ("street", "city", "region", "postal_code", "country")
    plain = ("slug", "name", "time_zone", "jurisdiction", "phone", "observes_holidays")
    return {
        **_picked(row, plain), "legal_entity": entity, "address": _picked(row, address),
        "opening_hours": hours,
        "closures": [closed.closed_on for closed in _all(Closure, location_id=row.id)],
        "rooms": [_picked(one, ("slug", "name", "kind")) for one in _units(Room, row)],
        "devices": [_picked(one, ("slug", "name", "kind", "model", "serial")) for one in _units(Device, row)],
    }  # fmt: skip


def _units(table: type[Any], place: Location) -> list[Any]:
    return [row for row in _rows(table) if row.location_id == place.id]


def _person(row: Person, places: Mapping[UUID, Location]) -> Data:
    plain = ("slug", "given_name", "family_name", "professions", "is_practitioner", "tier",
             "max_concurrent_patients", "bio")  # fmt: skip
    hours = [
        {"location": places[one.location_id].slug, "weekdays": [DAYS[one.weekday]], "starts": one.starts,
         "ends": one.ends}
        for one in _all(WorkingHours, person_id=row.id) if one.location_id in places
    ]  # fmt: skip
    may = [_picked(one, ("procedure", "starts_on", "ends_on")) for one in _all(Privilege, person_id=row.id)]
    account = users.get(row.user_id) if row.user_id else None
    return {
        **_picked(row, plain), "titles": row.titles or None, "may_perform": may, "hours": hours,
        "email": account.email if account else "", "roles": users.roles_of(account.id) if account else [],
    }  # fmt: skip


def _rate(row: TaxRate) -> Data:
    return {
        "jurisdiction": row.jurisdiction, "purpose": row.purpose, "rate": format(row.percent.normalize(), "f"),
        "from": row.valid_from, "source": row.source,
    }  # fmt: skip


def _picked(row: Any, names: Iterable[str]) -> Data:
    return {name: getattr(row, name) for name in names}
