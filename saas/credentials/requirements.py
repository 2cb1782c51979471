"""What somebody must hold: licence, years, training, registration, certificates. Pure; yields what is amiss."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from saas.credentials import choosing
from saas.credentials.circumstances import Act, Circumstances, Credential, Kind, Restriction, Status
from saas.credentials.pack_schema import Hours, Training
from saas.credentials.pack_schema import Performer as Entry
from saas.credentials.sentences import reason
from saas.credentials.vocabulary import Verdict, procedure_of
from saas.kernel.errors import Reason

__all__ = ["Finding", "Restriction", "anniversary", "licence", "of"]
HOURS = tuple(Hours.model_fields)


@dataclass(frozen=True)
class Finding:
    """One thing that was found, and what it means for the answer."""

    verdict: Verdict
    reason: Reason


def licence(profession: str, it: Circumstances) -> Iterator[Finding]:
    """Yield what is amiss with the proof of the profession; it must be good on the day, where the visit is."""
    words = {"profession": profession, "name": it.performer.name, "place": _place(it)}
    yield from _first_good(proofs(profession, it), it, "licence", words)


def of(
    entry: Entry, profession: str, act: Act, it: Circumstances, statements: frozenset[str]
) -> Iterator[Finding]:
    """Yield what is amiss with what *entry* asks for besides; *statements* are what the clinic attested."""
    if entry.licensed_years:
        yield from _years(entry.licensed_years, profession, act, it)
    if entry.training:
        yield from _training(entry.training, profession, act, it, statements)
    for code in entry.certificates:
        held = [one for one in it.performer.credentials if one.kind is Kind.CERTIFICATE and one.code == code]
        yield from _first_good(held, it, "certificate", {"name": it.performer.name, "code": code})


def proofs(profession: str, it: Circumstances) -> list[Credential]:
    """Return what may show the profession where the visit is: a licence there, or a national certificate."""
    proof = next((one for one in it.pack.certified if profession in one.who), None)
    kinds = proof.kinds if proof else (Kind.LICENCE,)
    national = proof is not None and it.jurisdiction not in proof.own_state_in
    where = {it.jurisdiction, *([it.pack.country] if national else [])}
    return [
        one for one in it.performer.credentials
        if one.kind in kinds and one.profession == profession and one.jurisdiction in where
    ]  # fmt: skip


def _years(years: int, profession: str, act: Act, it: Circumstances) -> Iterator[Finding]:
    here = _since(proofs(profession, it), it)
    if here is None or anniversary(here, years) <= it.on:
        return  # without a licence the licence itself is what is amiss
    licences = (
        one for one in it.performer.credentials if one.kind is Kind.LICENCE and one.profession == profession
    )
    anywhere = _since(licences, it) or here
    if anniversary(anywhere, years) <= it.on:
        params = {"name": it.performer.name, "place": _place(it)}
        yield Finding(Verdict.REVIEW, reason("licence_years_elsewhere", **params))
    else:
        params = {"name": it.performer.name, "place": _place(it), "profession": profession, "act": act.act}
        yield Finding(Verdict.PROHIBIT, reason("licence_too_young", years=years, day=here, **params))


def _since(held: Iterable[Credential], it: Circumstances) -> date | None:
    """Return since when the first of *held* that counts was held."""
    return min((one.issued_on for one in held if one.issued_on and _counts(one, it)), default=None)


def anniversary(day: date, years: int) -> date:
    """Return the day *years* years after *day*; of a 29 February the 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _training(
    asked: Training, profession: str, act: Act, it: Circumstances, statements: frozenset[str]
) -> Iterator[Finding]:
    who = {"name": it.performer.name, "act": act.act, "place": _place(it)}
    for kind in HOURS:
        if asked.hours.is_open(kind) and f"hours-{profession.lower()}" not in statements:
            yield Finding(Verdict.REVIEW, reason("training_open", kind=kind, **who))
    if asked.registration:
        yield from _first_good(_about(Kind.REGISTRATION, act, it), it, "registration", who)
    if not _asks_for_learning(asked):
        return
    held = [one for one in _about(Kind.TRAINING, act, it) if _counts(one, it)]
    if not held:
        yield from _first_good(_about(Kind.TRAINING, act, it), it, "training", who)
        return
    yield from _learnt(asked, held, who)


def _asks_for_learning(asked: Training) -> bool:
    hours = any(getattr(asked.hours, kind) for kind in HOURS)
    return bool(hours or asked.sessions or asked.exam)


def _learnt(asked: Training, held: list[Credential], who: Mapping[str, object]) -> Iterator[Finding]:
    """Yield what the training that counts lacks; courses add up."""
    have = {kind: sum(one.hours.get(kind, 0) for one in held) for kind in HOURS}
    begun = asked.begin_with is not None and not any(_short(asked.begin_with, have))
    for kind, needed in _short(asked.hours, have):
        if begun:
            yield Finding(Verdict.REVIEW, reason("training_begun", **who))
        else:
            params = {"kind": kind, "have": have[kind], "needed": needed, **who}
            yield Finding(Verdict.PROHIBIT, reason("training_short", **params))
    sessions = sum(one.sessions for one in held)
    if asked.sessions and sessions < asked.sessions:
        params = {"have": sessions, "needed": asked.sessions, **who}
        yield Finding(Verdict.PROHIBIT, reason("training_sessions_short", **params))
    if asked.exam and not any(one.exam for one in held):
        yield Finding(Verdict.PROHIBIT, reason("training_exam_missing", **who))


def _short(asked: Hours, have: dict[str, int]) -> Iterator[tuple[str, int]]:
    for kind in HOURS:
        needed = getattr(asked, kind)
        if needed and have[kind] < needed:
            yield kind, needed


def _about(kind: Kind, act: Act, it: Circumstances) -> list[Credential]:
    """Return what the performer has of *kind* about the act; a registration counts where it was made."""
    return [
        one for one in it.performer.credentials
        if one.kind is kind and one.procedure == procedure_of(act.act)
        and (kind is Kind.TRAINING or one.jurisdiction == it.jurisdiction)
    ]  # fmt: skip


def _first_good(
    held: list[Credential], it: Circumstances, what: str, words: Mapping[str, object]
) -> Iterator[Finding]:
    """Yield nothing where one of *held* counts; else why the one that comes nearest does not."""
    if any(_counts(one, it) for one in held):
        return
    nearest = max(held, key=_nearness(it), default=None)
    code, day = _amiss(nearest, it) if nearest else ("missing", None)
    params = {**words, "day": day} if day else words
    yield Finding(Verdict.PROHIBIT, reason(f"{what}_{code}", **params))


def _counts(one: Credential, it: Circumstances) -> bool:
    return _amiss(one, it)[0] == ""


def _amiss(one: Credential, it: Circumstances) -> tuple[str, date | None]:
    if one.status is not Status.ACTIVE:
        return "suspended", None
    if one.expires_on and one.expires_on < it.on:
        return "ended", one.expires_on
    if one.issued_on and one.issued_on > it.on:
        return "not_begun", one.issued_on
    if not one.is_verified and not it.policy.counts_unverified:
        return "unverified", None
    return "", None


def _nearness(it: Circumstances) -> Callable[[Credential], tuple[int, date]]:
    order = ["suspended", "not_begun", "ended", "unverified"]
    return lambda one: (order.index(_amiss(one, it)[0]), one.expires_on or date.max)


def _place(it: Circumstances) -> str:
    return choosing.place_name(it.pack, it.jurisdiction)
