"""About you, and booked: the last two steps. A hold that ran out keeps what was typed."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.booking import agreed, asking, complete, confirm, deadlines, deposits, reschedule, visitors
from saas.booking.asking import Channel, Examined
from saas.booking.complete import Completion
from saas.booking.forms import AboutForm, SlotForm
from saas.booking.suitable import NotForPatient
from saas.booking.views import board, door, paid, paying, visit, visiting, wording
from saas.booking.views.door import blueprint
from saas.catalogue import offerings, varying
from saas.db import session
from saas.kernel import clock, ids
from saas.patients import records
from saas.practice import places
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import HoldLapsed, NoSuchHold
from saas.scheduling.states import State
from saas.web import edge, errors, render
from saas.web.access import public


@blueprint.get("/book/holds/<uuid:hold_id>")
@public
def about(hold_id: UUID) -> Response:
    """Ask who the visit is for, while its time is held."""
    row = complete.get_hold(hold_id, visiting.require_digest())
    if door.is_booked(row):
        return redirect(url_for("booking.booked", hold_id=row.id))
    if _is_open(row):
        return make_response(_about(row, _prefilled(row)))
    later = visitors.find_next(row, clock.now())
    if later is not None:
        flash(_("You chose another time since: it is this one."))
        return redirect(url_for("booking.about", hold_id=later.id))
    return _again(row, _prefilled(row))


@blueprint.post("/book/holds/<uuid:hold_id>")
@public
def finish(hold_id: UUID) -> Response:
    """Take the visitor's details and terms, and book."""
    row = complete.get_hold(hold_id, visiting.require_digest())
    if door.is_booked(row):
        return door.go(url_for("booking.booked", hold_id=row.id))
    form, now = AboutForm(), clock.now()
    if not _is_open(row):
        return _again(row, form)
    details = form.read(now.date(), _region(row))
    if details is None:
        return make_response(_about(row, form), 422)
    try:
        with session.current().begin_nested():
            complete.complete(row, Completion(details, terms=_terms(row)), visiting.VISITOR, now)
            if row.on_request or deposits.due(row.id) is None:
                confirm.confirm(row, visiting.VISITOR, now)
    except HoldLapsed:
        return _again(row, form)
    except NotForPatient as error:
        form.blame_patient(error)
        return make_response(_about(row, form), error.status)
    if row.state == State.HELD:
        return paying.go_on(row)
    return door.go(url_for("booking.booked", hold_id=row.id))


@blueprint.post("/book/holds/<uuid:hold_id>/times")
@public
def choose_again(hold_id: UUID) -> Response:
    """Show another day's times beside what the visitor typed."""
    row = complete.get_hold(hold_id, visiting.require_digest())
    if door.is_booked(row):
        return door.go(url_for("booking.booked", hold_id=row.id))
    if _is_open(row):
        return door.go(url_for("booking.about", hold_id=row.id))
    return _again(row, AboutForm(), status=200)


@blueprint.get("/book/booked/<uuid:hold_id>")
@public
def booked(hold_id: UUID) -> Response | str:
    """Say that the visit is booked, and all one needs for it."""
    row = complete.get_hold(hold_id, visiting.require_digest())
    if not door.is_booked(row):
        return redirect(url_for("booking.about", hold_id=row.id))
    patient = records.get(row.patient_id) if row.patient_id else None
    seen = visit.of(row, edge.tenant().config_version)
    return render.page(
        "booking/booked.html", visit=seen, patient=patient, is_cancelled=row.state == State.CANCELLED,
        decide_by=row.held_until,
        paid=paid.of(row), receipt=url_for("booking.receipt", hold_id=row.id),
    )  # fmt: skip


@blueprint.get("/book/booked/<uuid:hold_id>/appointment.ics")
@public
def calendar(hold_id: UUID) -> Response:
    """Give the visit as a calendar file."""
    row = complete.get_hold(hold_id, visiting.require_digest())
    if not door.is_booked(row):
        raise NoSuchHold
    return calendar_response(row)


@blueprint.get("/book/booked/<uuid:hold_id>/receipt.pdf")
@public
def receipt(hold_id: UUID) -> Response:
    """Give the receipt for what was paid."""
    return paid.receipt(complete.get_hold(hold_id, visiting.require_digest()))


def calendar_response(row: Appointment) -> Response:
    """Return the visit's calendar file as a download."""
    response = make_response(visit.calendar(row, edge.tenant()))
    response.content_type = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = "attachment; filename=appointment.ics"
    return response


