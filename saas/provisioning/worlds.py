"""A configuration as the rooms understand it, before and after a change: practice, offerings, who may do what.

Everything is by id, so that a thing that is renamed is still itself. `of` is pure; `standing` is what holds.
Whoever adds to what a room reads of its tables adds it here: a test compares both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import select

from saas.catalogue import contents, offerings
from saas.catalogue.contents import Offering
from saas.credentials import attesting, privileges, records, supervising
from saas.credentials.attesting import Word
from saas.credentials.circumstances import Credential
from saas.credentials.grounds import Answers, Grounds, Known
from saas.credentials.privileges import Held, Period
from saas.credentials.supervising import Named as Supervising
from saas.db import session, versioned
from saas.ledger.impact import Company
from saas.practice import snapshot
from saas.practice.models import LegalEntity, Person
from saas.practice.snapshot import Place, Practice, Practitioner, Unit
from saas.provisioning import calendars
from saas.provisioning.schema import Configuration
from saas.provisioning.schema_catalogue import Offering as OfferingFile
from saas.provisioning.schema_practice import Device as DeviceFile
from saas.provisioning.schema_practice import Location as LocationFile
from saas.provisioning.schema_practice import MayPerform
from saas.provisioning.schema_practice import Person as PersonFile
from saas.provisioning.schema_practice import Room as RoomFile
from saas.provisioning.schema_scope import Attestations
from saas.provisioning.schema_types import Named

Spans = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class Employee:
    """Somebody of the clinic, and the account with which they log in."""

    name: str
    user_id: UUID | None


@dataclass(frozen=True)
class World:
    """All of it that is in use, by id: `granted` are privileges, `held` papers, `word` what the clinic attests.

    `named` are who supervises.
    """

    practice: Practice
    companies: Mapping[UUID, Company] = field(default_factory=dict)
    staff: Mapping[UUID, Employee] = field(default_factory=dict)
    granted: Mapping[UUID, Held] = field(default_factory=dict)
    held: Mapping[UUID, tuple[Credential, ...]] = field(default_factory=dict)
    word: Word = field(default_factory=Word)
    offerings: Mapping[UUID, Offering] = field(default_factory=dict)
    named: Mapping[UUID, tuple[Supervising, ...]] = field(default_factory=dict)
    decided: Known = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def answers(self) -> Answers:
        """Who may perform what and where; what is `decided` once is not again in a world made from this one."""
        return Answers(Grounds(self.practice, self.granted, self.held, self.word, self.named), self.decided)


@dataclass(frozen=True)
class Kept:
    """What a configuration does not say, by a person's id: when they are away, and their account."""

    away: Mapping[UUID, Spans] = field(default_factory=dict)
    accounts: Mapping[UUID, UUID] = field(default_factory=dict)


NOTHING_KEPT = Kept()


def of(configuration: Configuration, kept: Kept = NOTHING_KEPT) -> World:
    """Return *configuration*, in which everything has an id (`identifying.named`), as the rooms see it. Pure.

    ValueError where something has none. A version of an offering that is not there yet has the offering's id.
    """
    companies = {_id(one): Company(one.name, one.currency) for one in configuration.clinic.legal_entities}
    people = {_id(one): one for one in configuration.people}
    return World(
        practice=_practice(configuration, companies, kept),
        companies=companies,
        staff={one: Employee(_name(person), kept.accounts.get(one)) for one, person in people.items()},
        granted={one: _granted(person.may_perform) for one, person in people.items() if person.may_perform},
        held={one: _held(person) for one, person in people.items() if person.credentials},
        word=_word(configuration.attestations),
        named=_named(people),
        offerings={_id(one): _offering(one) for one in configuration.offerings},
    )


NOTHING = World(Practice({}, {}, (), (), {}))


def standing(config_version: int) -> World:
    """Return what holds at *config_version*; what this process has read of it already costs no statement."""
    companies, staff = versioned.read("companies and staff", config_version, _companies_and_staff)
    sold = (
        *offerings.list_current(config_version).values(),
        *offerings.list_add_ons(config_version).values(),
    )
    granted, held = privileges.everybody(config_version), records.everybody(config_version)
    return World(
        practice=snapshot.read(config_version),
        companies=companies,
        staff=staff,
        granted={person: periods for person, periods in granted.items() if person in staff},
        held={person: papers for person, papers in held.items() if person in staff},
        word=attesting.word(config_version),
        named={one: rows for one, rows in supervising.everybody(config_version).items() if one in staff},
        offerings={one.id: one for one in sold},
    )


