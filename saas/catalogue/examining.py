"""That a clinic wants patients examined before a treatment, and an examination as the first part of a visit."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

EXAMINER = "examiner"


class AddedKind(StrEnum):
    """What the software itself puts into a visit, and no configuration: an examination at its beginning."""

    EXAM = "exam"


@dataclass(frozen=True)
class PriorExam:
    """By which professions, and for how many months an examination holds."""

    by: tuple[str, ...]
    validity_months: int


@dataclass(frozen=True)
class Exam:
    """An examination that is part of a visit: its minutes, who may make it, and for which procedures it is."""

    minutes: int
    by: tuple[str, ...]
    procedures: tuple[str, ...]

    def spelled(self) -> dict[str, Any]:
        """Return it as JSON, to be kept with the visit."""
        return {"minutes": self.minutes, "by": list(self.by), "procedures": list(self.procedures)}


def read_exam(content: Mapping[str, Any] | None) -> Exam | None:
    """Return the examination that was kept with a visit; None where there is none."""
    if not content:
        return None
    return Exam(content["minutes"], tuple(content["by"]), tuple(content["procedures"]))


def read(content: Mapping[str, Any] | None) -> PriorExam | None:
    """Return the examination that JSON *content* asks for."""
    return PriorExam(tuple(content["by"]), content["validity_months"]) if content else None
