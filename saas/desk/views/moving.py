"""Move a visit: by dragging it, or by a form that can do all that dragging can."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.booking import cancel as cancelling
from saas.booking import reschedule
from saas.booking.reschedule import NewTime
from saas.desk import moving, visits
from saas.desk.forms import MoveForm
from saas.desk.moving import Offer
from saas.desk.views import door, saying
from saas.desk.views.door import blueprint
from saas.desk.views.visits import done
from saas.desk.visits import Visit
from saas.kernel import clock
from saas.kernel.errors import DomainError
from saas.kernel.permissions import Permission
from saas.scheduling.refusals import OldVersion
from saas.web import edge, render
from saas.web.access import permit


@blueprint.get("/appointments/<uuid:appointment_id>/move")
@permit(Permission.SCHEDULE_MANAGE)
def move(appointment_id: UUID) -> Response:
    """Ask where the visit is to go."""
    found = visits.look_up(appointment_id, edge.tenant().config_version)
    return _ask(found, _filled(found, request.args.get("at"), request.args.get("practitioner")))


@blueprint.post("/appointments/<uuid:appointment_id>/move")
@permit(Permission.SCHEDULE_MANAGE)
def submit_move(appointment_id: UUID) -> Response:
    """Move the visit, or say why not and what is free instead."""
    version, now = edge.tenant().config_version, clock.now()
    found, form = visits.look_up(appointment_id, version, lock=True), MoveForm()
    if not form.validate_on_submit():
        return _ask(found, form, status=422)
    wall = f"{form.on.data}T{form.at.data:%H:%M}"
    practitioner = form.practitioner.data or None
    try:
        to = NewTime(found.place.instant(wall), practitioner, form.version.data)
        reschedule.reschedule(found.row, to, version, edge.actor(), now)
    except OldVersion as error:
        return _ask(found, _filled(found), saying.refusal(error), status=error.status)
    except DomainError as error:
        free = _free(found, wall, practitioner, now) if error.code != "no_such_time" else []
        offers = saying.offered(found.place, free, wall[:10])
        return _ask(found, form, saying.refusal(error), offers, error.status)
    return done(found, _("Moved to %(when)s.", when=render.when(found.row.starts_at, found.place.zone)))


def _free(found: Visit, wall: str, practitioner: str | None, now: datetime) -> list[Offer]:
    if not found.may_change(now) or found.is_block:
        return []
    wanted = found.place.instant(wall)
    return moving.offers(found.row, wanted, practitioner, edge.tenant().config_version, now)


def _filled(found: Visit, wall: str | None = None, practitioner: str | None = None) -> MoveForm:
    """Return the form as the visit stands, or with a time that was offered."""
    at = datetime.fromisoformat(wall if _readable(wall) else found.row.wall_start)  # type: ignore[arg-type]  # a readable wall is no None
    who = practitioner or (found.practitioner.slug if found.practitioner else "")
    return MoveForm(formdata=None, on=at.date(), at=at.time(), practitioner=who, version=found.row.version)


def _readable(wall: str | None) -> bool:
    try:
        return bool(wall) and datetime.fromisoformat(wall or "").tzinfo is None
    except ValueError:
        return False


def _ask(found: Visit, form: MoveForm, refusal: str = "", offers: Any = (), status: int = 200) -> Response:
    here = found.place.found
    form.practitioner.data = form.practitioner.data or (found.practitioner.slug if found.practitioner else "")
    form.practitioner.choices = [
        (person.slug, f"{person.name}, {person.titles}" if person.titles else person.name)
        for person in door.practice().practitioners.values()
        if (here and here.id in person.hours) or person == found.practitioner
    ]
    words: dict[str, Any] = {
        "visit": found, "form": form, "refusal": refusal, "offers": offers, "location": found.place,
        "may_change": found.may_change(clock.now()) and not found.is_block,
        "consequences": cancelling.consequences(found.row, "reschedule", clock.now()),
    }  # fmt: skip
    return make_response(render.page("desk/move.html", block="panel", **words), status)