def kept_of(world: World) -> Kept:
    """Return what stays of *world* whatever a configuration says."""
    people = world.practice.practitioners.values()
    accounts = {one: person.user_id for one, person in world.staff.items() if person.user_id}
    return Kept({one.id: one.time_off for one in people if one.time_off}, accounts)


def _companies_and_staff() -> tuple[Mapping[UUID, Company], Mapping[UUID, Employee]]:
    current = session.current()
    entities = current.scalars(select(LegalEntity).where(LegalEntity.archived_at.is_(None)))
    people = current.scalars(select(Person).where(Person.archived_at.is_(None)))
    return (
        {one.id: Company(one.name, one.currency) for one in entities},
        {one.id: Employee(one.name, one.user_id) for one in people},
    )


def _practice(configuration: Configuration, companies: Mapping[UUID, Company], kept: Kept) -> Practice:
    entities = {one.slug: _id(one) for one in configuration.clinic.legal_entities}
    places = {one.slug: _place(one, entities[one.legal_entity], companies) for one in configuration.locations}
    people = [_practitioner(one, places, kept) for one in configuration.people if one.is_practitioner]
    return Practice(
        {one.id: one for one in places.values()}, {one.id: one for one in people},
        tuple(_unit(unit, one) for one in configuration.locations for unit in one.rooms),
        tuple(_unit(unit, one) for one in configuration.locations for unit in one.devices), places,
    )  # fmt: skip


def _place(location: LocationFile, entity: UUID, companies: Mapping[UUID, Company]) -> Place:
    return Place(
        id=_id(location), slug=location.slug, name=location.name,
        time_zone=location.time_zone, jurisdiction=location.jurisdiction, country=location.address.country,
        region=location.address.region, opening=calendars.opening(location), legal_entity_id=entity,
        currency=companies[entity].currency,
    )  # fmt: skip


def _unit(unit: RoomFile | DeviceFile, location: LocationFile) -> Unit:
    plain, services = (_id(unit), _id(location), unit.name, unit.kind.value), calendars.services(unit)
    if isinstance(unit, RoomFile):
        return Unit(*plain, services=services)
    sites = tuple(one.value for one in unit.label_sites)
    return Unit(*plain, unit.evaluated_depth_mm, services, unit.model or "", sites, unit.label_min_age)


def _practitioner(person: PersonFile, places: Mapping[str, Place], kept: Kept) -> Practitioner:
    rosters = {places[slug].id: roster for slug, roster in calendars.rosters(person).items()}
    return Practitioner(
        _id(person), person.slug, _name(person), person.titles or "", rosters, kept.away.get(_id(person), ()),
        person.tier, person.max_concurrent_patients, tuple(one.value for one in person.professions),
        person.max_supervised,
    )  # fmt: skip


def _offering(offering: OfferingFile) -> Offering:
    return contents.read(_id(offering), _id(offering), offering.slug, offering.content())


def _named(people: Mapping[UUID, PersonFile]) -> dict[UUID, tuple[Supervising, ...]]:
    slugs = {person.slug: one for one, person in people.items()}
    return {
        one: supervising.ordered(supervising.read(row.columns(slugs)) for row in person.supervised_by)
        for one, person in people.items()
        if person.supervised_by
    }


def _held(person: PersonFile) -> tuple[Credential, ...]:
    return tuple(records.read(one.columns()) for one in person.credentials)


def _word(said: Attestations) -> Word:
    return attesting.read(((one.rule, one.version, one.statements) for one in said.rules), said.stance())


def _granted(rows: tuple[MayPerform, ...]) -> Held:
    found: dict[str, tuple[Period, ...]] = {}
    for row in rows:
        period = Period.between(row.starts_on, row.ends_on)
        found[row.procedure.value] = (*found.get(row.procedure.value, ()), period)
    return found


def _name(person: PersonFile) -> str:
    return f"{person.given_name} {person.family_name}"


def _id(thing: Named) -> UUID:
    if thing.id is None:
        raise ValueError(f"{thing.slug} has no id")
    return thing.id
