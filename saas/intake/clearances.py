"""Note an examination of a patient and its result, and what ends it early. Nothing noted is altered or deleted.

Who examined is of a profession that the rule of the place lets examine for what is planned, with a licence that was
good there on that day. An examination holds no longer than the rule says; the clinic may say less.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from saas.credentials import attesting, records, requirements
from saas.credentials.circumstances import Circumstances, Performer
from saas.credentials.vocabulary import ACTS, PROFESSIONS, Procedure
from saas.db import session
from saas.intake import needing
from saas.intake.models import ClearanceEnd, ClearanceRow
from saas.intake.rules import Basis, Clearance, EndReason, Need, Result
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.errors import Conflict, Invalid, NotFound, Reason
from saas.kernel.text import N_, Phrase
from saas.practice.snapshot import Place, Practitioner

NAMES = {**ACTS, "prp": N_("plasma"), "numbing": N_("numbing")}


class ClearanceRefused(Invalid):
    """The examination cannot be noted like this; the reasons say why."""

    code = "clearance_refused"
    sentence = N_("This examination cannot be noted like this.")


class EndedAlready(Conflict):
    """The clearance has ended."""

    code = "clearance_ended"
    sentence = N_("This clearance has ended already.")


@dataclass(frozen=True)
class Said:
    """An examination as somebody notes it; `until` None: as long as the rules let it hold."""

    procedures: tuple[str, ...]
    examiner: Practitioner
    profession: str
    place: Place
    examined_on: date
    result: Result
    conditions: str = ""
    until: date | None = None
    telehealth: bool = False


class Kept(NamedTuple):
    """A clearance with its end, if it has one."""

    row: ClearanceRow
    end: ClearanceEnd | None


def record(patient_id: UUID, said: Said, config_version: int, actor: Actor, now: datetime) -> ClearanceRow:
    """Note an examination of the patient. ClearanceRefused with a reason for each fault."""
    pack = attesting.pack(config_version)
    needs = needing.limits(said.procedures, said.place.jurisdiction, said.examined_on, pack)
    reasons = [*_unsound(said, now), *_unfit(said, needs), *_unlicensed(said, config_version)]
    if reasons:
        raise ClearanceRefused(reasons=reasons)
    made = ClearanceRow(
        id=ids.new(), patient_id=patient_id, procedures=sorted(set(said.procedures)), examiner_id=said.examiner.id,
        profession=said.profession, licence=_licence(said, config_version), location_id=said.place.id,
        examined_on=said.examined_on, result=said.result, conditions=said.conditions.strip(),
        valid_until=_until(said, needs), basis=_basis(said, needs), telehealth=said.telehealth,
        actor_kind=actor.kind, actor_id=actor.id,
    )  # fmt: skip
    session.current().add(made)
    session.current().flush()
    book.tell(EventKind.CLEARANCE_RECORDED, made.id, actor, patient_id=str(patient_id))
    return made


def end(clearance_id: UUID, reason: EndReason, note: str, actor: Actor, now: datetime) -> ClearanceEnd:
    """End a clearance before its time. NotFound, EndedAlready."""
    current = session.current()
    row = current.scalar(select(ClearanceRow).where(ClearanceRow.id == clearance_id))
    if row is None:
        raise NotFound
    made = ClearanceEnd(
        id=ids.new(), clearance_id=clearance_id, reason=reason, note=note.strip(), ended_at=now,
        actor_kind=actor.kind, actor_id=actor.id,
    )  # fmt: skip
    try:
        with current.begin_nested():
            current.add(made)
    except IntegrityError as error:
        raise EndedAlready from error
    book.tell(EventKind.CLEARANCE_ENDED, clearance_id, actor, patient_id=str(row.patient_id))
    return made


def list_for(patient_id: UUID) -> list[Kept]:
    """Return every examination of the patient, the newest first."""
    return _kept([patient_id])


def known_of(patient_ids: Collection[UUID], zone: str) -> dict[UUID, tuple[Clearance, ...]]:
    """Return what is known of each patient as it is judged, in one statement; days are those of *zone*."""
    found: dict[UUID, tuple[Clearance, ...]] = {}
    for one in _kept(patient_ids) if patient_ids else ():
        found[one.row.patient_id] = (*found.get(one.row.patient_id, ()), judged(one, zone))
    return found


def judged(one: Kept, zone: str) -> Clearance:
    """Return a clearance as it is judged."""
    row, ended = one.row, one.end
    return Clearance(
        row.id, frozenset(row.procedures), row.profession, row.examined_on, Result(row.result), row.valid_until,
        row.telehealth, row.conditions, ended.ended_at.astimezone(ZoneInfo(zone)).date() if ended else None,
        EndReason(ended.reason) if ended else None,
    )  # fmt: skip


def of_any(patient_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the patients of whom an examination is noted."""
    query = select(ClearanceRow.patient_id).where(ClearanceRow.patient_id.in_(patient_ids))
    return frozenset(session.current().scalars(query))


