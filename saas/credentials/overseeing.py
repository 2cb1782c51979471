"""Whether somebody who has to be supervised is: by whom the clinic names, how near, and by which writing. Pure.

The nearer of what the rule asks and what the clinic says holds. Whoever is named must have a profession that
the rule lets supervise, and proof of it that is good on the day where the visit is. That they are there when
the schedule has to prove it, scheduling sees to.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from saas.credentials import choosing, requirements
from saas.credentials.circumstances import Act, Attestation, Circumstances, Supervisor
from saas.credentials.pack_schema import Performer as Entry
from saas.credentials.pack_schema import Supervision
from saas.credentials.requirements import Finding
from saas.credentials.sentences import reason
from saas.credentials.vocabulary import BY_PRESENCE, Mode, Verdict, nearer
from saas.kernel.errors import Reason

NOT_ASKED = Supervision(mode=Mode.NONE)


@dataclass(frozen=True)
class Watch:
    """Somebody who may supervise it, and how near they have to be."""

    supervisor_id: UUID
    mode: Mode


def of(
    entry: Entry, profession: str, act: Act, it: Circumstances, attested: Attestation | None
) -> Iterator[Finding | Watch]:
    """Yield whoever may supervise, any one of whom is enough; else what keeps it from being supervised."""
    asked = entry.supervision or NOT_ASKED
    attests = attested is not None and f"supervision-{profession.lower()}" in attested.statements
    if not attests and asked.mode is not Mode.NONE and asked.mode not in BY_PRESENCE:
        yield Finding(Verdict.REVIEW, _reason("supervision_open", profession, act, it))
        return
    named = [one for one in it.supervisors if _is_about(one, act, it) and _mode(asked, one) is not Mode.NONE]
    found = [(one, _amiss(one, asked, profession, act, it)) for one in named]
    watching = [Watch(one.id, _mode(asked, one)) for one, why in found if why is None]
    if watching:
        yield from watching
    elif found:
        yield from (Finding(Verdict.REVIEW, why) for _, why in found if why)
    elif asked.mode not in (None, Mode.NONE):
        yield Finding(Verdict.REVIEW, _reason("supervisor_missing", profession, act, it))


def _is_about(one: Supervisor, act: Act, it: Circumstances) -> bool:
    begun = one.starts_on is None or one.starts_on <= it.on
    return act.act in one.acts and begun and (one.ends_on is None or it.on <= one.ends_on)


def _mode(asked: Supervision, one: Supervisor) -> Mode:
    return nearer(asked.mode or Mode.NONE, one.mode or Mode.NONE)


def _amiss(
    one: Supervisor, asked: Supervision, profession: str, act: Act, it: Circumstances
) -> Reason | None:
    """Return why somebody who is named may not supervise; None where they may."""
    words = {"supervisor": one.performer.name, "profession": profession, "act": act.act}
    able = [found for found in one.performer.professions if not asked.by or found in asked.by]
    if not able:
        return reason("supervisor_other_profession", place=_place(it), **words)
    theirs = replace(it, performer=one.performer)
    proofs = [next(requirements.licence(found, theirs), None) for found in able]
    if all(proofs):
        return reason("supervisor_unlicensed", place=_place(it), **words)
    if asked.writing and not one.protocol:
        return reason("supervision_unwritten", place=_place(it), writing=asked.writing, **words)
    return None


def _reason(code: str, profession: str, act: Act, it: Circumstances) -> Reason:
    return reason(code, profession=profession, act=act.act, place=_place(it), name=it.performer.name)


def _place(it: Circumstances) -> str:
    return choosing.place_name(it.pack, it.jurisdiction)
