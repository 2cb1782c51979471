"""THE policy of a visit: one ordered resolver for each kind, and the trace that explains its answer. Pure.

A rule holds for the offering, category, location and kind of visit (the patient's first, or a later one) that it
names; what it does not name it does not ask about. Of the rules that hold, the most specific decides, compared in
one order: whether it names the offering, then its category, then the location, then first or later visits. A rule
that names an offering thus comes before every one that does not. No two rules name the same, so the order is
total, and a more general rule never changes what a more specific one says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Situation:
    """What is asked about, by slugs; `is_first`: the patient was not here before, as far as is known."""

    offering: str
    category: str
    location: str
    is_first: bool


@dataclass(frozen=True)
class Scope:
    """What a rule names; None asks about nothing."""

    offering: str | None = None
    category: str | None = None
    location: str | None = None
    first_visit: bool | None = None

    @property
    def precedence(self) -> tuple[bool, ...]:
        """The higher, the more specific."""
        named = (self.offering, self.category, self.location, self.first_visit)
        return tuple(one is not None for one in named)

    def holds(self, asked: Situation) -> bool:
        """Whether all that the scope names is so."""
        pairs = (
            (self.offering, asked.offering), (self.category, asked.category),
            (self.location, asked.location), (self.first_visit, asked.is_first),
        )  # fmt: skip
        return all(wanted is None or wanted == actual for wanted, actual in pairs)

    def __str__(self) -> str:
        visits = {True: "first visits", False: "later visits", None: None}[self.first_visit]
        parts = (self.offering, self.category, self.location, visits)
        return ", ".join(part for part in parts if part) or "everything"


class Source(StrEnum):
    """Who says a rule: an agreement with the patient, the offering itself, or the clinic's policies."""

    PATIENT = "patient"
    OFFERING = "offering"
    POLICIES = "policies"


@dataclass(frozen=True)
class Rule(Generic[T_co]):
    """What holds where; None says that there is no such policy there."""

    scope: Scope
    terms: T_co | None
    source: Source = Source.POLICIES


@dataclass(frozen=True)
class Step(Generic[T_co]):
    """A rule that holds; the one that decides is chosen."""

    rule: Rule[T_co]
    chosen: bool


@dataclass(frozen=True)
class Decision(Generic[T_co]):
    """What holds, None where no policy does, and the rules that were asked, the most specific first."""

    terms: T_co | None
    trace: tuple[Step[T_co], ...] = ()


def resolve(rules: Iterable[Rule[T_co]], asked: Situation) -> Decision[T_co]:
    """Return what *rules* say of *asked*."""
    holding = sorted(
        (rule for rule in rules if rule.scope.holds(asked)),
        key=lambda rule: rule.scope.precedence,
        reverse=True,
    )
    trace = tuple(Step(rule, number == 0) for number, rule in enumerate(holding))
    return Decision(holding[0].terms if holding else None, trace)
