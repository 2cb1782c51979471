"""The clinic's word: which rules it attests with which statements, and how it counts. Put and read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from saas.credentials import packing
from saas.credentials.circumstances import Attestation, Policy, Restriction
from saas.credentials.models import AttestationRow, ScopePolicy
from saas.credentials.pack_schema import Pack
from saas.credentials.vocabulary import Verdict
from saas.db import session, versioned
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import clock, ids
from saas.kernel.actors import Actor


@dataclass(frozen=True)
class Word:
    """All that the clinic says about scope: `pack` names the rules and the version of them that hold for it."""

    attestations: tuple[Attestation, ...] = ()
    policy: Policy = field(default_factory=Policy)
    pack: str = packing.USUAL

    @property
    def rules(self) -> Pack:
        """The pack on which the clinic relies."""
        return packing.get(self.pack)


@dataclass(frozen=True)
class Stance:
    """How the clinic counts, and the pack on which it relies, in the words it is put in.

    A restriction is a map of `decision`, `procedure`, `profession`, `location`, `depth_limit_mm` and `note`, a use
    that is `off_label` one of `model`, `use`, `attested_by`, `attested_on` and `note`.
    """

    counts_unverified: bool = False
    restrictions: Sequence[Mapping[str, Any]] = ()
    pack: str = packing.USUAL
    off_label: Sequence[Mapping[str, Any]] = ()


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


def put_policy(wanted: Stance, actor: Actor) -> bool:
    """Let the clinic count like this from now on; whether that is new. Another pack is told to the journal."""
    now = policy_as_put()
    if now == wanted:
        return False
    session.current().add(ScopePolicy(
        id=ids.new(), counts_unverified=wanted.counts_unverified, restrictions=list(wanted.restrictions),
        pack=wanted.pack, off_label=list(wanted.off_label),
    ))  # fmt: skip
    session.current().flush()
    if now.pack != wanted.pack:
        told = {"before": now.pack, "after": wanted.pack}
        book.tell(EventKind.RULE_PACK_ADOPTED, session.current().tenant_id, actor, **told)
    return True


def list_attested() -> list[Attested]:
    """Return what the clinic attests, by rule."""
    return [_said(row) for row in session.current().scalars(_in_use().order_by(AttestationRow.rule))]


def policy_as_put() -> Stance:
    """Return how the clinic counts in the words it was put in."""
    row = _policy_row()
    if row is None:
        return Stance(restrictions=[], off_label=[])
    return Stance(row.counts_unverified, row.restrictions, row.pack, row.off_label)


def word(config_version: int) -> Word:
    """Return what the clinic says at *config_version*."""
    return versioned.read("scope", config_version, _load)


def _load() -> Word:
    return read([(one.rule, one.version, one.statements) for one in list_attested()], policy_as_put())


def pack(config_version: int) -> Pack:
    """Return the rules that hold for the clinic at *config_version*: those it relies on, not the newest there are."""
    return word(config_version).rules


def read(attested: Iterable[tuple[str, int, Iterable[str]]], stance: Stance) -> Word:
    """Return what the clinic says: rules *attested* in a version with statements, and how it counts as put."""
    attestations = tuple(
        Attestation(rule, version, frozenset(statements)) for rule, version, statements in attested
    )
    uses = frozenset((one["model"], one["use"]) for one in stance.off_label)
    restrictions = tuple(_restriction(one) for one in stance.restrictions)
    policy = Policy(restrictions, stance.counts_unverified, uses)
    return Word(attestations, policy, stance.pack)


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
