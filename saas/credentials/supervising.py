"""Whom the clinic names to supervise whom: put and read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saas.credentials import records
from saas.credentials.circumstances import Credential, Performer, Supervisor
from saas.credentials.models import SupervisionRow
from saas.credentials.vocabulary import Mode
from saas.db import session, versioned
from saas.practice import putting, snapshot
from saas.practice.snapshot import Practice

COLUMNS = ("supervisor_id", "procedures", "mode", "protocol", "starts_on", "ends_on")


@dataclass(frozen=True)
class Named:
    """Somebody who supervises a person for *acts*, how near, by which writing, and between which days."""

    supervisor_id: UUID
    acts: tuple[str, ...]
    mode: Mode | None
    protocol: str
    starts_on: date | None
    ends_on: date | None


def put_all(wanted: Mapping[UUID, Sequence[Mapping[str, Any]]]) -> None:
    """Make those who supervise each person exactly those in *wanted*, columns of the table."""
    putting.bring_sets(SupervisionRow, "person_id", wanted)


def everybody(config_version: int) -> Mapping[UUID, tuple[Named, ...]]:
    """Return who supervises each person who is supervised, by id."""
    return versioned.read("supervisions", config_version, _load)


def of(person_id: UUID, config_version: int) -> tuple[Supervisor, ...]:
    """Return who supervises a person, with what they hold; who treats nobody here is not among them."""
    named = everybody(config_version).get(person_id, ())
    if not named:
        return ()
    return among(person_id, named, snapshot.read(config_version), records.everybody(config_version))


def among(
    person_id: UUID, named: Sequence[Named], practice: Practice, held: Mapping[UUID, tuple[Credential, ...]]
) -> tuple[Supervisor, ...]:
    """Return those *named* for a person who treat patients, with what they hold. Pure."""
    people = practice.practitioners
    return tuple(
        Supervisor(
            one.supervisor_id, Performer(person.name, person.professions, held.get(person.id, ())),
            one.acts, one.mode, one.protocol, one.starts_on, one.ends_on,
        )
        for one in named
        if (person := people.get(one.supervisor_id)) and person.id != person_id
    )  # fmt: skip


def read(values: Mapping[str, Any]) -> Named:
    """Return whom columns' *values* name."""
    mode = Mode(values["mode"]) if values["mode"] else None
    return Named(
        values["supervisor_id"], tuple(values["procedures"]), mode, values["protocol"], values["starts_on"],
        values["ends_on"],
    )  # fmt: skip


def ordered(named: Iterable[Named]) -> tuple[Named, ...]:
    """Return *named* in an order that does not depend on when they were."""
    return tuple(sorted(named, key=repr))


def _load() -> Mapping[UUID, tuple[Named, ...]]:
    found: dict[UUID, list[Named]] = {}
    for row in session.current().scalars(select(SupervisionRow)):
        values = {name: getattr(row, name) for name in COLUMNS}
        found.setdefault(row.person_id, []).append(read(values))
    return {person_id: ordered(named) for person_id, named in found.items()}
