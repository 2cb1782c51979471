"""Call a visit off, having said for each way of doing so what is kept and what goes back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import make_response
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.booking import cancel as cancelling
from saas.booking.cancel import Consequences, Reasons
from saas.db import session
from saas.desk import money, visits
from saas.desk.forms import CLINIC, PATIENT, WAIVED, CancelForm
from saas.desk.views import door, saying, sums
from saas.desk.views.door import blueprint
from saas.desk.views.visits import done, show
from saas.desk.visits import Visit
from saas.kernel import clock
from saas.kernel.errors import DomainError
from saas.kernel.permissions import Permission
from saas.web import edge, errors, render
from saas.web.access import permit


@dataclass(frozen=True)
class Choice:
    """A way of calling a visit off, and what it does."""

    value: str
    label: str
    sentence: str
    is_chosen: bool


@blueprint.get("/appointments/<uuid:appointment_id>/cancel")
@permit(Permission.SCHEDULE_MANAGE)
def cancel(appointment_id: UUID) -> Response:
    """Say what calling the visit off would do."""
    found = visits.look_up(appointment_id, edge.tenant().config_version)
    return _ask(found, CancelForm(version=found.row.version))


@blueprint.post("/appointments/<uuid:appointment_id>/cancel")
@permit(Permission.SCHEDULE_MANAGE)
def submit_cancel(appointment_id: UUID) -> Response:
    """Call the visit off, or take a block out of the calendar."""
    found, form = visits.look_up(appointment_id, edge.tenant().config_version, lock=True), CancelForm()
    told, now = _consequences(found), clock.now()
    form.who.choices = [(one.value, one.label) for one in _choices(told, form)]
    if not form.validate_on_submit():
        return _ask(found, form, 422)
    try:
        with session.current().begin_nested():
            money.require_unbilled(found.row.id)
            cancelling.cancel(found.row, edge.actor(), now, _reasons(form), form.version.data)
    except DomainError as error:
        fresh = visits.look_up(appointment_id, edge.tenant().config_version)
        return show(fresh, note=saying.refusal(error), kind="stop", status=error.status)
    return done(
        found, _("The time is free again.") if found.is_block else sums.cancelled(told, form.who.data)
    )


def _reasons(form: CancelForm) -> Reasons:
    waiver = form.waiver.data if form.who.data == WAIVED else None
    return Reasons(form.reason.data or None, by_clinic=form.who.data == CLINIC, waiver=waiver)


def _consequences(found: Visit) -> Consequences:
    return cancelling.consequences(found.row, "cancel", clock.now())


def _ask(found: Visit, form: CancelForm, status: int = 200) -> Response:
    told = _consequences(found)
    choices = _choices(told, form)
    words: dict[str, Any] = {
        "visit": found, "form": form, "location": found.place, "late": told.late,
        "choices": choices if len(choices) > 1 else (), "waives": any(c.value == WAIVED for c in choices),
        "sentence": choices[0].sentence if told.refund is not None else errors.said(told.sentence, told.params),
    }  # fmt: skip
    return make_response(render.page("desk/cancel.html", block="panel", **words), status)


def _choices(told: Consequences, form: CancelForm) -> list[Choice]:
    """Return the ways that differ: where nothing was paid there is one, and no fee is waived that is not due."""
    ways = [(PATIENT, _("The patient cancels"))]
    if told.fee or told.refund:
        ways.append((CLINIC, _("The clinic cancels")))
    if told.fee and door.may(Permission.PAYMENT_REFUND):
        ways.append((WAIVED, _("The patient cancels, and the fee is waived")))
    chosen = form.who.data or PATIENT
    return [Choice(value, label, sums.consequence(told, value), value == chosen) for value, label in ways]
