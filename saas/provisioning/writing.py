"""Write what differs, kind by kind, through the rooms' verbs: the one list of what a configuration writes.

A key whose name is its column's is written by `_columns` without a word here; whatever hangs on a thing in
a table of its own, or stands in a file of its own, has a line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from saas.catalogue import offerings, rulebook, taxes
from saas.catalogue.models import OfferingRow
from saas.credentials import attesting, privileges, records, supervising
from saas.credentials.attesting import Attested
from saas.identity import staffing
from saas.identity.roles import Role
from saas.identity.staffing import Account
from saas.kernel.actors import Actor
from saas.practice import configuring
from saas.practice.configuring import Days, Span
from saas.practice.hours import Service
from saas.practice.models import Device, LegalEntity, Location, Person, Room
from saas.provisioning import calendars
from saas.provisioning.comparing import Change, What
from saas.provisioning.schema import Clinic, Configuration
from saas.provisioning.schema_hours import OpeningException, WorkingException
from saas.provisioning.schema_practice import Location as LocationFile
from saas.provisioning.schema_practice import MayPerform, Weekday
from saas.provisioning.schema_practice import Person as PersonFile
from saas.provisioning.tables import Tables
from saas.tenancy import tenants


@dataclass(frozen=True)
class Writing:
    """What is to be written: the whole configuration, with an id for everything, and what of it differs."""

    wanted: Configuration
    changes: tuple[Change, ...]
    tables: Tables
    actor: Actor
    now: datetime

    def of(self, kind: str, things: Iterable[Any]) -> list[Any]:
        """Return those of *things* that differ from what stands; what is new has its id from here.

        All of them where a slug means another thing than before: the same words say something else then.
        """
        if self.has_passed_on:
            return list(things)
        written = [
            one.thing for one in self.changes if one.thing.kind == kind and one.what is not What.ARCHIVE
        ]
        known, new = {one.id for one in written}, {one.slug for one in written if one.id is None}
        return [thing for thing in things if str(thing.id) in known or thing.slug in new]

    @cached_property
    def has_passed_on(self) -> bool:
        """Whether a slug that is in use passes from one thing to another, as where two are swapped."""
        wanted = {
            LegalEntity: self.wanted.clinic.legal_entities, Location: self.wanted.locations,
            Person: self.wanted.people, OfferingRow: self.wanted.offerings,
        }  # fmt: skip
        for table, things in wanted.items():
            before = {row.slug: row.id for row in self.tables.in_use(table)}
            if any(before.get(one.slug, one.id) != one.id for one in things):
                return True
        return False

    def gone(self, kind: str) -> set[UUID]:
        """Return the ids of what is to be archived of a kind."""
        return {
            UUID(str(one.thing.id))
            for one in self.changes
            if one.what is What.ARCHIVE and one.thing.kind == kind
        }

    def has(self, kind: str) -> bool:
        """Whether anything of a kind differs."""
        return any(one.thing.kind == kind for one in self.changes)


def write(task: Writing) -> None:
    """Bring the session's tenant to what is wanted: places before people, people before what they offer."""
    steps = (
        _clinic, _legal_entities, _locations, _units, _people, _offerings, _taxes, _attestations, _policies
    )  # fmt: skip
    for step in steps:
        step(task)


def _clinic(task: Writing) -> None:
    if not (task.has("clinic") or task.has("location")):
        return
    clinic = task.wanted.clinic
    profile = clinic.model_dump(
        mode="json", include=set(Clinic.model_fields) - {"slug", "name", "legal_entities"}
    )
    profile["time_zone"] = next((location.time_zone for location in task.wanted.locations), "UTC")
    tenants.describe(task.tables.tenant.id, clinic.name, profile)


def _legal_entities(task: Writing) -> None:
    wanted = task.of("legal_entity", task.wanted.clinic.legal_entities)
    values = {one.id: _columns(LegalEntity, one) for one in wanted}
    configuring.bring_legal_entities(values, task.gone("legal_entity"), task.now)


def _locations(task: Writing) -> None:
    entities = {one.slug: one.id for one in task.wanted.clinic.legal_entities}
    wanted = task.of("location", task.wanted.locations)
    values = {
        one.id: {
            **_columns(Location, one), **one.address.model_dump(), "legal_entity_id": entities[one.legal_entity]
        }
        for one in wanted
    }  # fmt: skip
    configuring.bring_locations(values, task.gone("location"), task.now)
    configuring.bring_calendars(
        {one.id: _opening(one) for one in wanted}, {one.id: one.closures for one in wanted},
        {one.id: [_days(row, reason=row.reason) for row in one.exceptions] for one in wanted},
    )  # fmt: skip


