"""Whom the clinic names to supervise whom: put and read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saas.credentials import records
from saas.credentials.circumstances import Performer, Supervisor
from saas.credentials.models import SupervisionRow
from saas.credentials.vocabulary import Mode
from saas.db import session, versioned
from saas.practice import putting, snapshot


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
    people, held = snapshot.read(config_version).practitioners, records.everybody(config_version)
    return tuple(
        Supervisor(
            one.supervisor_id, Performer(person.name, person.professions, held.get(person.id, ())),
            one.acts, one.mode, one.protocol, one.starts_on, one.ends_on,
        )
        for one in named
        if (person := people.get(one.supervisor_id)) and person.id != person_id
    )  # fmt: skip


def _load() -> Mapping[UUID, tuple[Named, ...]]:
    found: dict[UUID, tuple[Named, ...]] = {}
    for row in session.current().scalars(select(SupervisionRow).order_by(SupervisionRow.id)):
        mode = Mode(row.mode) if row.mode else None
        one = Named(row.supervisor_id, tuple(row.procedures), mode, row.protocol, row.starts_on, row.ends_on)
        found[row.person_id] = (*found.get(row.person_id, ()), one)
    return found
