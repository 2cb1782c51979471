"""One visit: what it is. Beside the calendar the same as on a page of its own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from saas.booking import clearing, no_show, reschedule, unfit
from saas.catalogue import policies
from saas.desk import money, visits
from saas.desk.views import arrivals, door, flags, ruling, saying, sums
from saas.desk.views.door import blueprint
from saas.desk.visits import Visit
from saas.kernel import clock
from saas.kernel.permissions import Permission
from saas.web import edge, i18n, render
from saas.web.access import permit

CHANGED = "schedule-changed"


@blueprint.get("/appointments/<uuid:appointment_id>")
@permit(Permission.SCHEDULE_READ)
def visit(appointment_id: UUID) -> Response:
    """Show a visit."""
    found = visits.look_up(appointment_id, edge.tenant().config_version)
    door.shown("opened", [found.patient.id] if found.patient else [])
    return show(found)


def show(found: Visit, *, note: str = "", kind: str = "ok", status: int = 200) -> Response:
    """Return the visit as a page, or as the panel beside the calendar."""
    now = clock.now()
    stands = money.find(found.row, now) if door.may(Permission.BILL_READ) and not found.is_block else None
    is_billed = stands is not None and stands.stands.is_issued
    may_change = found.may_change(now) and door.may(Permission.SCHEDULE_MANAGE) and not is_billed
    lost = _unfit(found, now)
    words: dict[str, Any] = {
        "visit": found, "note": note, "note_kind": kind, "location": found.place, "again": _again(found),
        "back": saying.schedule_url(found.place, found.row.wall_start), "history": _history(found),
        "state": saying.state(found.row.state), "source": saying.source(found.row.source),
        "may_change": may_change, "colleagues": _colleagues(found, now) if lost and may_change else [],
        "agreements": _agreements(found), "missing": _missing(found, now, is_billed=is_billed), "late": _late(found),
        "arrival": arrivals.of(found.row.id, found.row, now), "flag": _flag(found), "clearances": _clearances(found),
        "unfit": lost, "ruled": ruling.made(found.row),
        "ruling": ruling.of_visit(found.row, found.patient.name if found.patient else "", now),
        "may_see_money": door.may(Permission.BILL_READ), "money": sums.of_visit(found, stands),
    }  # fmt: skip
    return make_response(render.page("desk/visit.html", block="panel", **words), status)


def done(found: Visit, said: str) -> Response:
    """Answer a change: the panel anew, or the visit's page."""
    if request.headers.get("HX-Request"):
        fresh = visits.look_up(found.row.id, edge.tenant().config_version)
        response = show(fresh, note=said)
        response.headers["HX-Trigger"] = CHANGED
        return response
    flash(said, "ok")
    return redirect(url_for("desk.visit", appointment_id=found.row.id))


def _unfit(found: Visit, now: datetime) -> list[tuple[str, list[str]]]:
    """Return who may not perform their part of a visit to come any more, and why."""
    if found.is_block or found.row.ends_at <= now:
        return []
    told = unfit.of_visit(found.row, edge.tenant().config_version)
    return [(who.name, [saying.reason(one) for one in answer.reasons]) for who, answer in told]


def _colleagues(found: Visit, now: datetime) -> list[dict[str, str]]:
    """Return who could perform the visit at its very time, and what to send to move it to them."""
    wall = found.place.wall(found.row.starts_at)
    return [
        {"name": one.name, "practitioner": one.slug, "on": wall[:10], "at": wall[11:]}
        for one in unfit.colleagues(found.row, edge.tenant().config_version, now)
    ]


def _missing(found: Visit, now: datetime, *, is_billed: bool) -> dict[str, str]:
    """Return where it is noted that nobody came, and where that is taken back; empty where it cannot be."""
    may, visit_id = door.may(Permission.SCHEDULE_MANAGE) and not is_billed, found.row.id
    return {
        "note": url_for("desk.miss", appointment_id=visit_id)
        if may and no_show.may_note(found.row, now)
        else "",
        "undo": url_for("desk.submit_came", appointment_id=visit_id)
        if may and no_show.may_undo(found.row, now)
        else "",
    }


def _agreements(found: Visit) -> str:
    """Return where is told what is agreed with the patient, to who may change it."""
    if found.patient is None or not door.may(Permission.AGREEMENT_MANAGE):
        return ""
    return url_for("desk.agreements", patient_id=found.patient.id, visit=found.row.id)


def _flag(found: Visit) -> flags.Flag | None:
    """Return whether the patient is cleared for a visit that is to take place."""
    if found.row.state != "confirmed" or found.row.kind != "visit":
        return None
    return flags.of(clearing.standings(found.row, edge.tenant().config_version), found.row.exam)


def _clearances(found: Visit) -> str:
    """Return where the patient's examinations are, to who may see them."""
    if found.patient is None or not door.may(Permission.CLEARANCE_READ):
        return ""
    return url_for("desk.clearances", patient_id=found.patient.id, visit=found.row.id)


def _late(found: Visit) -> str:
    """Return what was agreed about coming late, in words; empty where nothing was."""
    kept = policies.read_snapshot(found.row.policy).late_arrival
    texts = kept.text if kept else {}
    return texts.get(i18n.locale().replace("_", "-")) or next(iter(texts.values()), "")


def _again(found: Visit) -> str | None:
    """Return where the same is booked anew, for a visit that was called off or missed."""
    if found.row.state not in ("cancelled", "no_show") or found.offering is None:
        return None
    who = found.practitioner.slug if found.practitioner else None
    return url_for("desk.new", location=found.place.slug, offering=found.offering.slug, at=found.row.wall_start,
                   practitioner=who, patient=found.row.patient_id, add_on=_add_ons(found))  # fmt: skip


def _add_ons(found: Visit) -> list[str]:
    return [one.slug for one in reschedule.add_ons_of(found.row)]


def _history(found: Visit) -> list[tuple[str, datetime, str]]:
    """Return what happened, when and by whom."""
    return [
        (saying.happened(event.kind), event.recorded_at, saying.by_whom(event.actor_kind, name))
        for event, name in visits.history(found)
    ]
