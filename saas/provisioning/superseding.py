"""What another version of the rules changes: rule by rule, field by field, and which attestations end with it. Pure.

An attestation is of one rule in one version. So the clinic's word for a rule that did not change holds on, and what
changed has to be attested anew; until then it is for review.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from saas.credentials import impact, revising
from saas.credentials.attesting import Word
from saas.credentials.circumstances import Attestation
from saas.credentials.pack_schema import Pack, Rule
from saas.kernel import impacts
from saas.kernel.errors import Reason
from saas.kernel.impacts import Impact
from saas.kernel.text import N_
from saas.provisioning import comparing
from saas.provisioning.comparing import Field

# What a pack says besides its rules.
BESIDES = ("jurisdictions", "certified", "devices")
SENTENCES = {
    "added": N_("New: %(rule)s, version %(after)s. It counts once it is attested."),
    "changed": N_("%(rule)s, version %(before)s → %(after)s: %(fields)s."),
    "raised": N_("%(rule)s, version %(before)s → %(after)s: to be attested anew."),
    "corrected": N_("%(rule)s says otherwise on what it rests; what you attested of it holds: %(fields)s."),
    "ended": N_(
        "%(rule)s, version %(before)s, ends; the rule of the country holds in its place, if there is one."
    ),
}
RELIES = N_("Relied on would be %(after)s in place of %(before)s.")
LAPSED = N_("Attested in an earlier version, so for review until somebody attests it anew: %(rules)s.")
BESIDE = N_("The rules say otherwise of devices, proofs or places: %(fields)s.")
ELSEWHERE = N_("Rules of places where you are not differ as well: %(rules)s.")


class What(StrEnum):
    """What became of a rule; `corrected` is what was told of it and decides nothing."""

    ADDED = "added"
    CHANGED = "changed"
    CORRECTED = "corrected"
    ENDED = "ended"


@dataclass(frozen=True)
class Revised:
    """A rule that is not what it was: None is where it was not yet, or is no more."""

    what: What
    before: Rule | None
    after: Rule | None
    fields: tuple[Field, ...] = ()

    @property
    def rule(self) -> Rule:
        """The rule as it would be, or as it was where it ends."""
        found = self.after or self.before
        assert found is not None
        return found


def between(before: Pack, after: Pack) -> list[Revised]:
    """Return the rules in which the packs differ, by name."""
    names = sorted({*before.by_id, *after.by_id})
    found = (_revised(before.by_id.get(name), after.by_id.get(name)) for name in names)
    return [one for one in found if one is not None]


def besides(before: Pack, after: Pack) -> tuple[Field, ...]:
    """Return in what the packs differ besides their rules."""
    old, new = ({key: revising.plain(one).get(key) for key in BESIDES} for one in (before, after))
    return tuple(comparing.fields(old, new))


def lapsing(attested: Iterable[Attestation], before: Pack, after: Pack) -> tuple[str, ...]:
    """Return the rules that are *attested* as they are in *before*, and not as they are in *after*, by name."""
    return tuple(sorted(
        one.rule for one in attested
        if one.rule in before.by_id and before.by_id[one.rule].version == one.version
        and (one.rule not in after.by_id or after.by_id[one.rule].version != one.version)
    ))  # fmt: skip


def told(had: Word, will: Word, jurisdictions: Collection[str]) -> Iterator[Impact]:
    """Yield what relying on another pack means for a clinic that has places in *jurisdictions*."""
    if had.pack == will.pack:
        return
    before, after = had.rules, will.rules
    yield _said("pack_adopted", RELIES, before=before.name, after=after.name)
    own = {*jurisdictions, before.country, after.country}
    elsewhere = []
    for one in between(before, after):
        if one.rule.jurisdiction in own:
            yield _impact(one)
        else:
            elsewhere.append(one.rule.rule)
    if fields := besides(before, after):
        yield _said("pack_besides", BESIDE, fields=_fields(fields))
    if gone := lapsing(had.attestations, before, after):
        yield _said("attestation_lapsed", LAPSED, rules=impacts.some(gone))
    if elsewhere:
        yield _said("pack_elsewhere", ELSEWHERE, rules=impacts.some(elsewhere))


def _revised(before: Rule | None, after: Rule | None) -> Revised | None:
    if before is None or after is None:
        return Revised(What.ADDED if before is None else What.ENDED, before, after)
    old, new = (dict(sorted(revising.plain(one).items())) for one in (before, after))
    fields = tuple(one for one in comparing.fields(old, new) if one.path != "version")
    if not fields and before.version == after.version:
        return None
    is_same = before.version == after.version
    return Revised(What.CORRECTED if is_same else What.CHANGED, before, after, fields)


def _impact(one: Revised) -> Impact:
    versions = {
        key: rule.version for key, rule in (("before", one.before), ("after", one.after)) if rule is not None
    }
    params = {"rule": one.rule.rule, **versions, "fields": _fields(one.fields)}
    code = "raised" if one.what is What.CHANGED and not one.fields else one.what.value
    return _said(f"rule_{code}", SENTENCES[code], **params)


def _said(code: str, sentence: str, **params: object) -> Impact:
    return Impact(impact.ROOM, Reason(code, sentence, params))


def _fields(some: Iterable[Field]) -> str:
    return "; ".join(map(str, some)).rstrip(".")
