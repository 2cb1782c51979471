"""What applying a configuration would do, before it is done: planning only reads.

A plan is what differs, what of it was changed on pages since files were applied last (drift), and what it
means for what exists (impact). Its fingerprint is a digest of the form before, the form after and of what
cannot keep its promise: whatever else is booked in between does not change it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from saas.kernel.errors import Invalid, Reason
from saas.kernel.impacts import Impact
from saas.kernel.text import N_
from saas.practice import absences
from saas.practice.models import Person
from saas.provisioning import canonical, comparing, identifying, impacts, reading, recording, standing, worlds
from saas.provisioning.canonical import Form
from saas.provisioning.comparing import Change, What
from saas.provisioning.problems import ConfigurationInvalid
from saas.provisioning.schema import Configuration
from saas.provisioning.standing import World
from saas.provisioning.worlds import Kept
from saas.tenancy import tenants

FORMAT = 1
SHARE, LEAST = 5, 3  # more than a fifth of a kind, and at least three


class PlanUnreadable(Invalid):
    """A plan file is not what `saas config plan --out` writes."""

    code = "plan_unreadable"
    sentence = N_("This is no plan file.")


class NotThisClinic(Invalid):
    """The configuration names another clinic group than the one it is meant for."""

    code = "not_this_clinic"
    sentence = N_("The configuration is that of %(said)s, and not of %(meant)s.")


@dataclass(frozen=True)
class Drift:
    """What is no longer as files said when they were applied last, and who changed it on a page ("": nobody)."""

    change: Change
    by: str


@dataclass(frozen=True)
class Shown:
    """What a plan that was shown depended on, as digests, so that a refusal can say what moved."""

    tenant: str
    fingerprint: str
    before: str
    after: str
    bookings: str

    def as_json(self) -> dict[str, Any]:
        """Return what a plan file holds."""
        return {"format": FORMAT, **vars(self)}

    def moved(self, other: "Shown") -> list[str]:
        """Say which of files, clinic and bookings are others in *other*."""
        names = {"after": "files", "before": "clinic", "bookings": "bookings"}
        return [said for key, said in names.items() if getattr(self, key) != getattr(other, key)]


def read_shown(said: Any) -> Shown:
    """Return what a plan file holds; PlanUnreadable."""
    keys = Shown.__dataclass_fields__.keys()
    if not isinstance(said, dict) or said.get("format") != FORMAT or not keys <= said.keys():
        raise PlanUnreadable
    return Shown(**{key: str(said[key]) for key in keys})


@dataclass(frozen=True)
class Plan:
    """What applying a configuration would do; `wanted` has an id for everything."""

    changes: tuple[Change, ...]
    drift: tuple[Drift, ...]
    impacts: tuple[Impact, ...]
    shown: Shown
    wanted: Configuration
    world: World
    recorded: Form

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.changes

    @property
    def unsafe(self) -> tuple[Impact, ...]:
        """What needs a reason."""
        return tuple(one for one in self.impacts if one.is_unsafe)

    def of(self, what: What) -> tuple[Change, ...]:
        """Return the changes of one sort."""
        return tuple(one for one in self.changes if one.what is what)


def plan(wanted: Configuration, now: datetime) -> Plan:
    """Return what applying *wanted* to the session's tenant would do.

    ConfigurationInvalid where an id is another thing's, or an earlier slug names nothing.
    """
    world = standing.read()
    resolved = identifying.resolve(wanted, world.tables)
    after = canonical.form(resolved)
    changes = comparing.compare(world.files, after, known(world))
    named = identifying.named(resolved)
    found = tuple(_impacts(changes, named, world, now))
    recorded = recording.at()
    return Plan(changes, _drift(world, recorded), found, _shown(world, after, found), named, world, recorded)


def require_own(wanted: Configuration, tenant: str) -> None:
    """Refuse a configuration of another clinic group than *tenant*; NotThisClinic."""
    if wanted.clinic.slug != tenant:
        raise NotThisClinic(said=wanted.clinic.slug, meant=tenant)


def known(world: World) -> frozenset[str]:
    """Return the ids of whatever the clinic has or had."""
    return frozenset(str(row.id) for table in standing.KINDS.values() for row in world.tables.rows[table])


def _shown(world: World, after: Form, impacts: tuple[Impact, ...]) -> Shown:
    unsafe = sorted(
        [one.room, one.reason.code, sorted(map(str, one.subjects))] for one in impacts if one.is_unsafe
    )
    before_digest, after_digest, bookings = (recording.digest(one) for one in (world.files, after, unsafe))
    fingerprint = recording.digest([before_digest, after_digest, bookings])
    return Shown(world.tables.tenant.slug, fingerprint, before_digest, after_digest, bookings)


def _impacts(
    changes: tuple[Change, ...], wanted: Configuration, world: World, now: datetime
) -> Iterator[Impact]:
    if not changes:
        return
    yield from _many_archived(changes, world)
    kept = _kept(world, now)
    yield from impacts.of(_stands(world, kept), worlds.of(wanted, kept), now)


def _stands(world: World, kept: Kept) -> worlds.World:
    """Return what stands as the rooms understand it, from what was read already where no rule refuses it."""
    if not any(world.tables.rows[table] for table in standing.KINDS.values()):
        return worlds.NOTHING
    try:
        return worlds.of(reading.read_form(world.files, is_sound=True), kept)
    except ConfigurationInvalid:
        return worlds.standing(tenants.config_version(world.tables.tenant.id))


def _kept(world: World, now: datetime) -> Kept:
    away: dict[UUID, tuple[tuple[datetime, datetime], ...]] = {}
    for off in absences.list_ahead(now):
        away[off.person_id] = (*away.get(off.person_id, ()), (off.starts_at, off.ends_at))
    return Kept(away, {row.id: row.user_id for row in world.tables.in_use(Person) if row.user_id})


def _many_archived(changes: tuple[Change, ...], world: World) -> Iterator[Impact]:
    """Archiving a large share of a kind is asked about, whether anything is booked there or not."""
    there = Counter(thing.kind for thing in comparing.things(world.files).values())
    gone = [one.thing for one in changes if one.what is What.ARCHIVE]
    for kind, count in sorted(Counter(thing.kind for thing in gone).items()):
        if count >= LEAST and count * SHARE > there[kind]:
            reason = Reason(
                "archives_many", N_("%(count)s of %(total)s would be archived (%(kind)s)."),
                {"count": count, "total": there[kind], "kind": kind},
            )  # fmt: skip
            yield Impact(
                "provisioning", reason, tuple(UUID(str(one.id)) for one in gone if one.kind == kind), True
            )


def _drift(world: World, recorded: Form) -> tuple[Drift, ...]:
    version, is_last = recording.last_applied()
    if version is None:
        return ()
    applied = recorded if is_last else recording.at(version)
    if applied == world.files:
        return ()
    editors: Mapping[str, str] = recording.editors_since(version)
    changes = comparing.compare(applied, world.files, known(world))
    return tuple(Drift(one, editors.get(one.thing.file, "")) for one in changes)
