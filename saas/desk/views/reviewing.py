"""The work list of who decides: what was asked for on request, each to be released or refused with a reason."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.booking import requesting
from saas.db import session
from saas.desk import reviewing
from saas.desk.forms import RulingForm
from saas.desk.reviewing import Waiting
from saas.desk.views import door, saying
from saas.desk.views.door import blueprint
from saas.kernel import clock
from saas.kernel.actors import Actor
from saas.kernel.errors import DomainError, NotFound
from saas.kernel.permissions import Permission
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from saas.web import edge, render
from saas.web.access import permit

Verb = Callable[[Appointment, str, Actor, datetime, int | None], None]


@blueprint.get("/review")
@permit(Permission.REVIEW_READ)
def review() -> Response:
    """Show what waits for a clinician's judgement."""
    return _list()


@blueprint.post("/review/<uuid:appointment_id>/release")
@permit(Permission.REVIEW_DECIDE)
def release(appointment_id: UUID) -> Response:
    """Make a visit certain that was asked for."""
    return _decide(
        appointment_id, requesting.release, _("Released. The visit is confirmed, and the patient is told.")
    )


@blueprint.post("/review/<uuid:appointment_id>/refuse")
@permit(Permission.REVIEW_DECIDE)
def refuse(appointment_id: UUID) -> Response:
    """Refuse a visit that was asked for."""
    return _decide(
        appointment_id, requesting.refuse, _("Refused. The time is free again, and the patient is told.")
    )


def _decide(appointment_id: UUID, verb: Verb, said: str) -> Response:
    form = RulingForm()
    row = appointments.get(appointment_id, lock=True)
    if row.requested_at is None:
        raise NotFound
    if not form.validate_on_submit():
        return _list(_first_error(form), 422)
    try:
        with session.current().begin_nested():
            verb(row, form.reason.data or "", edge.actor(), clock.now(), form.version.data)
    except DomainError as error:
        session.current().refresh(row)
        return _list(saying.refusal(error), error.status)
    flash(said, "ok")
    return redirect(url_for("desk.review"))


def _first_error(form: RulingForm) -> str:
    return next((str(error) for field in form for error in field.errors), "")


def _list(refusal: str = "", status: int = 200) -> Response:
    found = reviewing.waiting(edge.tenant().config_version, clock.now())
    door.shown("listed", sorted({one.patient.id for one in found if one.patient}))
    words: dict[str, Any] = {
        "items": [_item(one) for one in found], "refusal": refusal, "may_decide": door.may(Permission.REVIEW_DECIDE),
    }  # fmt: skip
    return make_response(render.page("desk/review.html", **words), status)


def _item(found: Waiting) -> dict[str, Any]:
    row = found.row
    return {
        "id": row.id, "who": found.patient.name if found.patient else _("Visit"), "treatment": found.treatment,
        "practitioner": found.practitioner, "place": found.place.name, "zone": found.place.time_zone,
        "starts_at": row.starts_at, "decide_by": row.held_until, "source": saying.source(row.source),
        "reasons": [_(one.sentence) % one.params if one.params else _(one.sentence) for one in found.reasons],
        "form": RulingForm(formdata=None, prefix="", version=row.version),
    }  # fmt: skip