def _kept(patient_ids: Collection[UUID]) -> list[Kept]:
    query = (
        select(ClearanceRow, ClearanceEnd)
        .outerjoin(
            ClearanceEnd,
            (ClearanceEnd.tenant_id == ClearanceRow.tenant_id)
            & (ClearanceEnd.clearance_id == ClearanceRow.id),
        )
        .where(ClearanceRow.patient_id.in_(patient_ids))
        .order_by(ClearanceRow.examined_on.desc(), ClearanceRow.id.desc())
    )
    return [Kept(row, ended) for row, ended in session.current().execute(query)]


def _unsound(said: Said, now: datetime) -> list[Reason]:
    today = now.astimezone(ZoneInfo(said.place.time_zone)).date()
    asked = [
        (not said.procedures, "procedures", N_("Say for which procedures the patient was examined.")),
        (any(one not in set(Procedure) for one in said.procedures), "procedures",
         N_("There is no such procedure.")),
        (said.examined_on > today, "examined_on", N_("An examination is noted once it has taken place.")),
        (said.result is Result.CONDITIONAL and not said.conditions.strip(), "conditions",
         N_("Say under which conditions the patient is cleared.")),
        (said.result is not Result.CONDITIONAL and bool(said.conditions.strip()), "conditions",
         N_("Conditions belong to the result that the patient is cleared with conditions.")),
        (said.until is not None and said.until < said.examined_on, "valid_until",
         N_("It ends before the examination.")),
        (said.profession not in said.examiner.professions, "profession",
         N_("Whoever examined is not of this profession.")),
    ]  # fmt: skip
    return [Reason(code, sentence) for is_amiss, code, sentence in asked if is_amiss]


def _unfit(said: Said, needs: Sequence[Need]) -> list[Reason]:
    """Return why the rules of the place would not count this examination."""
    found = []
    for need in needs:
        words = {"act": Phrase(NAMES.get(need.procedure, need.procedure)), "place": said.place.name}
        if said.profession not in need.by:
            who = Phrase(PROFESSIONS.get(said.profession, said.profession))
            sentence = N_(
                "In %(place)s, %(profession)s is not among those whose examination counts for %(act)s."
            )
            found.append(Reason("by_others", sentence, {**words, "profession": who}))
        if said.telehealth and not need.telehealth:
            sentence = N_(
                "That an examination by telehealth counts for %(act)s in %(place)s is not established."
            )
            found.append(Reason("by_telehealth", sentence, words))
        last = need.last_day(said.examined_on)
        if said.until is not None and last is not None and said.until > last:
            sentence = N_("For %(act)s it holds until %(day)s at most.")
            found.append(Reason("valid_until", sentence, {**words, "day": last}))
    return found


def _unlicensed(said: Said, config_version: int) -> list[Reason]:
    return [one.reason for one in requirements.licence(said.profession, _circumstances(said, config_version))]


def _licence(said: Said, config_version: int) -> str:
    """Return the licence by which it was examined, as text that stays."""
    it = _circumstances(said, config_version)
    for one in requirements.proofs(said.profession, it):
        alone = replace(it, performer=replace(it.performer, credentials=(one,)))
        if not list(requirements.licence(said.profession, alone)):
            return f"{one.jurisdiction} {one.number}".strip()
    return ""


def _circumstances(said: Said, config_version: int) -> Circumstances:
    held = records.everybody(config_version).get(said.examiner.id, ())
    performer = Performer(said.examiner.name, said.examiner.professions, held)
    return Circumstances(
        said.place.jurisdiction, said.examined_on, performer, attesting.pack(config_version),
        policy=attesting.word(config_version).policy, location=said.place.slug,
    )  # fmt: skip


def _until(said: Said, needs: Sequence[Need]) -> date | None:
    if said.result is Result.NOT_CLEARED:
        return None
    last = (need.last_day(said.examined_on) for need in needs)
    return min((day for day in (said.until, *last) if day is not None), default=None)


def _basis(said: Said, needs: Sequence[Need]) -> Basis:
    """Return by what it holds as long as it does: the shortest of what the rules say, else the plan of care."""
    bound = min((one for one in needs if one.months), key=lambda one: one.months or 0, default=None)
    if said.until is not None and (bound is None or said.until != bound.last_day(said.examined_on)):
        return Basis.CLINIC_POLICY
    if bound is not None:
        return bound.basis
    return (
        Basis.PLAN_OF_CARE if any(one.basis is Basis.PLAN_OF_CARE for one in needs) else Basis.CLINIC_POLICY
    )
