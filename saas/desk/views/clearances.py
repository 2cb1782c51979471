"""Examinations before treatments on a patient's page: listed, noted by whoever examined, ended early."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.credentials import naming
from saas.credentials.vocabulary import Procedure
from saas.db import session
from saas.desk.views import door, saying
from saas.desk.views.clearance_forms import END_REASONS, RESULTS, ClearanceForm, EndClearanceForm
from saas.desk.views.door import blueprint
from saas.intake import clearances
from saas.intake.clearances import Kept, Said
from saas.intake.rules import Basis, EndReason, Result
from saas.kernel import clock
from saas.kernel.errors import DomainError, NotFound
from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.patients import records
from saas.practice.snapshot import Practitioner
from saas.web import edge, render
from saas.web.access import permit

BASES = {
    Basis.STATUTE: N_("by law"), Basis.CLINIC_POLICY: N_("by the clinic’s policy"),
    Basis.PLAN_OF_CARE: N_("with its plan of care"),
}  # fmt: skip
KINDS = {Result.CLEARED: "ok", Result.CONDITIONAL: "warn", Result.NOT_CLEARED: "stop"}


@blueprint.get("/patients/<uuid:patient_id>/clearances", endpoint="clearances")
@permit(Permission.CLEARANCE_READ)
def show(patient_id: UUID) -> Response:
    """Show the patient's examinations, and ask for another."""
    door.shown("opened", [patient_id])
    return _ask(patient_id, ClearanceForm(formdata=None, examined_on=_today()))


@blueprint.post("/patients/<uuid:patient_id>/clearances")
@permit(Permission.CLEARANCE_WRITE)
def record(patient_id: UUID) -> Response:
    """Note an examination."""
    form, patient = ClearanceForm(), records.get(patient_id)
    _choices(form)
    if not form.validate_on_submit():
        return _ask(patient_id, form, 422)
    try:
        with session.current().begin_nested():
            clearances.record(
                patient.id, _said(form), edge.tenant().config_version, edge.actor(), clock.now()
            )
    except DomainError as error:
        return _ask(patient_id, form, error.status, saying.refusal(error))
    flash(_("The examination is noted."), "ok")
    return redirect(url_for("desk.clearances", patient_id=patient_id, visit=door.visit()), 303)


@blueprint.post("/patients/<uuid:patient_id>/clearances/<uuid:clearance_id>/end")
@permit(Permission.CLEARANCE_WRITE)
def end_clearance(patient_id: UUID, clearance_id: UUID) -> Response:
    """End a clearance early."""
    form = EndClearanceForm()
    if clearance_id not in {one.row.id for one in clearances.list_for(patient_id)}:
        raise NotFound
    if not form.validate_on_submit():
        return _ask(
            patient_id, ClearanceForm(formdata=None, examined_on=_today()), 422, _("Say why it ends.")
        )
    try:
        reason = EndReason(form.reason.data)
        clearances.end(clearance_id, reason, form.note.data or "", edge.actor(), clock.now())
    except DomainError as error:
        return _ask(patient_id, ClearanceForm(formdata=None), error.status, saying.refusal(error))
    flash(_("It has ended. A new examination is needed before treatments that ask for one."), "ok")
    return redirect(url_for("desk.clearances", patient_id=patient_id, visit=door.visit()), 303)


def _said(form: ClearanceForm) -> Said:
    slug, _sign, profession = (form.examiner.data or "").partition(":")
    practice = door.practice()
    assert form.examined_on.data is not None
    return Said(
        tuple(form.procedures.data or ()), practice.practitioner(slug), profession,
        practice.place(form.location.data or ""), form.examined_on.data, Result(form.result.data),
        form.conditions.data or "", form.until.data, bool(form.telehealth.data),
    )  # fmt: skip


def _ask(patient_id: UUID, form: ClearanceForm, status: int = 200, refusal: str = "") -> Response:
    _choices(form)
    words: dict[str, Any] = {
        "patient": records.get(patient_id), "form": form, "end_form": EndClearanceForm(formdata=None),
        "end_reasons": END_REASONS, "visit_id": door.visit(),
        "refusal": refusal, "rows": [_row(one) for one in clearances.list_for(patient_id)],
        "may_write": door.may(Permission.CLEARANCE_WRITE) and bool(form.examiner.choices),
    }  # fmt: skip
    return make_response(render.page("desk/clearances.html", **words), status)


def _choices(form: ClearanceForm) -> None:
    form.procedures.choices = [(one.value, _(clearances.NAMES[one.value])) for one in Procedure]
    found = [
        (f"{one.slug}:{profession}", f"{one.name}, {naming.profession(profession, _)}")
        for one in _examiners() for profession in one.professions
    ]  # fmt: skip
    form.examiner.choices = found if len(found) < 2 else [("", _("Choose")), *found]
    form.location.choices = [(place.slug, place.name) for place in door.practice().places.values()]
    form.location.data = form.location.data or door.place().slug


def _examiners() -> list[Practitioner]:
    """Return whose examinations somebody may note: their own, or everybody's for who leads the clinic's care."""
    known, person = door.practice().practitioners, door.person()
    if door.may(Permission.CLEARANCE_MANAGE):
        return list(known.values())
    return [known[person.id]] if person and person.id in known else []


def _row(one: Kept) -> dict[str, Any]:
    row, practice = one.row, door.practice()
    who, place = practice.practitioners.get(row.examiner_id), practice.places.get(row.location_id)
    return {
        "what": ", ".join(str(_(clearances.NAMES.get(name, name))) for name in row.procedures),
        "state": (_("ended"), "") if one.end else (dict(RESULTS)[row.result], KINDS[Result(row.result)]),
        "result": dict(RESULTS)[row.result], "conditions": row.conditions, "examined_on": row.examined_on,
        "who": f"{who.name if who else _('somebody who left')}, {naming.profession(row.profession, _)}",
        "licence": row.licence,
        "place": place.name if place else "", "telehealth": row.telehealth, "until": row.valid_until,
        "basis": _(BASES[Basis(row.basis)]), "holds": row.result != Result.NOT_CLEARED,
        "ended": one.end, "why": dict(END_REASONS)[one.end.reason] if one.end else "",
        "zone": place.time_zone if place else "UTC",
        "end": url_for(
            "desk.end_clearance", patient_id=row.patient_id, clearance_id=row.id, visit=door.visit()
        ),
    }  # fmt: skip


def _today() -> date:
    return door.place().today(clock.now())
