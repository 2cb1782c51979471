"""The schedule: a location's people, rooms and devices side by side, and its feed for a calendar that lives."""

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, request, url_for
from flask_babel import gettext as _

from saas.desk import board as boards
from saas.desk.board import Board, Entry
from saas.desk.places import Place
from saas.desk.views import arrivals, door, drawing, sums
from saas.desk.views.door import blueprint
from saas.desk.views.drawing import Line, Marks
from saas.kernel import clock
from saas.kernel.errors import Invalid
from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.scheduling import appointments
from saas.web import edge, render
from saas.web.access import permit

DAY = timedelta(days=1)
VIEWS = {"day": N_("Day"), "week": N_("Week"), "agenda": N_("Agenda")}
SHOWS = {"all": N_("All"), "people": N_("People"), "rooms": N_("Rooms and devices")}
LONGEST = 14


@dataclass(frozen=True)
class Look:
    """What part of the calendar someone looks at, and how."""

    place: Place
    on: date
    view: str
    show: str

    @property
    def first(self) -> date:
        """The first day shown; a week begins on Monday."""
        return self.on - self.on.weekday() * DAY if self.view == "week" else self.on

    @property
    def days(self) -> int:
        """How many days are shown."""
        return 1 if self.view == "day" else 7

    def href(self, **other: Any) -> str:
        """Return the address of this look with something else in it."""
        asked: dict[str, Any] = {"on": self.on, "view": self.view, "show": self.show}
        return url_for("desk.schedule", location=self.place.slug, **(asked | other))


@blueprint.get("/schedule")
@permit(Permission.SCHEDULE_READ)
def schedule() -> str:
    """Show the resources of a location side by side."""
    now, place = clock.now(), door.place()
    look = _look(place, place.today(now))
    if place.found is None:
        words: dict[str, Any] = {"look": look, "board": None, "links": _links(look, now), "location": place}
        return render.page("desk/schedule.html", **words)
    board = _board(look)
    door.shown("listed", board.patient_ids)
    tag = appointments.schedule_tag(place.found.id, *_span(look.place, look.first, look.days))
    heads, rows = drawing.table(board, look.show)
    may_manage, marks = door.may(Permission.SCHEDULE_MANAGE), _marks(board, look, now)
    return render.page(
        "desk/schedule.html", look=look, board=board, heads=heads, rows=rows, links=_links(look, now), tag=tag,
        drawn=drawing.feed(board, now, look.show, may_manage=may_manage), location=place,
        agenda=_agenda(board, now, marks), coming=_coming(board, now, marks), may_manage=may_manage,
        feed=_feed_url(look),
    )  # fmt: skip


@blueprint.get("/schedule/feed")
@permit(Permission.SCHEDULE_READ)
def feed() -> Response:
    """Answer with the calendar as it stands; 304 while nothing in it has changed."""
    now, place = clock.now(), door.place()
    first, days = _days(request.args)
    if place.found is None:
        return jsonify({"events": [], "shades": [], "resources": []})
    tag = appointments.schedule_tag(place.found.id, *_span(place, first, days))
    if tag in request.if_none_match:
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        board = boards.lay(place, door.practice(), edge.tenant().config_version, (first, days), clock.now())
        door.shown("listed", board.patient_ids)
        may_manage = door.may(Permission.SCHEDULE_MANAGE)
        response = jsonify(drawing.feed(board, now, _show(), may_manage=may_manage))
    response.set_etag(tag)
    return response


def _look(place: Place, today: date) -> Look:
    view = request.args.get("view", "day")
    return Look(place, _date("on") or today, view if view in VIEWS else "day", _show())


def _show() -> str:
    show = request.args.get("show", "all")
    return show if show in SHOWS else "all"


def _date(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None


def _days(asked: Any) -> tuple[date, int]:
    first, days = _date("from"), asked.get("days", "1")
    if first is None or not days.isdecimal() or len(days) > 2 or not 1 <= int(days) <= LONGEST:
        raise Invalid(N_("Ask for 1 to 14 days from a date."))
    return first, int(days)


def _span(place: Place, first: date, days: int) -> tuple[datetime, datetime]:
    return place.midnight(first), place.midnight(first + days * DAY)


def _board(look: Look) -> Board:
    span = look.first, look.days
    return boards.lay(look.place, door.practice(), edge.tenant().config_version, span, clock.now())


def _feed_url(look: Look) -> str:
    asked: dict[str, Any] = {"from": look.first, "days": look.days, "show": look.show}
    return url_for("desk.feed", location=look.place.slug, **asked)


def _agenda(board: Board, now: datetime, marks: Marks) -> list[tuple[str, str | None, list[Line]]]:
    return [
        (drawing.day_label(board, day), board.closed_for.get(day),
         [_line(board, entry, marks, now, arrivals.AGENDA) for entry in drawing.visits_on(board, day)])
        for day in board.dates
    ]  # fmt: skip


def _coming(board: Board, now: datetime, marks: Marks) -> list[Line]:
    return [_line(board, entry, marks, now, arrivals.SCHEDULE) for entry in _ahead(board, now)]


def _line(board: Board, entry: Entry, marks: Marks, now: datetime, back: str) -> Line:
    """Return an entry in words, with the button for its patient who comes."""
    arrival = arrivals.of(entry.appointment_id, entry, now, back, entry.name)
    return drawing.line(board, entry, marks, arrival)


def _ahead(board: Board, now: datetime) -> list[Entry]:
    ahead = (entry for entry in board.visits() if entry.kind == "visit" and entry.ends_at > now)
    return list(itertools.islice(ahead, 3))


def _marks(board: Board, look: Look, now: datetime) -> Marks:
    """Return a word on the money of the visits that are shown as a list, for those who may know."""
    if not door.may(Permission.BILL_READ):
        return {}
    listed = board.visits() if look.view == "agenda" else _ahead(board, now)
    return sums.marks([entry.appointment_id for entry in listed if entry.kind == "visit"])


def _links(look: Look, now: datetime) -> dict[str, Any]:
    step = timedelta(days=look.days)
    return {
        "earlier": look.href(on=look.on - step), "later": look.href(on=look.on + step),
        "today": look.href(on=look.place.today(now)), "is_today": look.on == look.place.today(now),
        "views": [(_(label), look.href(view=view), view == look.view) for view, label in VIEWS.items()],
        "shows": [(_(label), look.href(show=show), show == look.show) for show, label in SHOWS.items()],
        "places": [(p.name, p.slug) for p in door.practice().places.values()],
        "title": _title(look),
    }  # fmt: skip


def _title(look: Look) -> str:
    def label(day: date, style: str) -> str:
        return render.when(look.place.midnight(day), look.place.zone, style)

    if look.view == "day":
        return label(look.on, "day")
    return f"{label(look.first, 'date')} – {label(look.first + timedelta(days=look.days - 1), 'date')}"
