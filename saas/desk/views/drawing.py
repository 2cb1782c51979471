"""A calendar in words and wall times: as the browser draws it, and as a table for who has no script."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _

from saas.desk import board as boards
from saas.desk.board import DAY, KINDS, Board, Column, Entry, Shade
from saas.desk.views.arrivals import Arrival
from saas.kernel.text import N_
from saas.web import render

HOUR = timedelta(hours=1)
FIRST_HOUR, LAST_HOUR = 9, 17
UNITS = {
    "physiotherapy": N_("Physiotherapy"), "aesthetics": N_("Aesthetics"), "consultation": N_("Consultation"),
    "microneedling_pen": N_("Micro-needling"), "centrifuge": N_("Centrifuge"),
    "electrostimulator": N_("Electrostimulation"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """An entry in words; `mark` is a word on its money and the kind of its tag, `arrival` who is here.

    `is_lost` where somebody may no longer perform it on its day.
    """

    title: str
    note: str
    times: str
    href: str
    hue: str
    state: str
    with_whom: str
    mark: tuple[str, str] | None = None
    arrival: Arrival | None = None
    is_lost: bool = False


@dataclass(frozen=True)
class Row:
    """One hour of the table without script: its label, and what begins in it, column by column."""

    label: str
    cells: tuple[tuple[Line, ...], ...]


Marks = Mapping[UUID, tuple[str, str]]


def line(
    board: Board, entry: Entry, marks: Marks = MappingProxyType({}), arrival: Arrival | None = None
) -> Line:
    """Return an entry in words."""
    column = board.column(entry.resource_id)
    href = url_for("desk.visit", appointment_id=entry.appointment_id)
    return Line(title(entry), note(entry), times(board, entry), href, entry.hue, entry.state,
                column.name if column else "", marks.get(entry.appointment_id), arrival,
                bool(entry.lost))  # fmt: skip


def title(entry: Entry) -> str:
    """Return what an entry is called."""
    if entry.kind == "block":
        return entry.name or str(_("Blocked"))
    return entry.name or str(_("Being booked"))


def note(entry: Entry) -> str:
    """Return what an entry is, in smaller letters."""
    if entry.kind == "block":
        return str(_("Blocked"))
    treatment = _part_of(entry) or entry.treatment or str(_("Visit"))
    if entry.lost:
        names = ", ".join(entry.lost)
        return str(_("%(treatment)s: %(names)s may no longer perform it", treatment=treatment, names=names))
    if entry.state == "no_show":
        return str(_("%(treatment)s, did not come", treatment=treatment))
    if entry.checked_in_at is not None:
        return str(_("%(treatment)s, here", treatment=treatment))
    if entry.state == "pending":
        return str(_("%(treatment)s, on request", treatment=treatment))
    return str(_("%(treatment)s, held", treatment=treatment)) if entry.state == "held" else treatment


def _part_of(entry: Entry) -> str:
    """Return what somebody or something else than practitioner and room does in the visit, and of which it is."""
    if entry.is_lead or entry.resource_kind == "room" or not entry.own:
        return ""
    parts = ", ".join(part.name for part in entry.own)
    return parts if entry.resource_kind == "device" else f"{parts} · {entry.treatment}"


def times(board: Board, entry: Entry) -> str:
    """Return from when to when an entry is."""
    starts, ends = (render.when(at, board.place.zone, "time") for at in (entry.starts_at, entry.ends_at))
    return f"{starts} – {ends}"


def sub(column: Column) -> str:
    """Return a column's second line."""
    return str(_(UNITS[column.sub])) if column.sub in UNITS else column.sub.replace("_", " ")


def shown(board: Board, show: str) -> list[Column]:
    """Return the columns to show: all, people alone, or rooms and devices."""
    return [column for column in board.columns if column.kind in KINDS.get(show, (column.kind,))]


def feed(board: Board, now: datetime, show: str, *, may_manage: bool) -> dict[str, Any]:
    """Return the calendar as the browser draws it; times are the location's own, without offset."""
    first, last = hours(board)
    offset = now.astimezone(ZoneInfo(board.place.zone)).strftime("%z")
    return {
        "offset": f"{offset[:3]}:{offset[3:]}", "first": f"{first:02}:00", "last": f"{last:02}:00",
        "resources": [_resource(column) for column in shown(board, show)],
        "events": [_event(board, entry, may_manage=may_manage) for entry in board.entries],
        "shades": [_shade(board, shade) for shade in board.shades],
    }  # fmt: skip


