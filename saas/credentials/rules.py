"""May this person do this, there and then? One pure function, `decide`.

A rule of the place replaces the country's as a whole. Of all that is asked for, the strictest answer counts:
prohibit before review before allow. Who is in several professions is judged in each, and the best counts.
No rule, no source, no attestation: review. Not listed, no licence, not enough training: prohibit. The
clinic's own policy can only tighten.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from saas.credentials import boundaries, choosing, duties, labelling, overseeing, requirements
from saas.credentials.circumstances import Act, Attestation, Circumstances
from saas.credentials.duties import Duty
from saas.credentials.overseeing import Watch
from saas.credentials.pack_schema import Performer as Entry
from saas.credentials.pack_schema import Rule
from saas.credentials.requirements import Finding
from saas.credentials.sentences import reason
from saas.credentials.vocabulary import EXAM, UNREGULATED, Verdict, procedure_of
from saas.kernel.errors import Reason


@dataclass(frozen=True)
class Cited:
    """A version of a rule that a decision rests on."""

    rule: str
    version: int

    def __str__(self) -> str:
        return f"{self.rule} v{self.version}"


@dataclass(frozen=True)
class Decision:
    """The answer, why, by which rules, and the last day on which it is the same (None: it never changes).

    `duties` are what stands before the act besides: an examination, a consent. They refuse no booking.
    `watches` are those any one of whom has to supervise; empty: nobody.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    rules: tuple[Cited, ...] = ()
    valid_until: date | None = None
    duties: tuple[Duty, ...] = ()
    watches: tuple[Watch, ...] = ()


def decide(act: Act, circumstances: Circumstances) -> Decision:
    """Return whether the performer may do *act*."""
    if act.act in UNREGULATED:
        return Decision(Verdict.ALLOW, valid_until=None)
    until = boundaries.next_after(act, circumstances)
    last = until - timedelta(days=1) if until else None
    if act.act == EXAM:
        return _examine(act, circumstances, last)
    rule = choosing.rule_for(circumstances.pack, circumstances.jurisdiction, act.act, circumstances.on)
    if rule is None:
        return Decision(Verdict.REVIEW, (_reason("scope_no_rule", act, circumstances),), (), last)
    path = _by_performer(act, rule, circumstances)
    found, cited = _findings(path), (Cited(rule.rule, rule.version),)
    watches = tuple(one for one in path if isinstance(one, Watch))
    return Decision(_strictest(found), _telling(found), cited, last, duties.of(rule, act), watches)


def digest(act: Act, circumstances: Circumstances) -> str:
    """Return a digest of everything that the decision rests on but the day."""
    it = circumstances
    rules = choosing.about(it.pack, it.jurisdiction, act.act) or choosing.about(
        it.pack, it.pack.country, act.act
    )
    words = repr((act, it.jurisdiction, it.location, it.performer, sorted(map(repr, it.attestations)), it.policy,
                  it.devices, it.supervisors, it.pack.pack, it.pack.version,
                  [(one.rule, one.version) for one in rules]))  # fmt: skip
    words += repr(act.by) if act.by else ""
    return hashlib.sha256(words.encode()).hexdigest()


def _examine(act: Act, it: Circumstances, last: date | None) -> Decision:
    """Return whether the performer is of a profession that examines here, with a license that counts."""
    own = [one for one in it.performer.professions if one in act.by]
    if not own:
        return Decision(Verdict.PROHIBIT, (_reason("exam_by_others", act, it),), valid_until=last)
    found = min(([*requirements.licence(one, it)] for one in own), key=len)
    return Decision(_strictest(found), _telling(found), valid_until=last)


def _by_performer(act: Act, rule: Rule, it: Circumstances) -> list[Finding | Watch]:
    """Return what is found about the profession in which the answer is best; of two, the unsupervised one."""
    if not it.performer.professions:
        return [Finding(Verdict.PROHIBIT, reason("no_profession", name=it.performer.name))]
    paths = [list(_in(profession, act, rule, it)) for profession in it.performer.professions]
    return min(
        paths, key=lambda path: (_strictest(_findings(path)).strictness, len(_findings(path)) < len(path))
    )


def _findings(path: Iterable[Finding | Watch]) -> list[Finding]:
    return [one for one in path if isinstance(one, Finding)]


def _in(profession: str, act: Act, rule: Rule, it: Circumstances) -> Iterator[Finding | Watch]:
    entries = [one for one in rule.entries(act.act) if profession in one.who]
    if not entries:
        yield Finding(Verdict.PROHIBIT, _reason("scope_not_listed", act, it, profession))
        return
    yield from requirements.licence(profession, it)
    entry = _band(entries, act)
    if entry is None:
        limit = max(one.to_mm or act.depth_mm or 0 for one in entries)
        yield Finding(
            Verdict.PROHIBIT, _reason("scope_too_deep", act, it, profession, depth=act.depth_mm, limit=limit)
        )
        return
    attested = _attested(rule, it)
    yield from _said(entry, profession, act, it)
    yield from requirements.of(entry, profession, act, it, attested.statements if attested else frozenset())
    yield from overseeing.of(entry, profession, act, it, attested)
    yield from _depth(entry, profession, act, it, attested)
    yield from labelling.of(act, it)
    yield from _founded(rule, profession, act, it)
    yield from _restricted(profession, act, it)


