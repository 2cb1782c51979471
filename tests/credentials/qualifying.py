"""People and clinics of tests made fit for what they do, through the rooms' own verbs."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from saas.credentials import attesting, packing, records
from saas.credentials.attesting import Attested


def licensed(person: UUID, profession: str, *places: str, also: Iterable[dict[str, Any]] = ()) -> None:
    """Give *person* a verified licence as *profession* in each of *places*, and what else they hold."""
    rows = [
        {"kind": "licence", "profession": profession, "jurisdiction": place, "issued_on": date(2015, 6, 1), **seen()}
        for place in places
    ]  # fmt: skip
    records.put(person, [*rows, *also])


def seen() -> dict[str, Any]:
    """Return that somebody verified it."""
    return {"verified_by": "boss", "verified_on": date(2026, 1, 5), "verified_how": "the register"}


def attest(*rules: str) -> None:
    """Let the clinic attest *rules* with all their statements, and nothing else."""
    known = {one.rule: one for one in packing.get().rules}
    attesting.put([
        Attested(rule, known[rule].version, tuple(sorted(known[rule].statements())), "boss", date(2026, 1, 5))
        for rule in rules
    ])  # fmt: skip
