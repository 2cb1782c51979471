"""Does a treatment ask for an examination first, and is there one that counts? Pure.

The rule of the place and the clinic's own offering may each ask for one, and the stricter counts: whoever both let
examine, the shorter time, telehealth only where the rule says so. What a rule leaves open is never taken for a yes.
An examination covers the procedures it was made for and no others, and the newest of them counts.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID


class Result(StrEnum):
    """What an examination found."""

    CLEARED = "cleared"
    CONDITIONAL = "conditional"
    NOT_CLEARED = "not_cleared"


class Basis(StrEnum):
    """By what an examination holds as long as it does."""

    STATUTE = "statute"
    CLINIC_POLICY = "clinic_policy"
    PLAN_OF_CARE = "plan_of_care"


class EndReason(StrEnum):
    """What ends a clearance before its time."""

    NEW_DIAGNOSIS = "new_diagnosis"
    NEW_MEDICATION = "new_medication"
    ADVERSE_EVENT = "adverse_event"
    MISTAKE = "mistake"


class Code(StrEnum):
    """How a patient stands before a procedure that asks for an examination."""

    CLEARED = "cleared"
    MISSING = "missing"
    NOT_CLEARED = "not_cleared"
    ENDED = "ended"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    BY_OTHERS = "by_others"
    BY_TELEHEALTH = "by_telehealth"


@dataclass(frozen=True)
class Need:
    """An examination that a procedure asks for.

    `by` are the professions that may examine, empty where nobody of those asked for is left. `months` is how long it
    holds; None: as long as its plan of care. `telehealth` is True only where that is established.
    """

    procedure: str
    by: frozenset[str]
    months: int | None = None
    basis: Basis = Basis.CLINIC_POLICY
    telehealth: bool = False

    def last_day(self, examined_on: date) -> date | None:
        """Return the last day on which an examination of *examined_on* is new enough."""
        return None if self.months is None else months_after(examined_on, self.months)


@dataclass(frozen=True)
class Clearance:
    """An examination as it is judged; `ended` is since which day it no longer holds, and why.

    One that was noted by mistake was never made.
    """

    id: UUID
    procedures: frozenset[str]
    profession: str
    examined_on: date
    result: Result
    valid_until: date | None = None
    telehealth: bool = False
    conditions: str = ""
    ended: date | None = None
    why: EndReason | None = None


@dataclass(frozen=True)
class Standing:
    """How a patient stands before what is needed; `until` is the last day, None without an end or a clearance."""

    need: Need
    code: Code
    until: date | None = None
    conditions: str = ""

    @property
    def is_cleared(self) -> bool:
        """Whether the treatment may take place."""
        return self.code is Code.CLEARED


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def basis_of(words: str) -> Basis:
    """Return what a rule's own words for its basis say."""
    if "plan of care" in words or words == Basis.PLAN_OF_CARE:
        return Basis.PLAN_OF_CARE
    return Basis.STATUTE if words == Basis.STATUTE else Basis.CLINIC_POLICY


def stricter(one: Need | None, other: Need | None) -> Need | None:
    """Return what both ask for together, of the same procedure; None where neither asks."""
    if one is None or other is None:
        return one or other
    shorter = min((one, other), key=lambda need: (need.months is None, need.months or 0))
    return replace(shorter, by=one.by & other.by, telehealth=one.telehealth and other.telehealth)


def together(needs: Iterable[Need | None]) -> tuple[Need, ...]:
    """Return one need for each procedure, the stricter of several, in the order of their names."""
    found: dict[str, Need | None] = {}
    for need in needs:
        if need is not None:
            found[need.procedure] = stricter(found.get(need.procedure), need)
    return tuple(need for _, need in sorted(found.items()) if need is not None)


def judge(need: Need, known: Sequence[Clearance], on: date) -> Standing:
    """Return how a patient with the examinations *known* stands on *on*."""
    made = [one for one in known if need.procedure in one.procedures and one.why is not EndReason.MISTAKE]
    if not made:
        return Standing(need, Code.MISSING)
    standings = [_one(need, one, on) for one in sorted(made, key=lambda one: (one.examined_on, one.id))]
    # Newer findings count before older ones, but an examination that does not count at all takes nothing away: neither
    # what cleared the patient before it, nor what did not.
    settled = (Code.NOT_CLEARED, Code.ENDED, Code.CLEARED)
    return next((one for one in reversed(standings) if one.code in settled), standings[-1])


def _one(need: Need, made: Clearance, on: date) -> Standing:
    last = min((day for day in (made.valid_until, need.last_day(made.examined_on)) if day), default=None)
    if made.ended is not None and made.ended <= on:
        code = Code.ENDED
    elif made.examined_on > on:
        code = Code.NOT_YET
    elif made.result is Result.NOT_CLEARED:
        code = Code.NOT_CLEARED
    elif made.profession not in need.by:
        code = Code.BY_OTHERS
    elif made.telehealth and not need.telehealth:
        code = Code.BY_TELEHEALTH
    elif last is not None and last < on:
        code = Code.EXPIRED
    else:
        return Standing(need, Code.CLEARED, last, made.conditions)
    return Standing(need, code, last)