def carry_on(row: Appointment) -> Response:
    """Go on with a new time and what was typed for a former one; nothing that was typed is lost."""
    form, now = AboutForm(), clock.now()
    if form.is_blank:
        return door.go(url_for("booking.about", hold_id=row.id))
    details = form.read(now.date(), _region(row), terms_needed=False)
    if details is None:
        return make_response(
            _about(row, form), 422, {"HX-Replace-Url": url_for("booking.about", hold_id=row.id)}
        )
    terms = _terms(row) if form.terms.data else None
    try:
        with session.current().begin_nested():
            complete.complete(row, Completion(details, terms=terms), visiting.VISITOR, now)
    except NotForPatient as error:
        form.blame_patient(error)
        return make_response(_about(row, form), error.status)
    return door.go(url_for("booking.about", hold_id=row.id))


def choose_again_after(former: str, refused: Any) -> Response:
    """Show fresh times beside what was typed, and why the last choice could not be had."""
    hold_id = ids.parse(former)
    if hold_id is None:
        raise NoSuchHold
    row = complete.get_hold(hold_id, visiting.require_digest())
    return _again(row, AboutForm(), status=refused.status, refused=refused)


def _again(row: Appointment, form: AboutForm, *, status: int = 409, refused: Any = None) -> Response:
    version, now = edge.tenant().config_version, clock.now()
    offering = reschedule.offering_of(row)
    location = places.get_by_id(row.location_id)
    plain = asking.wish(
        offering.slug, location.slug, version, Channel.ONLINE, add_ons=_still_offered(row, version)
    )
    known = varying.has(offerings.get(offering.slug, version), row.variant)
    wish = asking.vary(plain, row.variant if known else None)
    wish = replace(wish, exam=Examined.IN_VISIT if row.exam else Examined.BEFORE)
    asked, held = door.asked_day("day"), visitors.find_open_hold(row.holder_digest, now)
    look = board.Look(day=asked or wish.today(row.starts_at), held=held, is_flexible=asked is None)
    shown = board.show(wish, look, now, _no_address)
    page = render.page(
        "booking/again.html", board=shown, same=shown.find(row.starts_at, row.practitioner_id),
        visit=visit.of(row, version), form=form, slot_form=SlotForm(), hold_id=row.id, terms=_terms(row),
        refused=refused,
        sentence=refused.sentence if refused else errors.sentence_of(HoldLapsed()),
    )  # fmt: skip
    return make_response(page, status)


def _still_offered(row: Appointment, config_version: int) -> list[str]:
    """Return the add-ons of a hold that ran out, as far as they are still in use."""
    known = offerings.list_add_ons(config_version)
    return [one.slug for one in reschedule.add_ons_of(row) if one.slug in known]


def _about(row: Appointment, form: AboutForm) -> str:
    left = (row.held_until - clock.now()).total_seconds() if row.held_until else 0
    seen = visit.of(row, edge.tenant().config_version)
    return render.page(
        "booking/about.html", visit=seen, form=_asking(form, row), terms=_terms(row), held_until=row.held_until,
        decide_by=deadlines.decide_by(row.starts_at, clock.now()), seconds_left=max(0, int(left)),
        times_href=door.times_href(row),
    )  # fmt: skip


def _asking(form: AboutForm, row: Appointment) -> AboutForm:
    """Return the form, which asks for the birth date where the treatment has an age limit."""
    parts = (reschedule.offering_of(row), *reschedule.add_ons_of(row))
    if any(one.patients.has_ages for one in parts):
        form.birth_date.label.text = _("Date of birth")
        form.birth_date.description = _("There is an age limit for this treatment.")
    return form


def _prefilled(row: Appointment) -> AboutForm:
    """Return the form with what the visitor has told of themselves so far."""
    known = records.get(row.patient_id) if row.patient_id else None
    return AboutForm(obj=known, terms=row.terms_accepted_at is not None)


def _is_open(row: Appointment) -> bool:
    return row.state == State.HELD and row.held_until is not None and row.held_until > clock.now()


def _terms(row: Appointment) -> str:
    language = wording.language()
    return agreed.terms(row, edge.tenant().text("booking_terms", language), language)


def _region(row: Appointment) -> str:
    return places.get_by_id(row.location_id).country


def _no_address(**_asked: object) -> str:
    """Return no address: on this page another day is a button, so that what was typed stays."""
    return ""
