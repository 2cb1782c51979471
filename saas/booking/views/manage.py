"""The mailed link: one visit, to be moved or called off. Opening it changes nothing; its buttons spend it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, redirect, request, session, url_for
from werkzeug.wrappers import Response

from saas.booking import asking, cancel, links, reschedule
from saas.booking.asking import Wish
from saas.booking.forms import ActForm, read_slot
from saas.booking.links import LinkSpent
from saas.booking.models import ManageLink
from saas.booking.reschedule import NewTime, TooLate
from saas.booking.views import board, door, finishing, paid, visit, visiting
from saas.booking.views.board import Href, Look
from saas.db import session as database
from saas.kernel import clock, ids
from saas.kernel.errors import Conflict, NotFound
from saas.patients import records
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import NotBookable
from saas.scheduling.states import State
from saas.web import edge, errors, headers, render
from saas.web.access import public

blueprint = Blueprint("manage", __name__)
DONE = "managed"


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    """Let nobody keep, index or pass on an address that opens a visit."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return headers.never_store(response)


@blueprint.errorhandler(LinkSpent)
def help_on(error: LinkSpent) -> Response:
    """Say what to do with a link that is of no more use."""
    page = render.page("booking/link_spent.html", sentence=errors.sentence_of(error))
    return make_response(page, error.status)


@blueprint.get("/m/<secret>")
@public
def show(secret: str) -> str:
    """Show the visit, and what can be done with it."""
    return _show(secret, _opened(secret))


@blueprint.get("/m/<secret>/times")
@public
def times(secret: str) -> str:
    """Show the times to which the visit can move, as if it were not there itself."""
    row = _opened(secret)
    return _times(secret, row, Look(door.asked_day("from"), door.asked_day("day"), ignoring=row.id))


@blueprint.get("/m/<secret>/move")
@public
def review_move(secret: str) -> Response | str:
    """Show old time and new, and what moving does, before it is done."""
    row, now = _opened(secret), clock.now()
    wanted = read_slot(request.args.get("slot", ""))
    if wanted is None:
        return redirect(url_for("manage.times", secret=secret))
    if reschedule.refusal(row, now):
        return _show(secret, row)
    practitioner, starts_at = wanted
    wish = _wish(row, practitioner)
    return render.page(
        "booking/move.html", visit=_seen(row), starts_at=starts_at, practitioner=wish.practitioner, secret=secret,
        slot=request.args["slot"], form=ActForm(),
        back=url_for("manage.times", secret=secret, day=wish.today(starts_at)),
        consequences=cancel.consequences(row, "reschedule", now),
    )  # fmt: skip


@blueprint.post("/m/<secret>/move")
@public
def move(secret: str) -> Response:
    """Move the visit, once."""
    form, now = ActForm(), clock.now()
    wanted = read_slot(form.slot.data or "")
    row = _opened(secret)
    if wanted is None:
        return redirect(url_for("manage.times", secret=secret), 303)
    to = NewTime(wanted[1], wanted[0], _version(form))
    try:
        with database.current().begin_nested():
            row = _spent(secret, now)
            reschedule.reschedule(row, to, edge.tenant().config_version, visiting.VISITOR, now)
    except (Conflict, NotBookable) as error:
        return _not_moved(secret, row, to, error)
    return _done(secret, row, "moved")


@blueprint.post("/m/<secret>/cancel")
@public
def call_off(secret: str) -> Response:
    """Call the visit off, once."""
    form, now = ActForm(), clock.now()
    row = _opened(secret)
    try:
        with database.current().begin_nested():
            row = _spent(secret, now)
            cancel.cancel(row, visiting.VISITOR, now, version=_version(form))
    except Conflict as error:
        return make_response(_show(secret, row, errors.sentence_of(error)), error.status)
    return _done(secret, row, "cancelled")


@blueprint.get("/m/done")
@public
def done() -> str:
    """Say what was done, to whoever did it."""
    row, what = _just_done(), session[DONE][0]
    return render.page(
        "booking/done.html",
        visit=_seen(row),
        what=what,
        paid=paid.of(row),
        receipt=url_for("manage.done_receipt"),
    )