def _opening(location: LocationFile) -> list[Span]:
    return [
        Span(day.number, span.opens, span.closes)
        for day in Weekday
        for span in location.opening_hours.on(day)
    ]


def _days(row: OpeningException | WorkingException, **more: Any) -> Days:
    return Days(row.since, row.last, tuple(span.ends_of for span in row.hours), **more)


def _units(task: Writing) -> None:
    services: dict[str, dict[UUID, Sequence[Service]]] = {}
    for kind, key, table, bring in (
        ("room", "rooms", Room, configuring.bring_rooms), ("device", "devices", Device, configuring.bring_devices)
    ):  # fmt: skip
        at = {unit.id: one.id for one in task.wanted.locations for unit in getattr(one, key)}
        units = [unit for one in task.wanted.locations for unit in getattr(one, key)]
        wanted = task.of(kind, units)
        values = {unit.id: {**_columns(table, unit), "location_id": at[unit.id]} for unit in wanted}
        bring(values, task.gone(kind), task.now)
        services[kind] = {unit.id: calendars.services(unit) for unit in wanted}
    configuring.bring_maintenance(services["room"], services["device"])


def _people(task: Writing) -> None:
    gone, wanted = task.gone("person"), task.of("person", task.wanted.people)
    rows = {row.id: row for row in task.tables.rows[Person]}
    owners = {row.user_id: row.id for row in rows.values() if row.user_id}
    accounts = {one.id: _account(one, rows) for one in wanted}
    users = staffing.put_all(accounts, owners, task.actor)
    values = {
        one.id: {**_columns(Person, one), "titles": one.titles or "", "user_id": users[one.id]}
        for one in wanted
    }
    configuring.bring_people(values, gone, task.now)
    places = {one.slug: one.id for one in task.wanted.locations}
    configuring.bring_hours(
        {one.id: _hours(one, places) for one in wanted},
        {one.id: [_days(row, location_id=places[row.location]) for row in one.exceptions] for one in wanted},
    )
    privileges.put_all({one.id: [_privilege(row) for row in one.may_perform] for one in wanted})
    records.put_all({one.id: [held.columns() for held in one.credentials] for one in wanted})
    slugs = {one.slug: one.id for one in task.wanted.people if one.id}
    supervising.put_all({one.id: [row.columns(slugs) for row in one.supervised_by] for one in wanted})
    left = [rows[one].user_id for one in gone if rows[one].user_id]
    staffing.disable_all(left, task.actor, task.now)


def _account(person: PersonFile, rows: Mapping[UUID, Any]) -> Account:
    row = rows.get(person.id) if person.id else None
    name = f"{person.given_name} {person.family_name}"
    return Account(person.email, name, [Role(role) for role in person.roles], row.user_id if row else None)


def _hours(person: PersonFile, places: Mapping[str, Any]) -> list[Span]:
    return [
        Span(day.number, hours.starts, hours.ends, places[hours.location], hours.every, hours.week_of,
             hours.since, hours.until)
        for hours in person.hours
        for day in hours.weekdays
    ]  # fmt: skip


def _privilege(row: MayPerform) -> dict[str, Any]:
    return {"procedure": row.procedure.value, "starts_on": row.starts_on, "ends_on": row.ends_on}


def _offerings(task: Writing) -> None:
    wanted = task.of("offering", task.wanted.offerings)
    offerings.bring({one.id: (one.slug, one.content()) for one in wanted}, task.gone("offering"), task.now)


def _taxes(task: Writing) -> None:
    if task.has("taxes"):
        taxes.put_all(rate.columns() for rate in task.wanted.taxes.rates)


def _attestations(task: Writing) -> None:
    if not task.has("attestations"):
        return
    said = task.wanted.attestations
    attesting.put([
        Attested(one.rule, one.version, one.statements, one.attested_by, one.attested_on, one.note or "")
        for one in said.rules
    ])  # fmt: skip
    attesting.put_policy(said.stance(), task.actor)


def _policies(task: Writing) -> None:
    if task.has("policies"):
        for kind, rules in task.wanted.policies.written().items():
            rulebook.put(kind, rules)


def _columns(table: type[Any], thing: Any) -> dict[str, Any]:
    """Return the values of *thing* whose names are columns of *table*; its id stands apart."""
    held: Table = table.__table__
    said = {name: getattr(thing, name) for name in type(thing).model_fields if name in held.columns}
    return {name: _stored(value) for name, value in said.items() if name != "id"}


def _stored(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_stored(one) for one in value]
    if isinstance(value, Mapping):
        return dict(value)
    return value.value if isinstance(value, Enum) else value
