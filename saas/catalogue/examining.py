"""That a clinic wants patients examined before a treatment, as an offering says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PriorExam:
    """By which professions, and for how many months an examination holds."""

    by: tuple[str, ...]
    validity_months: int


def read(content: Mapping[str, Any] | None) -> PriorExam | None:
    """Return the examination that JSON *content* asks for."""
    return PriorExam(tuple(content["by"]), content["validity_months"]) if content else None
