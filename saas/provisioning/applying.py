"""Apply a configuration: all of it or nothing, in the caller's transaction, through the rooms' verbs.

What a configuration no longer names is archived, not deleted; applied again, it revives.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saas.catalogue import offerings, taxes
from saas.credentials import privileges
from saas.db import session
from saas.identity import users
from saas.identity.roles import Role
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import clock
from saas.kernel.actors import Actor
from saas.practice import configuring, putting
from saas.practice.configuring import Hanging, Span
from saas.practice.models import LegalEntity, Location, Person
from saas.provisioning import differing, history, standing
from saas.provisioning.schema import Configuration
from saas.provisioning.schema_practice import Location as LocationFile
from saas.provisioning.schema_practice import MayPerform, Weekday
from saas.provisioning.schema_practice import Person as PersonFile
from saas.provisioning.standing import Version
from saas.tenancy import tenants


@dataclass
class Applied:
    """What an application changed, as `kind/slug`, and the configuration's version after it.

    `replaced` says in words what it took back of what was saved on a page.
    """

    changed: list[str] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    version: int = 0

    def note(self, kind: str, slug: str, changed: bool) -> None:
        """Remember that *kind*/*slug* changed, if it did."""
        if changed:
            self.changed.append(f"{kind}/{slug}")


def apply(configuration: Configuration, actor: Actor) -> Applied:
    """Bring the session's tenant to *configuration*; applying it twice changes nothing the second time."""
    applied = Applied()
    _apply_clinic(configuration, applied)
    entities = _apply_legal_entities(configuration, applied)
    locations = _apply_locations(configuration, entities, applied)
    _apply_people(configuration, locations, actor, applied)
    _apply_offerings(configuration, applied)
    applied.note("taxes", "rates", taxes.put_all(rate.columns() for rate in configuration.taxes.rates))
    tenant_id = session.current().tenant_id
    if applied.changed or applied.archived:
        applied.version = tenants.raise_config_version(tenant_id)
        book.tell(EventKind.CONFIGURATION_APPLIED, tenant_id, actor, changed=applied.changed,
                  archived=applied.archived, version=applied.version)  # fmt: skip
    return applied


def _apply_clinic(configuration: Configuration, applied: Applied) -> None:
    clinic = configuration.clinic
    profile = clinic.model_dump(
        mode="json",
        include={"tagline", "languages", "accent", "phone", "email", "disclaimer", "booking_terms"},
    )
    profile["time_zone"] = next((location.time_zone for location in configuration.locations), "UTC")
    changed = tenants.describe(session.current().tenant_id, clinic.name, profile)
    applied.note("clinic", clinic.slug, changed)


def _apply_legal_entities(configuration: Configuration, applied: Applied) -> dict[str, UUID]:
    known: dict[str, UUID] = {}
    for entity in configuration.clinic.legal_entities:
        known[entity.slug], changed = configuring.put_legal_entity(
            entity.slug, name=entity.name, currency=entity.currency
        )
        applied.note("legal_entity", entity.slug, changed)
    _archive(LegalEntity, "legal_entity", known.values(), applied)
    return known


def _apply_locations(
    configuration: Configuration, entities: Mapping[str, UUID], applied: Applied
) -> dict[str, UUID]:
    known: dict[str, UUID] = {}
    for location in configuration.locations:
        known[location.slug], changed = configuring.put_location(
            location.slug, _hanging(location), name=location.name,
            legal_entity_id=entities[location.legal_entity], time_zone=location.time_zone,
            jurisdiction=location.jurisdiction, phone=location.phone,
            observes_holidays=location.observes_holidays, **location.address.model_dump(),
        )  # fmt: skip
        applied.note("location", location.slug, changed)
    _archive(Location, "location", known.values(), applied)
    return known


def _hanging(location: LocationFile) -> Hanging:
    return Hanging(
        opening_hours=[
            Span(day.number, span.opens, span.closes)
            for day in Weekday
            for span in location.opening_hours.on(day)
        ],
        closures=location.closures,
        rooms={room.slug: {"name": room.name, "kind": room.kind.value} for room in location.rooms},
        devices={
            device.slug: {
                "name": device.name, "kind": device.kind.value,
                "model": device.model, "serial": device.serial,
            }
            for device in location.devices
        },
    )  # fmt: skip


def _apply_people(
    configuration: Configuration, locations: Mapping[str, UUID], actor: Actor, applied: Applied
) -> None:
    known = {row.slug: row for row in session.current().scalars(select(Person))}
    _archive_people([known[p.slug].id for p in configuration.people if p.slug in known], actor, applied)
    user_ids = {slug: row.user_id for slug, row in known.items()}
    _free_addresses(configuration, user_ids)
    for person in configuration.people:
        name = f"{person.given_name} {person.family_name}"
        roles = [Role(role.value) for role in person.roles]
        user_id, user_changed = users.put(person.email, name, roles, actor, user_ids.get(person.slug))
        person_id, changed = configuring.put_person(
            person.slug, _hours(person, locations), user_id=user_id,
            given_name=person.given_name, family_name=person.family_name, titles=person.titles or "",
            professions=[p.value for p in person.professions], is_practitioner=person.is_practitioner,
            tier=person.tier, max_concurrent_patients=person.max_concurrent_patients, bio=dict(person.bio),
        )  # fmt: skip
        privileged = privileges.put(person_id, [_privilege(row) for row in person.may_perform])
        applied.note("person", person.slug, changed or user_changed or privileged)


def _archive_people(kept: Iterable[UUID], actor: Actor, applied: Applied) -> None:
    for person in _archive(Person, "person", kept, applied):
        users.disable(person.user_id, actor, clock.now())


def _free_addresses(configuration: Configuration, user_ids: Mapping[str, UUID | None]) -> None:
    """Take the addresses that pass to someone else, so that two people may even swap theirs.

    An account belongs to a person, not to an address: whoever comes after a colleague who left gets
    the address with an account of their own, and not the colleague's password.
    """
    slugs = {user_id: slug for slug, user_id in user_ids.items() if user_id}
    for person in configuration.people:
        holder = users.find(person.email)
        if holder and slugs.get(holder.id, person.slug) != person.slug:
            users.park(holder.id)


def _privilege(row: MayPerform) -> dict[str, Any]:
    return {"procedure": row.procedure.value, "starts_on": row.starts_on, "ends_on": row.ends_on}


def _apply_offerings(configuration: Configuration, applied: Applied) -> None:
    kept: set[UUID] = set()
    before = standing.current_versions()
    for offering in configuration.offerings:
        content = offering.model_dump(mode="json", exclude={"slug"})
        offering_id, changed = offerings.put(offering.slug, content)
        kept.add(offering_id)
        applied.note("offering", offering.slug, changed)
        if changed and offering.slug in before:
            applied.replaced += _taken_back(offering.slug, before[offering.slug], content)
    applied.archived += [f"offering/{slug}" for slug in offerings.archive_missing(kept, clock.now())]


def _taken_back(slug: str, before: Version, content: dict[str, Any]) -> list[str]:
    """Say what is no longer as somebody saved it on a page; nothing where the version came from files."""
    author = history.page_edit(before.offering_id, before.id)
    if author is None:
        return []
    words = "; ".join(map(differing.in_words, differing.differences(before.content, content)))
    return [f"offering/{slug} replaces what {author} saved on a page ({words})"]


def _hours(person: PersonFile, locations: Mapping[str, UUID]) -> list[Span]:
    return [
        Span(day.number, hours.starts, hours.ends, locations[hours.location])
        for hours in person.hours
        for day in hours.weekdays
    ]


def _archive(table: type[Any], kind: str, kept: Iterable[UUID], applied: Applied) -> list[Any]:
    gone = putting.archive_missing(table, {}, kept, clock.now())
    applied.archived += [f"{kind}/{row.slug}" for row in gone]
    return gone
