"""Note that a patient did not come, having said what that does; and take it back on the same day."""

from typing import Any
from uuid import UUID

from flask import make_response, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.booking import no_show
from saas.db import session
from saas.desk import money, visits
from saas.desk.forms import MissForm
from saas.desk.views import door, saying, sums
from saas.desk.views.door import blueprint
from saas.desk.views.visits import done, show
from saas.desk.visits import Visit
from saas.kernel import clock
from saas.kernel.errors import DomainError
from saas.kernel.permissions import Permission
from saas.web import edge, render
from saas.web.access import permit


@blueprint.get("/appointments/<uuid:appointment_id>/no-show")
@permit(Permission.SCHEDULE_MANAGE)
def miss(appointment_id: UUID) -> Response:
    """Say what noting that nobody came would do."""
    found = visits.look_up(appointment_id, edge.tenant().config_version)
    return _ask(found, MissForm(version=found.row.version))


@blueprint.post("/appointments/<uuid:appointment_id>/no-show")
@permit(Permission.SCHEDULE_MANAGE)
def submit_miss(appointment_id: UUID) -> Response:
    """Note that nobody came, and keep the fee unless it is waived for a reason."""
    found, form = visits.look_up(appointment_id, edge.tenant().config_version, lock=True), MissForm()
    if not form.validate_on_submit():
        return _ask(found, form, 422)
    waiver = (form.waiver.data or "") if form.waive.data and door.may(Permission.PAYMENT_REFUND) else None
    try:
        with session.current().begin_nested():
            money.require_unbilled(found.row.id)
            charge = no_show.note(found.row, edge.actor(), clock.now(), waiver, form.version.data)
    except DomainError as error:
        return _refused(appointment_id, error)
    return done(found, sums.missed(charge))


@blueprint.post("/appointments/<uuid:appointment_id>/came")
@permit(Permission.SCHEDULE_MANAGE)
def submit_came(appointment_id: UUID) -> Response:
    """Take back, on the same day, that nobody came."""
    found = visits.look_up(appointment_id, edge.tenant().config_version, lock=True)
    try:
        with session.current().begin_nested():
            no_show.undo(found.row, edge.actor(), clock.now())
    except DomainError as error:
        return _refused(appointment_id, error)
    return done(found, _("The visit is confirmed again. What went back to a card stays there, and is due."))


def _refused(appointment_id: UUID, error: DomainError) -> Response:
    fresh = visits.look_up(appointment_id, edge.tenant().config_version)
    return show(fresh, note=saying.refusal(error), kind="stop", status=error.status)


def _ask(found: Visit, form: MissForm, status: int = 200) -> Response:
    told, now = no_show.consequences(found.row), clock.now()
    words: dict[str, Any] = {
        "visit": found, "form": form, "location": found.place, "sentence": sums.missing(told.charge),
        "may_note": no_show.may_note(found.row, now), "counts_from": told.counts_from,
        "waives": bool(told.charge and told.charge.fee) and door.may(Permission.PAYMENT_REFUND),
        "cancel": url_for("desk.visit", appointment_id=found.row.id),
    }  # fmt: skip
    return make_response(render.page("desk/no_show.html", block="panel", **words), status)