def _band(entries: list[Entry], act: Act) -> Entry | None:
    """Return the entry of the planned depth; without one the first, as its bounds are asked about later."""
    if act.depth_mm is None:
        return entries[0]
    depth = act.depth_mm
    fitting = (
        one for one in entries if (one.over_mm or 0) < depth and (one.to_mm is None or depth <= one.to_mm)
    )
    return next(fitting, None)


def _said(entry: Entry, profession: str, act: Act, it: Circumstances) -> Iterator[Finding]:
    if entry.may is Verdict.ALLOW:
        return
    code = "scope_prohibited" if entry.may is Verdict.PROHIBIT else "scope_by_case"
    because = {"because": entry.because} if entry.because else {}
    yield Finding(entry.may, _reason(f"{code}_because" if because else code, act, it, profession, **because))


def _depth(
    entry: Entry, profession: str, act: Act, it: Circumstances, attested: Attestation | None
) -> Iterator[Finding]:
    if entry.is_open("to_mm") and not (attested and f"depth-{profession.lower()}" in attested.statements):
        yield Finding(Verdict.REVIEW, _reason("scope_depth_open", act, it, profession))
    if act.depth_mm is None:
        if entry.to_mm or entry.over_mm or any(one.to_mm for one in _clinic(profession, act, it)):
            yield Finding(Verdict.REVIEW, _reason("scope_no_depth", act, it))
        return
    for limit, device in _device_limits(act, it):
        if act.depth_mm > limit:
            params = {"depth": act.depth_mm, "device": device, "limit": limit}
            yield Finding(Verdict.PROHIBIT, reason("scope_too_deep_for_device", **params))


def _device_limits(act: Act, it: Circumstances) -> Iterator[tuple[Decimal, str]]:
    usual = choosing.device_limit(it.pack, act.act)
    if usual is None:
        return
    devices = [one for one in it.devices if one.kind in ("", usual.kind)]
    for device in devices:
        yield usual.to_mm if device.to_mm is None else device.to_mm, device.name
    if not devices:
        yield usual.to_mm, usual.kind.replace("_", " ")


def _founded(rule: Rule, profession: str, act: Act, it: Circumstances) -> Iterator[Finding]:
    """Yield what keeps the rule from being relied on: no source, no attestation, an open statement."""
    if not rule.sources:
        yield Finding(Verdict.REVIEW, _reason("scope_unsourced", act, it))
    attested = _attested(rule, it)
    if attested is None:
        earlier = any(one.rule == rule.rule for one in it.attestations)
        yield Finding(Verdict.REVIEW, _reason("attested_earlier" if earlier else "not_attested", act, it))
        return
    for one in rule.attest:
        concerns = (not one.who or profession in one.who) and (not one.steps or act.act in one.steps)
        if concerns and one.id not in attested.statements:
            yield Finding(Verdict.REVIEW, reason("statement_open", statement=one.says))


def _attested(rule: Rule, it: Circumstances) -> Attestation | None:
    exact = (one for one in it.attestations if (one.rule, one.version) == (rule.rule, rule.version))
    return next(exact, None)


def _restricted(profession: str, act: Act, it: Circumstances) -> Iterator[Finding]:
    for one in _clinic(profession, act, it):
        if one.to_mm is not None:
            if act.depth_mm is not None and act.depth_mm > one.to_mm:
                params = {"depth": act.depth_mm, "limit": one.to_mm}
                yield Finding(Verdict.PROHIBIT, reason("scope_too_deep_for_clinic", **params))
        elif one.verdict is not Verdict.ALLOW:
            code = "clinic_prohibits" if one.verdict is Verdict.PROHIBIT else "clinic_reviews"
            yield Finding(one.verdict, _reason(code, act, it, profession))


def _clinic(profession: str, act: Act, it: Circumstances) -> Iterator[requirements.Restriction]:
    for one in it.policy.restrictions:
        asked = (
            (one.procedure, procedure_of(act.act)),
            (one.profession, profession),
            (one.location, it.location),
        )
        if all(wanted is None or wanted == given for wanted, given in asked):
            yield one


def _strictest(found: Iterable[Finding]) -> Verdict:
    return max((one.verdict for one in found), key=lambda verdict: verdict.strictness, default=Verdict.ALLOW)


def _telling(found: list[Finding]) -> tuple[Reason, ...]:
    """Return what decided, once each; where something is prohibited, what would be reviewed says nothing more."""
    worst, told = _strictest(found), list[Reason]()
    for one in found:
        if one.verdict is worst and one.reason not in told:
            told.append(one.reason)
    return tuple(told)


def _reason(code: str, act: Act, it: Circumstances, profession: str = "", **params: object) -> Reason:
    whose = {"profession": profession} if profession else {}
    place = choosing.place_name(it.pack, it.jurisdiction)
    return reason(code, act=act.act, place=place, name=it.performer.name, **whose, **params)
