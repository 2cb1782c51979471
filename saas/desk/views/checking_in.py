"""Check a patient in, and take that back; on the visit, beside the calendar and in the lists of a day."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.booking import check_in as checking_in
from saas.db import session
from saas.desk import visits
from saas.desk.views import arrivals, door, saying
from saas.desk.views.door import blueprint
from saas.desk.views.visits import done, show
from saas.desk.visits import Visit
from saas.kernel import clock
from saas.kernel.errors import DomainError, NotFound
from saas.kernel.permissions import Permission
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import NotEligible
from saas.web import edge
from saas.web.access import permit


@blueprint.post("/appointments/<uuid:appointment_id>/check-in")
@permit(Permission.APPOINTMENT_CHECK_IN)
def check_in(appointment_id: UUID) -> Response:
    """Note that the patient is here, or say why that cannot be."""
    return _act(
        appointment_id,
        lambda row: checking_in.check_in(row, edge.tenant().config_version, edge.actor(), clock.now()),
        lambda name: _("%(name)s is here.", name=name),
    )


@blueprint.post("/appointments/<uuid:appointment_id>/check-in/undo")
@permit(Permission.APPOINTMENT_CHECK_IN)
def undo_check_in(appointment_id: UUID) -> Response:
    """Take back that the patient is here."""
    return _act(
        appointment_id,
        lambda row: checking_in.undo(row, edge.actor(), clock.now()),
        lambda name: _("%(name)s is not here yet.", name=name),
    )


def _act(visit_id: UUID, act: Callable[[Appointment], None], said: Callable[[str], str]) -> Response:
    found = visits.look_up(visit_id, edge.tenant().config_version, lock=True)
    if found.patient is None:
        raise NotFound
    try:
        with session.current().begin_nested():
            act(found.row)
    except DomainError as error:
        fresh = visits.look_up(visit_id, edge.tenant().config_version)
        return show(fresh, note=_refusal(error, found.patient.short_name), kind="stop", status=error.status)
    sentence = said(found.patient.short_name)
    if request.headers.get("HX-Request"):
        return done(found, sentence)
    flash(sentence, "ok")
    return redirect(_back(found))


def _refusal(error: DomainError, name: str) -> str:
    """Return why nothing was done; of who may not perform the visit the page tells itself, with who could."""
    if isinstance(error, NotEligible):
        return str(
            _("%(name)s is not checked in: this visit may not be performed as it is booked.", name=name)
        )
    return saying.refusal(error)


def _back(found: Visit) -> str:
    """Return the list that the button stood in, or the visit's own page."""
    back, on = request.form.get("back"), found.row.wall_start[:10]
    if back == arrivals.DAY and door.may(Permission.DAY_READ_OWN):
        return url_for("desk.day", on=on)
    if back in (arrivals.SCHEDULE, arrivals.AGENDA):
        view = "agenda" if back == arrivals.AGENDA else "day"
        return url_for("desk.schedule", location=found.place.slug, on=on, view=view)
    return url_for("desk.visit", appointment_id=found.row.id)
