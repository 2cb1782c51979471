"""The clinic's word: which rules it attests with which statements, and how it counts. Put and read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from saas.credentials.circumstances import Attestation, Policy, Restriction
from saas.credentials.models import AttestationRow, ScopePolicy
from saas.credentials.vocabulary import Verdict
from saas.db import session, versioned
from saas.kernel import clock, ids


@dataclass(frozen=True)
class Word:
    """All that the clinic says about scope."""

    attestations: tuple[Attestation, ...] = ()
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True)
class Attested:
    """An attestation to put: the rule's version, statements, who says it and when, and a note."""

    rule: str
    version: int
    statements: tuple[str, ...]
    by: str
    on: date
    note: str = ""


def put(wanted: Sequence[Attested]) -> bool:
    """Let the clinic attest exactly *wanted*; what is not among them is withdrawn. Whether anything changed."""
    current = session.current()
    rows = list(current.scalars(_in_use()))
    kept = {_said(row) for row in rows} & set(wanted)
    gone = [row for row in rows if _said(row) not in kept]
    for row in gone:
        row.withdrawn_at = clock.now()
    current.flush()
    new = [one for one in wanted if one not in kept]
    for one in new:
        current.add(AttestationRow(
            id=ids.new(), rule=one.rule, rule_version=one.version, statements=list(one.statements),
            attested_by=one.by, attested_on=one.on, note=one.note,
        ))  # fmt: skip
    current.flush()
    return bool(gone or new)


def put_policy(counts_unverified: bool, restrictions: Sequence[Mapping[str, Any]]) -> bool:
    """Let the clinic count like this from now on; whether that is new.

    A restriction is a map of `decision`, `procedure`, `profession`, `location`, `depth_limit_mm` and `note`.
    """
    now = _policy_row()
    have = (now.counts_unverified, now.restrictions) if now else (False, [])
    wanted = (counts_unverified, [dict(one) for one in restrictions])
    if have == wanted:
        return False
    session.current().add(ScopePolicy(id=ids.new(), counts_unverified=wanted[0], restrictions=wanted[1]))
    session.current().flush()
    return True


def list_attested() -> list[Attested]:
    """Return what the clinic attests, by rule."""
    return [_said(row) for row in session.current().scalars(_in_use().order_by(AttestationRow.rule))]


def policy_as_put() -> tuple[bool, list[dict[str, Any]]]:
    """Return the policy in the words it was put in."""
    row = _policy_row()
    return (row.counts_unverified, row.restrictions) if row else (False, [])


def word(config_version: int) -> Word:
    """Return what the clinic says at *config_version*."""
    return versioned.read("scope", config_version, _load)


def _load() -> Word:
    return read([(one.rule, one.version, one.statements) for one in list_attested()], *policy_as_put())


def read(
    attested: Iterable[tuple[str, int, Iterable[str]]],
    counts_unverified: bool, restrictions: Iterable[Mapping[str, Any]],
) -> Word:  # fmt: skip
    """Return what the clinic says: rules *attested* in a version with statements, and its policy as it is put."""
    attestations = tuple(
        Attestation(rule, version, frozenset(statements)) for rule, version, statements in attested
    )
    return Word(attestations, Policy(tuple(_restriction(one) for one in restrictions), counts_unverified))


def _restriction(said: Mapping[str, Any]) -> Restriction:
    limit = said.get("depth_limit_mm")
    return Restriction(
        Verdict(said.get("decision", "prohibit")), said.get("procedure"), said.get("profession"),
        said.get("location"), Decimal(limit) if limit else None, said.get("note") or "",
    )  # fmt: skip


def _in_use() -> Any:
    return select(AttestationRow).where(AttestationRow.withdrawn_at.is_(None))


def _said(row: AttestationRow) -> Attested:
    return Attested(
        row.rule, row.rule_version, tuple(row.statements), row.attested_by, row.attested_on, row.note
    )


def _policy_row() -> ScopePolicy | None:
    newest = select(ScopePolicy).order_by(ScopePolicy.at.desc(), ScopePolicy.id.desc()).limit(1)
    return session.current().scalar(newest)
