"""Write what differs, kind by kind, through the rooms' verbs: the one list of what a configuration writes.

A key whose name is its column's is written by `_columns` without a word here; whatever hangs on a thing in
a table of its own, or stands in a file of its own, has a line.
"""

import re
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

EVERYTHING = "*"


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

    def saying(self, kind: str, things: Iterable[Any], *keys: str) -> list[Any]:
        """Return those of *things* that say something else than stands under one of *keys*."""
        if self.has_passed_on:
            return list(things)
        names = ((one, self._said.get(str(one.id)), self._said.get(f"{kind}/{one.slug}")) for one in things)
        wanted = {*keys, EVERYTHING}
        return [one for one, *found in names if any(said & wanted for said in found if said)]

    @cached_property
    def _said(self) -> Mapping[str, set[str]]:
        """The keys that differ, by the id of the thing, or by kind and slug of what is new."""
        found: dict[str, set[str]] = {}
        for one in self.changes:
            keys = {re.split(r"[.[]", field.path, maxsplit=1)[0] for field in one.fields}
            keys |= set(one.thing.data) if one.what is What.CREATE else set()
            keys |= {EVERYTHING} if one.what is What.REVIVE else set()
            found.setdefault(one.thing.id or f"{one.thing.kind}/{one.thing.slug}", set()).update(keys)
        return found

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

    def fresh(self, table: type[Any], wanted: Iterable[UUID]) -> set[UUID]:
        """Return those of the ids *wanted* that no row of *table* has, in use or not."""
        return set(wanted) - {row.id for row in self.tables.rows[table]}

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
    configuring.bring_legal_entities(
        values, task.gone("legal_entity"), task.now, task.fresh(LegalEntity, values)
    )


def _locations(task: Writing) -> None:
    entities = {one.slug: one.id for one in task.wanted.clinic.legal_entities}
    wanted = task.of("location", task.wanted.locations)
    values = {
        one.id: {
            **_columns(Location, one), **one.address.model_dump(), "legal_entity_id": entities[one.legal_entity]
        }
        for one in wanted
    }  # fmt: skip
    configuring.bring_locations(values, task.gone("location"), task.now, task.fresh(Location, values))
    opened, closed, other = (
        task.saying("location", wanted, key) for key in ("opening_hours", "closures", "exceptions")
    )
    configuring.bring_calendars(
        {one.id: _opening(one) for one in opened}, {one.id: one.closures for one in closed},
        {one.id: [_days(row, reason=row.reason) for row in one.exceptions] for one in other},
        task.fresh(Location, values),
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
    fresh: set[UUID] = set()
    for kind, key, table, bring in (
        ("room", "rooms", Room, configuring.bring_rooms), ("device", "devices", Device, configuring.bring_devices)
    ):  # fmt: skip
        at = {unit.id: one.id for one in task.wanted.locations for unit in getattr(one, key)}
        units = [unit for one in task.wanted.locations for unit in getattr(one, key)]
        wanted = task.of(kind, units)
        values = {unit.id: {**_columns(table, unit), "location_id": at[unit.id]} for unit in wanted}
        fresh |= task.fresh(table, values)
        bring(values, task.gone(kind), task.now, fresh)
        serviced = task.saying(kind, wanted, "maintenance")
        services[kind] = {unit.id: calendars.services(unit) for unit in serviced}
    configuring.bring_maintenance(services["room"], services["device"], fresh)


def _people(task: Writing) -> None:
    gone, wanted = task.gone("person"), task.of("person", task.wanted.people)
    rows = {row.id: row for row in task.tables.rows[Person]}
    owners = {row.user_id: row.id for row in rows.values() if row.user_id}
    told = {one.id for one in task.saying("person", wanted, "email", "roles", "given_name", "family_name")}
    users = {one.id: row.user_id for one in wanted if (row := rows.get(one.id)) and one.id not in told}
    accounts = {one.id: _account(one, rows) for one in wanted if not users.get(one.id)}
    users |= staffing.put_all(accounts, owners, task.actor) if accounts else {}
    values = {
        one.id: {**_columns(Person, one), "titles": one.titles or "", "user_id": users[one.id]}
        for one in wanted
    }
    configuring.bring_people(values, gone, task.now, task.fresh(Person, values))
    _of_people(task, wanted)
    left = [rows[one].user_id for one in gone if rows[one].user_id]
    staffing.disable_all(left, task.actor, task.now)


def _of_people(task: Writing, wanted: Sequence[PersonFile]) -> None:
    """Write what hangs on people: when they work, what they may do and hold, and who supervises them."""
    places = {one.slug: one.id for one in task.wanted.locations}
    slugs = {one.slug: one.id for one in task.wanted.people if one.id}
    week, days, may, held, above = (
        task.saying("person", wanted, key)
        for key in ("hours", "exceptions", "may_perform", "credentials", "supervised_by")
    )
    configuring.bring_hours(
        {one.id: _hours(one, places) for one in week},
        {one.id: [_days(row, location_id=places[row.location]) for row in one.exceptions] for one in days},
        task.fresh(Person, [one.id for one in wanted if one.id]),
    )
    privileges.put_all({one.id: [_privilege(row) for row in one.may_perform] for one in may})
    records.put_all({one.id: [paper.columns() for paper in one.credentials] for one in held})
    supervising.put_all({one.id: [row.columns(slugs) for row in one.supervised_by] for one in above})


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
    values = {one.id: (one.slug, one.content()) for one in wanted}
    offerings.bring(values, task.gone("offering"), task.now, task.fresh(OfferingRow, values))


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
        rulebook.put_all(task.wanted.policies.written())


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
