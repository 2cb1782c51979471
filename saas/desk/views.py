"""The staff's homes: each role lands on the one thing it came for."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.desk import places as desk_places
from saas.desk.places import Place
from saas.identity import roles
from saas.identity.roles import Role
from saas.kernel import clock
from saas.kernel.permissions import Permission
from saas.practice import people, places
from saas.practice.models import Device, Room
from saas.web import edge, render
from saas.web.access import permit

blueprint = Blueprint("desk", __name__, url_prefix="/staff")

# The first of these roles that someone holds decides where they land.
HOMES = {
    Role.OWNER: "provisioning.practice",
    Role.MANAGER: "desk.schedule",
    Role.MEDICAL_DIRECTOR: "desk.day",
    Role.CLINICAL_ADMIN: "desk.review",
    Role.PRACTITIONER: "desk.day",
    Role.FRONT_DESK: "desk.schedule",
}


@blueprint.get("", endpoint="home")
@permit(Permission.STAFF_HOME)
def go_home() -> Response:
    """Go to the home of one's role."""
    held = edge.actor().roles
    endpoint = next(HOMES[role] for role in HOMES if role in held)
    return redirect(url_for(endpoint))


@blueprint.get("/day")
@permit(Permission.DAY_READ_OWN)
def day() -> str:
    """Show the practitioner their day."""
    actor, now = edge.actor(), clock.now()
    person = people.find_by_user(actor.id) if actor.id else None
    place = desk_places.of_person(person)
    shifts = people.shifts_on(place.today(now), person_id=person.id) if person else []
    return render.page("desk/day.html", today=now, location=place, shifts=shifts)


@blueprint.get("/schedule")
@permit(Permission.SCHEDULE_READ)
def schedule() -> str:
    """Show the resources of a location side by side."""
    actor, now = edge.actor(), clock.now()
    person = people.find_by_user(actor.id) if actor.id else None
    place = desk_places.of_person(person)
    today = place.today(now)
    return render.page(
        "desk/schedule.html", columns=_columns(place, today), hours=_hours(place, today),
        day_label=render.when(now, place.zone, "day"), location=place,
    )  # fmt: skip


@blueprint.get("/review")
@permit(Permission.REVIEW_READ)
def review() -> str:
    """Show what waits for a clinician's judgement."""
    return render.page("desk/review.html")


def nav(current: str) -> list[dict[str, object]]:
    """Return the sidebar's entries that the actor may open; *current* is the endpoint shown."""
    entries = [
        (_("Today"), "desk.day", Permission.DAY_READ_OWN),
        (_("Schedule"), "desk.schedule", Permission.SCHEDULE_READ),
        (_("To review"), "desk.review", Permission.REVIEW_READ),
        (_("Practice"), "provisioning.practice", Permission.PRACTICE_READ),
    ]
    held = edge.actor().roles
    return [
        {"label": label, "href": url_for(endpoint), "is_current": endpoint == current}
        for label, endpoint, permission in entries
        if roles.may(held, permission)
    ]


def _columns(place: Place, today: date) -> list[tuple[str, str]]:
    if place.location is None:
        return []
    at_work = {shift.person_id for shift in people.shifts_on(today, location=place.location)}
    staff = [(p.name, p.titles) for p in people.list_people(practitioners_only=True) if p.id in at_work]
    units: list[Room | Device] = [*places.list_rooms(), *places.list_devices()]
    return staff + [(u.name, "") for u in units if u.location_id == place.location.id]


def _hours(place: Place, today: date) -> list[str]:
    spans = places.hours_on(place.location, today) if place.location else []
    first = min((s.hour for s, _ in spans), default=9)
    last = max((e.hour + (e.minute > 0) for _, e in spans), default=17)
    zone = ZoneInfo(place.zone)
    return [
        render.when(datetime(today.year, today.month, today.day, h, tzinfo=zone), place.zone, "time")
        for h in range(first, last)
    ]
