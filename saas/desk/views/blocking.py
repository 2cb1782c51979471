"""Block time: lunch, a meeting, a room that is being painted. A block goes the way a visit is called off."""

from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.booking import blocking
from saas.booking.blocking import Blocked
from saas.desk.forms import BlockForm
from saas.desk.places import Place
from saas.desk.views import door, saying
from saas.desk.views.door import blueprint
from saas.kernel import clock, ids
from saas.kernel.errors import DomainError, NotFound
from saas.kernel.permissions import Permission
from saas.web import edge, render
from saas.web.access import permit


@blueprint.get("/schedule/block")
@permit(Permission.SCHEDULE_MANAGE)
def block() -> Response:
    """Ask whose time is to be blocked, and when."""
    place = door.place()
    day = request.args.get("on") or place.today(clock.now()).isoformat()
    form = BlockForm(formdata=None)
    form.resource.data = request.args.get("resource", "")
    form.on.process_formdata([day])
    return _ask(place, form)


@blueprint.post("/schedule/block")
@permit(Permission.SCHEDULE_MANAGE)
def submit_block() -> Response:
    """Block the time."""
    place, form = door.place(), BlockForm()
    if not form.validate_on_submit():
        return _ask(place, form, 422)
    resource = ids.parse(form.resource.data or "")
    if resource is None:
        raise NotFound
    walls = [f"{form.on.data}T{wall.data:%H:%M}" for wall in (form.starts, form.ends)]
    try:
        starts_at, ends_at = (place.instant(wall) for wall in walls)
        asked = Blocked(place.slug, resource, starts_at, ends_at, form.label.data or "")
        blocking.block(asked, edge.tenant().config_version, edge.actor())
    except NotFound:
        raise
    except DomainError as error:
        form.form_errors.append(_block_refusal(error))
        return _ask(place, form, error.status)
    flash(_("The time is blocked."), "ok")
    return redirect(url_for("desk.schedule", location=place.slug, on=form.on.data))


def _block_refusal(error: DomainError) -> str:
    return _("There is a visit then. Move it first.") if error.code == "slot_taken" else saying.refusal(error)


def _ask(place: Place, form: BlockForm, status: int = 200) -> Response:
    practice, here = door.practice(), place.found.id if place.found else None
    people = [(str(p.id), p.name) for p in practice.practitioners.values() if here in p.hours]
    units = [(str(u.id), u.name) for u in (*practice.rooms, *practice.devices) if u.location_id == here]
    form.resource.choices = people + units
    words: dict[str, Any] = {"form": form, "location": place}
    return make_response(render.page("desk/block.html", **words), status)