def _resource(column: Column) -> dict[str, str]:
    return {"id": str(column.id), "kind": column.kind, "name": column.name, "sub": sub(column),
            "slug": column.slug}  # fmt: skip


def _event(board: Board, entry: Entry, *, may_manage: bool) -> dict[str, Any]:
    wall, column = board.place.wall, board.column(entry.resource_id)
    movable = may_manage and entry.kind == "visit" and entry.state == "confirmed"
    return {
        "visit": str(entry.appointment_id), "version": entry.version, "resource": str(entry.resource_id),
        "lead": entry.is_lead or entry.kind == "block",
        "at": wall(entry.begins_at), "until": wall(entry.over_at), "treatment": entry.treatment,
        "start": wall(entry.starts_at), "end": wall(entry.ends_at),
        "title": title(entry), "note": note(entry), "times": times(board, entry),
        "whose": column.name if column else "",
        "kind": entry.kind, "hue": entry.hue, "state": entry.state, "movable": movable, "lost": bool(entry.lost),
        "waits": [
            {"name": one.name, "start": wall(one.starts_at), "end": wall(one.ends_at)} for one in entry.waits
        ],
        "url": url_for("desk.visit", appointment_id=entry.appointment_id),
    }  # fmt: skip


def _shade(board: Board, shade: Shade) -> dict[str, str]:
    wall = board.place.wall
    return {"resource": str(shade.resource_id), "start": wall(shade.starts_at), "end": wall(shade.ends_at),
            "kind": shade.kind, "name": _named(shade)}  # fmt: skip


def _named(shade: Shade) -> str:
    if shade.kind != "pause":
        return shade.name
    free = str(_("free meanwhile"))
    return f"{shade.name} · {free}" if shade.name else free


def hours(board: Board) -> tuple[int, int]:
    """Return the first and the last hour worth showing: open, at work, or taken."""
    zone = ZoneInfo(board.place.zone)
    found: list[tuple[int, int]] = []
    for starts, ends in _busy(board):
        local, until = starts.astimezone(zone), ends.astimezone(zone)
        last = 24 if until.date() > local.date() else until.hour + (until.minute > 0)
        found.append((local.hour, last))
    return min((a for a, _ in found), default=FIRST_HOUR), max((b for _, b in found), default=LAST_HOUR)


def _busy(board: Board) -> list[tuple[datetime, datetime]]:
    open_ = [span for day in board.dates for span in boards.opening(board.place, day)]
    return open_ + [(entry.starts_at, entry.ends_at) for entry in board.entries]


def table(board: Board, show: str) -> tuple[list[tuple[str, str]], list[Row]]:
    """Return headings and hours: for a day its columns, for a week its days."""
    if board.days == 1:
        columns = shown(board, show)
        heads = [(column.name, sub(column)) for column in columns]
        groups = [[e for e in board.entries if e.resource_id == column.id] for column in columns]
    else:
        heads = [(day_label(board, day), board.closed_for.get(day, "")) for day in board.dates]
        groups = [visits_on(board, day) for day in board.dates]
    first, last = hours(board)
    return heads, [_row(board, hour, groups) for hour in range(first, last)]


def visits_on(board: Board, day: date) -> list[Entry]:
    """Return the visits and blocks that begin on *day*."""
    begins, ends = board.place.midnight(day), board.place.midnight(day + DAY)
    return [entry for entry in board.visits() if begins <= entry.starts_at < ends]


def day_label(board: Board, day: date) -> str:
    """Return a day's name."""
    return render.when(board.place.midnight(day), board.place.zone, "day")


def _row(board: Board, hour: int, groups: list[list[Entry]]) -> Row:
    zone = ZoneInfo(board.place.zone)
    cells = tuple(
        tuple(line(board, entry) for entry in group if entry.starts_at.astimezone(zone).hour == hour)
        for group in groups
    )
    at = datetime(board.first.year, board.first.month, board.first.day, hour, tzinfo=zone)
    return Row(render.when(at.astimezone(UTC), board.place.zone, "time"), cells)