@blueprint.get("/m/done/appointment.ics")
@public
def calendar() -> Response:
    """Give the moved visit as a calendar file."""
    return finishing.calendar_response(_just_done())


@blueprint.get("/m/done/receipt.pdf")
@public
def done_receipt() -> Response:
    """Give the receipt of the visit that was just moved or called off."""
    return paid.receipt(_just_done())


@blueprint.get("/m/<secret>/receipt.pdf")
@public
def receipt(secret: str) -> Response:
    """Give the receipt of the visit."""
    return paid.receipt(_opened(secret))


def _just_done() -> Appointment:
    """Return the visit that whoever asks has just changed. LinkSpent."""
    found = ids.parse((*session.get(DONE, ()), "", "")[1])
    if found is None:
        raise LinkSpent
    return appointments.get(found)


def _opened(secret: str) -> Appointment:
    return _visit_of(links.open_(secret, clock.now()))


def _spent(secret: str, now: datetime) -> Appointment:
    """Spend the link; whoever had it has shown that the address it was mailed to is theirs."""
    row = _visit_of(links.spend(secret, now), lock=True)
    if row.patient_id is not None:
        records.prove(records.get(row.patient_id), now)
    return row


def _visit_of(link: ManageLink, *, lock: bool = False) -> Appointment:
    try:
        return appointments.get(link.appointment_id, lock=lock)
    except NotFound as error:
        raise LinkSpent from error


def _show(secret: str, row: Appointment, sentence: str = "") -> str:
    now = clock.now()
    stays = reschedule.refusal(row, now)
    return render.page(
        "booking/manage.html", visit=_seen(row), secret=secret, form=ActForm(), sentence=sentence,
        is_cancelled=row.state == State.CANCELLED, may_change=row.state == State.CONFIRMED and row.starts_at > now,
        decide_by=row.held_until,
        consequences=cancel.consequences(row, "cancel", now), paid=paid.of(row),
        receipt=url_for("manage.receipt", secret=secret), stays=errors.sentence_of(stays) if stays else "",
    )  # fmt: skip


def _times(secret: str, row: Appointment, look: Look, sentence: str = "") -> str:
    now = clock.now()
    if row.state != State.CONFIRMED or row.starts_at <= now:
        return _show(secret, row, errors.sentence_of(TooLate()))
    if reschedule.refusal(row, now):
        return _show(secret, row)
    wish = _wish(row, request.values.get("practitioner"))
    return render.page(
        "booking/move_times.html", block="times", board=board.show(wish, look, now, _ways(secret, wish)),
        visit=_seen(row), secret=secret, sentence=sentence, consequences=cancel.consequences(row, "reschedule", now),
    )  # fmt: skip


def _not_moved(secret: str, row: Appointment, to: NewTime, error: Conflict | NotBookable) -> Response:
    zone_day = _wish(row, None).today(to.starts_at)
    look = Look(day=zone_day, ignoring=row.id, is_flexible=True)
    return make_response(_times(secret, row, look, errors.sentence_of(error)), error.status)


def _done(secret: str, row: Appointment, what: str) -> Response:
    session[DONE] = [what, str(row.id)]
    return redirect(url_for("manage.done"), 303)


def _wish(row: Appointment, practitioner: str | None) -> Wish:
    """Return what the visit is, with the practitioner asked for, or anyone."""
    wish = reschedule.wish_of(row, edge.tenant().config_version, asking.Channel.ONLINE, practitioner)
    return wish if practitioner else board.with_anyone(wish)


def _ways(secret: str, wish: Wish) -> Href:
    def href(day: Any = None, first: Any = None, location: str = "", **changed: str | None) -> str:
        person = wish.practitioner.slug if wish.practitioner else None
        asked: dict[str, Any] = {"practitioner": person, "day": day, "from": first, **changed}
        return "" if location else url_for("manage.times", secret=secret, **asked)

    return href


def _seen(row: Appointment) -> visit.Visit:
    return visit.of(row, edge.tenant().config_version)


def _version(form: ActForm) -> int | None:
    text = form.version.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
