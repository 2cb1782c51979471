"""The work list of who decides: what was asked for on request, each to be released or refused with a reason."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.booking import requesting
from saas.db import session
from saas.desk import reviewing
from saas.desk import visits as looking
from saas.desk.forms import RulingForm
from saas.desk.reviewing import Waiting
from saas.desk.views import door, ruling, saying, visits
from saas.desk.views.door import blueprint
from saas.desk.visits import Visit
from saas.kernel import clock
from saas.kernel.actors import Actor
from saas.kernel.errors import DomainError, NotFound
from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from saas.web import edge, render
from saas.web.access import permit

Verb = Callable[[Appointment, str, Actor, datetime, int | None], None]
RELEASE, REFUSE = "release", "refuse"
RULINGS: Mapping[str, tuple[Verb, str]] = {
    RELEASE: (requesting.release, N_("Released. The visit is confirmed, and the patient is told.")),
    REFUSE: (requesting.refuse, N_("Refused. The time is free again, and the patient is told.")),
}


@blueprint.get("/review")
@permit(Permission.REVIEW_READ)
def review() -> Response:
    """Show what waits for a clinician's judgement."""
    return _list()


@blueprint.post("/review/<uuid:appointment_id>/release")
@permit(Permission.REVIEW_DECIDE)
def release(appointment_id: UUID) -> Response:
    """Make a visit certain that was asked for."""
    return _decide(appointment_id, RELEASE)


@blueprint.post("/review/<uuid:appointment_id>/refuse")
@permit(Permission.REVIEW_DECIDE)
def refuse(appointment_id: UUID) -> Response:
    """Refuse a visit that was asked for."""
    return _decide(appointment_id, REFUSE)


def _decide(appointment_id: UUID, asked: str) -> Response:
    """Do what the button says that was pressed, whatever address a script sent the form to."""
    pressed = request.form.get("ruling", asked)
    verb, said = RULINGS.get(pressed, RULINGS[asked])
    form = RulingForm()
    row = appointments.get(appointment_id, lock=True)
    if row.requested_at is None:
        raise NotFound
    if not form.validate_on_submit():
        return _refused(row, _first_error(form), 422)
    try:
        with session.current().begin_nested():
            verb(row, form.reason.data or "", edge.actor(), clock.now(), form.version.data)
    except DomainError as error:
        session.current().refresh(row)
        return _refused(row, saying.refusal(error), error.status)
    if _is_at_the_visit():
        return visits.done(_look_up(row), _(said))
    flash(_(said), "ok")
    return redirect(url_for("desk.review"))


def _refused(row: Appointment, why: str, status: int) -> Response:
    """Say why nothing was decided, where the form stood."""
    if _is_at_the_visit():
        return visits.show(_look_up(row), note=why, kind="stop", status=status)
    return _list(why, status)


def _is_at_the_visit() -> bool:
    return request.form.get("back") == ruling.VISIT


def _look_up(row: Appointment) -> Visit:
    return looking.look_up(row.id, edge.tenant().config_version)


def _first_error(form: RulingForm) -> str:
    return next((str(error) for field in form for error in field.errors), "")


def _list(refusal: str = "", status: int = 200) -> Response:
    now = clock.now()
    found = reviewing.waiting(edge.tenant().config_version, now)
    door.shown("listed", sorted({one.patient.id for one in found if one.patient}))
    words: dict[str, Any] = {"items": [_item(one, now) for one in found], "refusal": refusal}
    return make_response(render.page("desk/review.html", **words), status)


def _item(found: Waiting, now: datetime) -> dict[str, Any]:
    row = found.row
    who = found.patient.name if found.patient else str(_("Visit"))
    return {
        "id": row.id, "who": who, "treatment": found.treatment, "practitioner": found.practitioner,
        "place": found.place, "zone": row.time_zone, "starts_at": row.starts_at,
        "source": saying.source(row.source), "ruling": ruling.of(row, who, found.reasons, now),
    }  # fmt: skip
