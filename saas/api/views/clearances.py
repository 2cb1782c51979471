"""Examinations of a patient before treatments: listed, noted by who may, ended early. Nothing noted is altered."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from saas.api import describing, idempotency
from saas.api.door import CONFLICT, PATIENTS, Body, Day, blueprint
from saas.api.views.patients import PatientPath
from saas.credentials.vocabulary import Procedure
from saas.identity import roles
from saas.intake import clearances
from saas.intake.clearances import Kept, Said
from saas.intake.rules import Basis, EndReason, Result
from saas.journal import book
from saas.kernel import clock
from saas.kernel.errors import NotAllowed, NotFound
from saas.kernel.permissions import Permission
from saas.patients import records
from saas.practice import people, snapshot
from saas.practice.snapshot import Practice, Practitioner
from saas.web import edge
from saas.web.access import permit

LONGEST = 500


class ClearancePath(BaseModel):
    """Which examination of which patient."""

    patient_id: UUID
    clearance_id: UUID


class NewClearance(Body):
    """An examination and its result, as the rules of the place let it count."""

    procedures: list[Procedure] = Field(min_length=1, max_length=len(Procedure), examples=[["dry_needling"]])
    examiner: str = Field(description="A practitioner's slug", examples=["kwabena-asante"])
    profession: str | None = Field(
        None, description="As which they examined; may be left out where they have one", examples=["PT"]
    )
    location: str = Field(description="Where; by telehealth, that of the patient", examples=["phoenix"])
    examined_on: Day
    result: Result
    conditions: str = Field(
        "", max_length=LONGEST, description="With the result `conditional`, and only then"
    )
    valid_until: Day | None = Field(
        None, description="The last day; as long as the rules let it hold where left out"
    )
    telehealth: bool = False


class NewEnd(Body):
    """Why a clearance ends before its time; what was noted by mistake never was."""

    reason: EndReason
    note: str = Field("", max_length=LONGEST)


class EndBody(BaseModel):
    """That a clearance ended early."""

    reason: EndReason
    note: str
    ended_at: datetime


class ClearanceBody(BaseModel):
    """An examination as it was noted. `valid_until` null: as long as the plan of care that it is part of."""

    id: UUID
    procedures: list[str]
    examiner: str | None = Field(description="Null where they left")
    profession: str
    licence: str = Field(description="By which they examined", examples=["US-AZ PT-EX-31880"])
    location: str | None
    examined_on: date
    result: Result
    conditions: str
    valid_until: date | None
    basis: Basis = Field(description="By what it holds as long as it does")
    telehealth: bool
    recorded_at: datetime
    ended: EndBody | None


class ClearanceList(BaseModel):
    """Every examination of the patient, the newest first."""

    clearances: list[ClearanceBody]


@blueprint.get("/patients/<uuid:patient_id>/clearances", tags=[PATIENTS], responses={200: ClearanceList})
@permit(Permission.CLEARANCE_READ)
def list_clearances(path: PatientPath) -> Any:
    """List a patient's examinations."""
    patient_id = records.get(path.patient_id).id
    book.audit("patient.opened", "patient", [patient_id], edge.actor(), address=edge.address())
    return {"clearances": [_clearance(one) for one in clearances.list_for(patient_id)]}


@blueprint.post(
    "/patients/<uuid:patient_id>/clearances", tags=[PATIENTS], responses={201: ClearanceBody, **CONFLICT}
)
@permit(Permission.CLEARANCE_WRITE)
@idempotency.once
def record_clearance(path: PatientPath, body: NewClearance) -> Any:
    """Note an examination: 422 `clearance_refused` with a reason for each fault.

    403 `not_allowed` where it is somebody else's, unless the token's role is to keep everybody's.
    """
    patient_id, version = records.get(path.patient_id).id, edge.tenant().config_version
    made = clearances.record(
        patient_id, _said(body, snapshot.read(version)), version, edge.actor(), clock.now()
    )
    return _clearance(_kept(patient_id, made.id)), 201


@blueprint.post(
    "/patients/<uuid:patient_id>/clearances/<uuid:clearance_id>/end", tags=[PATIENTS],
    responses={200: ClearanceBody, **CONFLICT},
)  # fmt: skip
@permit(Permission.CLEARANCE_WRITE)
@idempotency.once
def end_clearance(path: ClearancePath, body: NewEnd) -> Any:
    """End a clearance before its time: 409 `clearance_ended` where it has ended already."""
    _kept(path.patient_id, path.clearance_id)
    clearances.end(path.clearance_id, body.reason, body.note, edge.actor(), clock.now())
    return _clearance(_kept(path.patient_id, path.clearance_id))


def _kept(patient_id: UUID, clearance_id: UUID) -> Kept:
    found = (one for one in clearances.list_for(patient_id) if one.row.id == clearance_id)
    kept = next(found, None)
    if kept is None:
        raise NotFound
    return kept


def _said(body: NewClearance, practice: Practice) -> Said:
    examiner = practice.practitioner(body.examiner)
    _require_own(examiner)
    profession = body.profession or (examiner.professions[0] if len(examiner.professions) == 1 else "")
    return Said(
        tuple(body.procedures), examiner, profession, practice.place(body.location), body.examined_on, body.result,
        body.conditions, body.valid_until, body.telehealth,
    )  # fmt: skip


def _require_own(examiner: Practitioner) -> None:
    """Raise NotAllowed unless who asks examined, or keeps everybody's examinations."""
    actor = edge.actor()
    if roles.may(actor.roles, Permission.CLEARANCE_MANAGE):
        return
    person = people.find_by_user(actor.id) if actor.id else None
    if person is None or person.id != examiner.id:
        raise NotAllowed


def _clearance(one: Kept) -> dict[str, Any]:
    row, practice = one.row, snapshot.read(edge.tenant().config_version)
    who, place = practice.practitioners.get(row.examiner_id), practice.places.get(row.location_id)
    ended = one.end and {
        "reason": one.end.reason, "note": one.end.note, "ended_at": describing.instant(one.end.ended_at, UTC),
    }  # fmt: skip
    return {
        "id": str(row.id), "procedures": list(row.procedures), "examiner": who.slug if who else None,
        "profession": row.profession, "licence": row.licence, "location": place.slug if place else None,
        "examined_on": row.examined_on.isoformat(), "result": row.result, "conditions": row.conditions,
        "valid_until": row.valid_until.isoformat() if row.valid_until else None, "basis": row.basis,
        "telehealth": row.telehealth, "recorded_at": describing.instant(row.recorded_at, UTC), "ended": ended,
    }  # fmt: skip
