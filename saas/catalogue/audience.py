"""Whom an offering is for, how many sessions are usual, and how many days lie between visits, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Seen(StrEnum):
    """Whether a patient had a visit here before."""

    NEW = "new"
    RETURNING = "returning"


@dataclass(frozen=True)
class Patients:
    """Whom an offering is for; ages in whole years on the day of the visit, both included."""

    only: Seen | None = None
    min_age: int | None = None
    max_age: int | None = None

    @property
    def has_ages(self) -> bool:
        """Whether a birth date is needed."""
        return self.min_age is not None or self.max_age is not None


@dataclass(frozen=True)
class Interval:
    """How many days lie between an offering and an offering, a procedure, or, where neither is named, itself."""

    days: int
    offering: str | None = None
    procedure: str | None = None


@dataclass(frozen=True)
class Course:
    """How many sessions are usual, and how many weeks lie between them; told, and not enforced (`Interval`)."""

    min_sessions: int
    max_sessions: int
    min_weeks: int | None = None
    max_weeks: int | None = None


def read_patients(content: Mapping[str, Any] | None) -> Patients:
    """Return whom an offering is for, as JSON *content* says."""
    if not content:
        return Patients()
    only = content.get("only")
    return Patients(Seen(only) if only else None, content.get("min_age"), content.get("max_age"))


def read_intervals(content: Sequence[Mapping[str, Any]] | None) -> tuple[Interval, ...]:
    """Return the intervals that JSON *content* says."""
    return tuple(Interval(**one) for one in content or ())
