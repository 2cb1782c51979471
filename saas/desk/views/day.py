"""The practitioner's own day, week and list, which keep themselves fresh."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.booking import clearing
from saas.credentials import attesting
from saas.desk import board as boards
from saas.desk import days, marks
from saas.desk.days import OwnDay, Stop
from saas.desk.places import Place
from saas.desk.views import arrivals, door, flags, sums
from saas.desk.views.door import blueprint
from saas.kernel import clock
from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.practice.snapshot import Practitioner
from saas.scheduling import reading
from saas.web import edge, render
from saas.web.access import permit

VIEWS = {"day": (N_("Day"), 1), "week": (N_("Week"), 7), "list": (N_("List"), 14)}


@blueprint.get("/day")
@permit(Permission.DAY_READ_OWN)
def day() -> Response:
    """Show the practitioner their day; the part that changes answers 304 while it has not."""
    now, mine = clock.now(), _me()
    home = door.place()
    view = request.args.get("view", "day")
    view = view if view in VIEWS else "day"
    first, length = _first(view, home.today(now)), VIEWS[view][1]
    tag = _tag(mine, days.span(home, first, length))
    if tag in request.if_none_match:
        response = make_response("", HTTPStatus.NOT_MODIFIED)
    else:
        found = days.read(mine, home, door.practice(), _version(), (first, length), now) if mine else []
        door.shown("listed", sorted({s.patient.id for d in found for s in d.visits if s.patient}))
        words = _words(home, view, first, now) | {
            "days": _labelled(found, home, now), "tag": tag, "me": mine, "marks": _marks(found),
            "arrivals": _arrivals(found, now), "flags": _flags(found, now),
        }  # fmt: skip
        response = make_response(render.page("desk/day.html", block="live", **words))
    response.set_etag(tag)
    return response


def _me() -> Practitioner | None:
    person = door.person()
    return door.practice().practitioners.get(person.id) if person else None


def _tag(mine: Practitioner | None, span: tuple[datetime, datetime]) -> str:
    """Return what changes with what is shown: the visits, and for those who see it the money."""
    if mine is None:
        return "nobody"
    tag = reading.person_tag(mine.id, *span)
    return f"{tag}-{marks.pulse()}" if door.may(Permission.BILL_READ) else tag


def _marks(found: list[OwnDay]) -> dict[UUID, tuple[str, str]]:
    """Return a word on each visit's money, for those who may know."""
    if not door.may(Permission.BILL_READ):
        return {}
    return sums.marks([stop.row.id for one in found for stop in one.visits if stop.row])


def _arrivals(found: list[OwnDay], now: datetime) -> dict[UUID, arrivals.Arrival]:
    """Return who is here, and the buttons for those who come."""
    rows = [(stop.row, stop.patient) for one in found for stop in one.visits if stop.row]
    named = ((row.id, row, patient.short_name if patient else "") for row, patient in rows)
    return arrivals.of_all(named, now, arrivals.DAY)


def _flags(found: list[OwnDay], now: datetime) -> dict[UUID, flags.Flag]:
    """Return who is cleared for the visit they come to, or is not."""
    rows = [stop.row for one in found for stop in one.visits
            if stop.row and stop.row.state == "confirmed" and stop.ends_at > now]  # fmt: skip
    known = boards.treatments(rows, _version())
    standings = clearing.of_all(rows, known, door.practice(), attesting.pack(edge.tenant().config_version))
    exams = {row.id: row.exam for row in rows}
    return {row_id: flag for row_id, made in standings.items() if (flag := flags.of(made, exams[row_id]))}


def _version() -> int:
    return edge.tenant().config_version


def _first(view: str, today: date) -> date:
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        on = today
    on = on if 2000 <= on.year < 2200 else today
    return on - timedelta(days=on.weekday()) if view == "week" else on


def _words(home: Place, view: str, first: date, now: datetime) -> dict[str, Any]:
    def href(on: date, other: str = view) -> str:
        return url_for("desk.day", on=on.isoformat(), view=other, location=request.args.get("location"))

    step = timedelta(days=VIEWS[view][1])
    on = render.when(home.midnight(first), home.zone, "day")
    titles = {"day": on, "week": _("Your week"), "list": _("Your list")}
    return {
        "now": now, "home": home, "location": home, "view": view, "title": titles[view],
        "is_today": first <= home.today(now) < first + step, "live": href(first),
        "links": {
            "earlier": href(first - step), "later": href(first + step), "today": href(home.today(now)),
            "views": [(_(label), href(first, name), name == view) for name, (label, _n) in VIEWS.items()],
        },
    }  # fmt: skip


def _labelled(found: list[OwnDay], home: Place, now: datetime) -> list[tuple[str, OwnDay, Stop | None]]:
    """Return the days with their names, in the home location's calendar; and who comes next today."""
    today = home.today(now)
    return [
        (
            render.when(home.midnight(one.on), home.zone, "day"),
            one,
            one.coming(now) if one.on == today else None,
        )
        for one in found
    ]
