"""What is agreed with one patient: shown, agreed for a reason, and ended."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.catalogue import agreements, offerings
from saas.catalogue.agreements import Said
from saas.catalogue.models import AgreementRow
from saas.db import session
from saas.desk.forms import AgreementForm, EndForm
from saas.desk.views import door
from saas.desk.views.door import blueprint
from saas.kernel import clock
from saas.kernel.errors import DomainError
from saas.kernel.money import AmountRefused, Money
from saas.kernel.permissions import Permission
from saas.patients import records
from saas.web import edge, render
from saas.web.access import permit


@blueprint.get("/patients/<uuid:patient_id>/agreements", endpoint="agreements")
@permit(Permission.AGREEMENT_MANAGE)
def show(patient_id: UUID) -> Response:
    """Show what is and was agreed with the patient, and ask for more."""
    door.shown("opened", [patient_id])
    return _ask(patient_id, AgreementForm(formdata=None, since=_today()))


@blueprint.post("/patients/<uuid:patient_id>/agreements")
@permit(Permission.AGREEMENT_MANAGE)
def agree(patient_id: UUID) -> Response:
    """Agree a price, or that no deposit is paid."""
    form = AgreementForm()
    form.offering.choices, form.currency.choices = _offerings(), _currencies()
    records.get(patient_id)
    if not form.validate_on_submit():
        return _ask(patient_id, form, 422)
    try:
        with session.current().begin_nested():
            agreements.agree(patient_id, _said(form), edge.actor())
    except AmountRefused as error:
        form.refuse(error, "amount")
        return _ask(patient_id, form, error.status)
    except DomainError as error:
        form.refuse(error)
        return _ask(patient_id, form, error.status)
    flash(_("It is agreed. What is booked already stays as it was promised."), "ok")
    return _back_to(patient_id)


@blueprint.post("/agreements/<uuid:agreement_id>/end")
@permit(Permission.AGREEMENT_MANAGE)
def end(agreement_id: UUID) -> Response:
    """End an agreement: it holds for no visit from today on."""
    row = agreements.end(agreement_id, _today(), edge.actor())
    flash(_("It has ended. What is booked already stays as it was promised."), "ok")
    return _back_to(row.patient_id)


def _back_to(patient_id: UUID) -> Response:
    return redirect(url_for("desk.agreements", patient_id=patient_id, visit=door.visit()), 303)


def _today() -> date:
    """Return the calendar day at one's own location."""
    return door.place().today(clock.now())


def _said(form: AgreementForm) -> Said:
    chosen = _by_slug().get(form.offering.data or "")
    amount: Money | None = form.read(form.currency.data) if chosen else None
    assert form.since.data is not None
    return Said(form.since.data, form.reason.data or "", chosen, amount, form.until.data)


def _ask(patient_id: UUID, form: AgreementForm, status: int = 200) -> Response:
    form.offering.choices, form.currency.choices = _offerings(), _currencies()
    names = {one: slug for slug, one in _by_slug().items()}
    labels = dict(form.offering.choices)
    words: dict[str, Any] = {
        "patient": records.get(patient_id), "visit_id": door.visit(), "form": form, "end_form": EndForm(),
        "rows": [_row(row, labels.get(names.get(row.offering_id, ""), _("An offering no longer in use")))  # type: ignore[arg-type]  # None is in no map
                 for row in agreements.list_for(patient_id)],
    }  # fmt: skip
    return make_response(render.page("desk/agreements.html", **words), status)


def _row(row: AgreementRow, treatment: str) -> dict[str, Any]:
    is_price = row.amount_minor is not None and row.currency is not None
    today = _today()
    is_over = row.ends_on is not None and row.ends_on <= today
    state = (
        (_("ended"), "")
        if is_over
        else (_("in force"), "ok")
        if row.starts_on <= today
        else (_("to come"), "warn")
    )
    return {
        "what": treatment if is_price else str(_("No deposit for this patient")), "state": state,
        "amount": Money(row.amount_minor, row.currency) if row.amount_minor and row.currency else None,
        "since": render.day(row.starts_on), "until": render.day(row.ends_on) if row.ends_on else "",
        "reason": row.reason,
        "end": "" if is_over else url_for("desk.end", agreement_id=row.id, visit=door.visit()),
    }  # fmt: skip


def _by_slug() -> dict[str, UUID]:
    version = edge.tenant().config_version
    known = {**offerings.list_current(version), **offerings.list_add_ons(version)}
    return {slug: one.id for slug, one in known.items() if one.prices}


def _offerings() -> list[tuple[str, str]]:
    version = edge.tenant().config_version
    known = {**offerings.list_current(version), **offerings.list_add_ons(version)}
    priced = [
        (slug, _("Own price: %(treatment)s", treatment=one.text("name")))
        for slug, one in known.items()
        if one.prices
    ]
    return [("", _("No deposit for this patient")), *priced]


def _currencies() -> list[tuple[str, str]]:
    found = sorted({place.currency for place in door.practice().places.values()})
    return [(one, one) for one in found]
