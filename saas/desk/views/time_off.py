"""Time off: one's own, or anybody's for those who run the place; and whom it strands."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.booking import roster
from saas.desk.forms import TimeOffForm
from saas.desk.places import YEARS, NoSuchTime, Place
from saas.desk.views import door
from saas.desk.views.door import blueprint
from saas.kernel import clock, ids
from saas.kernel.errors import DomainError, NotFound
from saas.kernel.permissions import Permission
from saas.patients import records
from saas.practice import absences
from saas.practice.models import TimeOff
from saas.practice.snapshot import Practitioner
from saas.scheduling.models import Appointment
from saas.web import edge, render
from saas.web.access import permit


@blueprint.get("/time-off")
@permit(Permission.TIME_OFF_MANAGE_OWN)
def time_off() -> Response:
    """List who is away, and whom that strands."""
    return _list(TimeOffForm(formdata=None, person=request.args.get("person", "")))


@blueprint.post("/time-off")
@permit(Permission.TIME_OFF_MANAGE_OWN)
def submit_time_off() -> Response:
    """Note that someone is away."""
    form = TimeOffForm()
    if not form.validate_on_submit():
        return _list(form, 422)
    person = _person(ids.parse(form.person.data or ""))
    place = _place_of(person)
    try:
        starts_at, ends_at = _span(form, place)
        stranded = roster.take_time_off(person.id, starts_at, ends_at, form.reason.data or "", edge.actor())
    except NotFound:
        raise
    except DomainError as error:
        form.refuse(error)
        return _list(form, error.status)
    if stranded:
        flash(_("Noted."), "ok")
    else:
        flash(_("Noted. No visit is in the way."), "ok")
    return redirect(url_for("desk.time_off"))


@blueprint.post("/time-off/<uuid:absence_id>/cancel")
@permit(Permission.TIME_OFF_MANAGE_OWN)
def cancel_time_off(absence_id: UUID) -> Response:
    """Take an absence back."""
    row = next((one for one in absences.list_ahead(clock.now()) if one.id == absence_id), None)
    if row is None:
        raise NotFound
    _person(row.person_id)
    roster.return_to_work(absence_id, row.person_id, edge.actor(), clock.now())
    flash(_("They are at work then after all."), "ok")
    return redirect(url_for("desk.time_off"))


def _mine() -> list[Practitioner]:
    """Return whose time off the actor may manage."""
    everyone = door.practice().practitioners
    if door.may(Permission.TIME_OFF_MANAGE):
        return list(everyone.values())
    me = door.person()
    return [everyone[me.id]] if me and me.id in everyone else []


def _person(person_id: UUID | None) -> Practitioner:
    found = next((person for person in _mine() if person.id == person_id), None)
    if found is None:
        raise NotFound
    return found


def _place_of(person: Practitioner) -> Place:
    """Return the location in whose clock a person's days are told: where they work first."""
    places = door.practice().places
    return Place(next((places[i] for i in person.hours if i in places), next(iter(places.values()), None)))


def _span(form: TimeOffForm, place: Place) -> tuple[datetime, datetime]:
    first = form.first.data
    assert first is not None
    last = form.last.data or first
    if first.year not in YEARS or last.year not in YEARS:
        raise NoSuchTime
    if form.starts.data is None and form.ends.data is None:
        if last < first:
            raise absences.AbsenceRefused
        return place.midnight(first), place.midnight(last + timedelta(days=1))
    starts, ends = form.starts.data or time(), form.ends.data or time(23, 59)
    return place.instant(f"{first}T{starts:%H:%M}"), place.instant(f"{last}T{ends:%H:%M}")


def _list(form: TimeOffForm, status: int = 200) -> Response:
    mine = {person.id: person for person in _mine()}
    form.person.choices = [(str(person.id), person.name) for person in mine.values()]
    rows = [row for row in absences.list_ahead(clock.now()) if row.person_id in mine]
    lines = [_line(row, mine[row.person_id]) for row in rows]
    ids_shown = [visit["row"].patient_id for line in lines for visit in line["stranded"]]
    door.shown("listed", sorted({i for i in ids_shown if i}))
    words: dict[str, Any] = {
        "form": form, "lines": lines, "all": len(mine) > 1, "may_move": door.may(Permission.SCHEDULE_MANAGE),
        "stranded": sum(len(line["stranded"]) for line in lines), "may_add": bool(mine),
    }  # fmt: skip
    return make_response(render.page("desk/time_off.html", **words), status)


def _line(row: TimeOff, person: Practitioner) -> dict[str, Any]:
    place = _place_of(person)
    stranded = roster.stranded(person.id, row.starts_at, row.ends_at)
    names = records.names([visit.patient_id for visit in stranded if visit.patient_id])
    return {
        "id": row.id, "name": person.name, "reason": row.reason, "zone": place.zone, "when": _when(row, place),
        "stranded": [_visit(visit, names) for visit in stranded],
    }  # fmt: skip


def _visit(row: Appointment, names: dict[UUID, Any]) -> dict[str, Any]:
    patient = names.get(row.patient_id) if row.patient_id else None
    return {"row": row, "name": patient.name if patient else _("Visit")}


def _when(row: TimeOff, place: Place) -> str:
    starts, ends = place.wall(row.starts_at), place.wall(row.ends_at)
    if starts.endswith("T00:00") and ends.endswith("T00:00"):
        last = row.ends_at - timedelta(minutes=1)
        days = [render.when(at, place.zone, "day") for at in (row.starts_at, last)]
        return days[0] if days[0] == days[1] else " – ".join(days)
    until = render.when(row.ends_at, place.zone, "time" if starts[:10] == ends[:10] else "short")
    return f"{render.when(row.starts_at, place.zone)} – {until}"
