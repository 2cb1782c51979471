"""What ends in the next ninety days, the visits booked past it, and moving one to a colleague who is free."""

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from saas.booking import reschedule, unfit
from saas.booking.reschedule import NewTime
from saas.booking.unfit import Unfit
from saas.kernel import clock
from saas.kernel.errors import DomainError
from saas.kernel.permissions import Permission
from saas.practice.snapshot import Practitioner
from saas.provisioning import expiring, reminded
from saas.provisioning.expiring import Ending
from saas.provisioning.reminded import Reminded
from saas.provisioning.views import scope_words, wording
from saas.provisioning.views.door import blueprint, may
from saas.scheduling import appointments
from saas.web import edge, errors, render
from saas.web.access import permit

# Each visit that is shown takes a search for colleagues.
PAGE = 10


@blueprint.get("/practice/expiries", endpoint="expiries")
@permit(Permission.PRACTICE_READ)
def expiries() -> str:
    """Show the board."""
    return _board()


@blueprint.post("/practice/expiries/move/<uuid:visit_id>", endpoint="move_to_colleague")
@permit(Permission.SCHEDULE_MANAGE)
def move(visit_id: UUID) -> Response:
    """Move a visit to a colleague at its own time, and come back to the board; the patient hears of it by mail."""
    version, form = edge.tenant().config_version, request.form
    row = appointments.get(visit_id, lock=True)
    seen = form.get("version", type=int)
    try:
        to = NewTime(row.starts_at, form.get("practitioner") or None, -1 if seen is None else seen)
        reschedule.reschedule(row, to, version, edge.actor(), clock.now())
    except DomainError as error:
        said = [scope_words.said(one) for one in error.reasons]
        refusal = " ".join(said) or errors.sentence_of(error)
        return make_response(_board(refusal) if may(Permission.PRACTICE_READ) else refusal, error.status)
    flash(_("Moved. The patient is told by mail."), "ok")
    return redirect(url_for("provisioning.expiries"))


def _board(refusal: str = "") -> str:
    """Return the board, headed by why a move was refused."""
    version, now = edge.tenant().config_version, clock.now()
    today = _today()
    stranded = unfit.of_people(expiring.people_losing(version, today), version, now)
    pages = max(1, -(-len(stranded) // PAGE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    may_move, endings = may(Permission.SCHEDULE_MANAGE), expiring.ahead(version, today)
    told = reminded.of(endings)
    shown = [_visit(one, version, may_move=may_move) for one in stranded[(page - 1) * PAGE : page * PAGE]]
    return render.page(
        "provisioning/expiries.html", visits=shown, counted=len(stranded),
        endings=[_ending(*one, today) for one in zip(endings, told, strict=True)],
        may_move=may_move, refusal=refusal, pages=_turning(page, pages),
    )  # fmt: skip


def _today() -> date:
    """Return the clinic's own day."""
    return clock.now().astimezone(ZoneInfo(edge.tenant().time_zone)).date()


def _ending(one: Ending, told: Sequence[Reminded], today: date) -> Any:
    who = one.person
    return SimpleNamespace(
        on=wording.day(one.on), left=(one.on - today).days, what=_what(one),
        name=who.name if who else "", slug=who.slug if who else "", is_rule=bool(one.rule),
        told=[_told(each) for each in told],
    )  # fmt: skip


def _told(one: Reminded) -> Any:
    """Return a reminder in words, and whether it reached nobody."""
    day = wording.day(one.at.astimezone(ZoneInfo(edge.tenant().time_zone)).date())
    if one.sent:
        mails = ngettext("%(num)d mail", "%(num)d mails", one.sent)
    else:
        mails = _("not delivered") if one.failed else _("being sent")
    said = _("%(days)s days: %(day)s · %(mails)s", days=one.threshold, day=day, mails=mails)
    return SimpleNamespace(said=str(said), is_lost=bool(one.failed and not one.sent))


def _what(one: Ending) -> str:
    if one.credential:
        return scope_words.held(one.credential)
    if one.procedure:
        return str(_("Privilege · %(act)s", act=scope_words.act(one.procedure)))
    return str(_("%(rule)s: to be looked at again", rule=one.rule))


def _visit(one: Unfit, version: int, *, may_move: bool) -> Any:
    row, now = appointments.get(one.visit), clock.now()
    found: Sequence[Practitioner] = unfit.colleagues(row, version, now) if may_move else ()
    return SimpleNamespace(
        id=one.visit, at=one.starts_at, zone=one.place.time_zone, place=one.place.name, person=one.person.name,
        treatment=wording.local(one.offering.name), reasons=[scope_words.said(r) for r in one.answer.reasons],
        colleagues=[(who.slug, who.name) for who in found], version=row.version,
    )  # fmt: skip


def _turning(page: int, pages: int) -> Any:
    here = "provisioning.expiries"
    return SimpleNamespace(
        page=page, pages=pages, before=url_for(here, page=page - 1) if page > 1 else "",
        after=url_for(here, page=page + 1) if page < pages else "",
    )  # fmt: skip
