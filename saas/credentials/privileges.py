"""Who may perform what, and when: asked once per person and period, never per slot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saas.credentials.models import Privilege
from saas.credentials.vocabulary import EXAM
from saas.db import session, versioned
from saas.kernel import ids
from saas.practice import putting


@dataclass(frozen=True, order=True)
class Period:
    """Days from *starts_on* to *ends_on*, both included; `date.min` and `date.max` are open ends."""

    starts_on: date
    ends_on: date

    @classmethod
    def between(cls, starts_on: date | None, ends_on: date | None) -> "Period":
        """Return the period that a row says, in which no day is an open end."""
        return cls(starts_on or date.min, ends_on or date.max)

    def has(self, day: date) -> bool:
        """Whether *day* lies in the period."""
        return self.starts_on <= day <= self.ends_on


# When somebody may perform each procedure, by its code.
Held = Mapping[str, tuple[Period, ...]]


def put_all(wanted: Mapping[UUID, Sequence[Mapping[str, Any]]]) -> None:
    """Make the privileges of each person exactly those in *wanted*."""
    putting.bring_sets(Privilege, "person_id", wanted)


def put(person_id: UUID, wanted: Sequence[Mapping[str, Any]]) -> bool:
    """Make a person's privileges exactly *wanted* (procedure, starts_on, ends_on); whether any changed."""
    current = session.current()
    rows = list(current.scalars(select(Privilege).where(Privilege.person_id == person_id)))
    have = [{"procedure": r.procedure, "starts_on": r.starts_on, "ends_on": r.ends_on} for r in rows]
    for row, values in zip(rows, have, strict=True):
        if values not in wanted:
            current.delete(row)
    missing = [values for values in wanted if dict(values) not in have]
    current.add_all(Privilege(id=ids.new(), person_id=person_id, **values) for values in missing)
    current.flush()
    return bool(missing) or len(have) != len(wanted)


def periods(person_id: UUID, procedures: Sequence[str], config_version: int) -> tuple[Period, ...]:
    """Return when the person may perform every one of *procedures*; empty is never."""
    return common(everybody(config_version).get(person_id, {}), procedures)


def common(held: Held, procedures: Sequence[str]) -> tuple[Period, ...]:
    """Return when somebody who has *held* may perform every one of *procedures*; for none, always. Pure.

    To examine takes no privilege: profession and licence are asked for, as where an examination is noted.
    """
    shared: tuple[Period, ...] = (Period(date.min, date.max),)
    for procedure in (one for one in procedures if one != EXAM):
        shared = _both(shared, held.get(procedure, ()))
    return shared


def everybody(config_version: int) -> Mapping[UUID, Held]:
    """Return what each person may perform and when, by id."""
    return versioned.read("privileges", config_version, _load)


def _both(one: Sequence[Period], other: Sequence[Period]) -> tuple[Period, ...]:
    shared = (Period(max(a.starts_on, b.starts_on), min(a.ends_on, b.ends_on)) for a in one for b in other)
    return tuple(sorted({period for period in shared if period.starts_on <= period.ends_on}))


def _load() -> Mapping[UUID, Held]:
    found: dict[UUID, dict[str, tuple[Period, ...]]] = {}
    query = select(Privilege.person_id, Privilege.procedure, Privilege.starts_on, Privilege.ends_on)
    for row in session.current().execute(query):
        period = Period.between(row.starts_on, row.ends_on)
        of_person = found.setdefault(row.person_id, {})
        of_person[row.procedure] = (*of_person.get(row.procedure, ()), period)
    return found
