"""A new appointment at the desk: what and when by links, then for whom by one form."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from saas.booking import explaining, searching, suitable
from saas.booking.asking import Examined, Wish
from saas.booking.hold import Asked
from saas.booking.suitable import NotForPatient
from saas.catalogue import offerings
from saas.desk import appointing, moving
from saas.desk.appointing import Guest
from saas.desk.forms import PatientForm
from saas.desk.places import NoSuchTime, Place
from saas.desk.views import adding, door, saying
from saas.desk.views.adding import Wished
from saas.desk.views.door import blueprint
from saas.kernel import clock, ids
from saas.kernel.errors import DomainError, NotFound
from saas.kernel.permissions import Permission
from saas.patients import records
from saas.patients.models import Patient
from saas.patients.records import Details
from saas.practice.snapshot import Practitioner
from saas.scheduling import masks
from saas.scheduling.states import State
from saas.web import edge, render
from saas.web.access import permit

DAYS = 7


@dataclass(frozen=True)
class Free:
    """A free time, with whom, and where it is chosen; with `on_request`, a clinician decides."""

    starts_at: datetime
    name: str
    href: str
    on_request: bool = False


@dataclass(frozen=True)
class Day:
    """A day's free times; why it is closed (None: it is open), why too near to another visit (empty: it is not)."""

    name: str
    slots: list[Free]
    closed_for: str | None
    too_soon: str


@dataclass(frozen=True)
class Draft:
    """What of an appointment is said so far, in the page's address."""

    place: Place
    offering: str
    practitioner: str
    on: date
    at: str
    add_ons: tuple[str, ...] = ()
    variant: str = ""
    exam: str = ""
    patient: Patient | None = None

    def href(self, **other: Any) -> str:
        """Return the address of this draft with something else in it."""
        asked = {"location": self.place.slug, "offering": self.offering, "practitioner": self.practitioner,
                 "on": self.on.isoformat(), "at": self.at, "variant": self.variant, "add_on": self.add_ons,
                 "exam": self.exam, "patient": self.patient and self.patient.id, **other}  # fmt: skip
        return url_for("desk.new", **{name: value for name, value in asked.items() if value})

    def free(self, starts_at: datetime, person: Practitioner, on_request: bool = False) -> Free:
        """Return a free time as the page offers it."""
        href = self.href(at=self.place.wall(starts_at), practitioner=person.slug)
        return Free(starts_at, person.name, href, on_request)


@blueprint.get("/appointments/new")
@permit(Permission.SCHEDULE_MANAGE)
def new() -> Response:
    """Ask what is to be booked, and when; then for whom."""
    draft, now = _draft(clock.now()), clock.now()
    wished = _wished(draft)
    if (wish := wished.wish) is None or wished.refusal or not draft.at:
        return _choose(draft, wished, now)
    if refusal := _why_not(draft, wish, now):
        return _choose(replace(draft, at=""), wished, now, refusal)
    return _ask_whom(draft, wish, PatientForm(formdata=None), [draft.patient] if draft.patient else [])


@blueprint.post("/appointments/new")
@permit(Permission.SCHEDULE_MANAGE)
def submit_new() -> Response:
    """Search for the patient, or book."""
    draft, form, now = _draft(clock.now()), PatientForm(), clock.now()
    wished = _wished(draft)
    if (wish := wished.wish) is None or wished.refusal or not draft.at:
        return _choose(draft, wished, now)
    if not form.validate_on_submit() or "search" in request.form:
        return _ask_whom(draft, wish, form, _search(form), status=422 if form.errors else 200)
    guest = _guest(form)
    alike = appointing.alike(guest.details) if guest.details and "new" not in request.form else []
    if alike:
        form.form_errors.append(_("Somebody with this e-mail address or phone number is known already."))
        return _ask_whom(draft, wish, form, alike, status=409, may_insist=True)
    return _book(draft, wish, guest, form, now)


def _book(draft: Draft, wish: Wish, guest: Guest, form: PatientForm, now: datetime) -> Response:
    asked = Asked(
        draft.offering,
        draft.place.slug,
        draft.place.instant(draft.at),
        draft.practitioner or None,
        draft.add_ons,
        draft.variant or None,
        exam=Examined.IN_VISIT if draft.exam else None,
    )
    try:
        row = appointing.book(asked, guest, edge.tenant().config_version, edge.actor(), now)
    except records.DetailsRefused as error:
        for reason in error.reasons:
            field = next((one.name for one in form if reason.code.startswith(one.name)), None)
            form.refuse(DomainError(reason.sentence, (), **dict(reason.params)), field)
        return _ask_whom(draft, wish, form, [], status=error.status)
    except DomainError as error:
        if error.code in ("patient_busy", NotForPatient.code):
            needs_day = any(reason.code == "birth_date_needed" for reason in error.reasons)
            form.refuse(error, "birth_date" if needs_day else None)
            draft = replace(draft, patient=records.get(guest.patient_id) if guest.patient_id else None)
            return _ask_whom(draft, wish, form, [], status=error.status)
        return _choose(replace(draft, at=""), Wished(wish), now, saying.refusal(error), error.status)
    at = render.when(row.starts_at, draft.place.zone)
    waits = row.state == State.PENDING
    said = (
        _("Asked for on %(when)s: a clinician decides.", when=at)
        if waits
        else _("Booked for %(when)s.", when=at)
    )
    flash(said, "ok")
    return redirect(url_for("desk.visit", appointment_id=row.id))


def _draft(now: datetime) -> Draft:
    asked, place = request.args, door.place()
    at = asked.get("at", "")
    try:
        on = date.fromisoformat(at[:10] or asked.get("on", ""))
    except ValueError:
        on = place.today(now)
    offering, boxes_of = asked.get("offering", ""), asked.get("add_ons_of")
    add_ons = tuple(asked.getlist("add_on")) if boxes_of in (None, offering) else ()
    variant = asked.get("variant", "") if asked.get("variant_of") in (None, offering) else ""
    exam = Examined.IN_VISIT if asked.get("exam") else ""
    patient = _known(asked.get("patient", ""))
    return Draft(place, offering, asked.get("practitioner", ""), on, at, add_ons, variant, exam, patient)


def _wished(draft: Draft) -> Wished:
    """Return what is wished for; of a patient who is chosen, without the days too near to another visit of theirs."""
    wished = adding.ask(draft.offering, draft.place.slug, draft.practitioner, draft.add_ons, draft.variant)
    if wished.wish is not None and draft.patient is not None:
        wished = replace(wished, wish=suitable.for_patient(wished.wish, draft.patient.id))
    return adding.examined(wished, draft.on) if draft.exam else wished


def _why_not(draft: Draft, wish: Wish, now: datetime) -> str:
    """Return why the time that was asked for cannot be had; empty where it can."""
    try:
        reasons = explaining.explain(wish, draft.place.instant(draft.at), now)
    except NoSuchTime as error:
        return saying.refusal(error)
    return " ".join(map(saying.reason, reasons))


def _choose(draft: Draft, wished: Wished, now: datetime, refusal: str = "", status: int = 200) -> Response:
    first, wish = max(draft.on, draft.place.today(now)), wished.wish
    may_be = None if wished.refusal else wish
    free = _days(draft, may_be, first, now) if may_be else []
    offered = offerings.list_current(edge.tenant().config_version).values()
    here = draft.place.found
    words: dict[str, Any] = {
        "draft": draft, "wish": wish, "refusal": wished.refusal or refusal, "days": free, "location": draft.place,
        "soonest": _soonest(draft, may_be, now) if may_be else None,
        "variants": adding.variants(wish, first), "exam_minutes": adding.exam_minutes(wish, first),
        "add_ons": adding.choices(wish, draft.add_ons, first), "summary": _summary(may_be, first),
        "offerings": [(o.slug, o.text("name")) for o in offered if draft.place.slug in o.locations],
        "people": [
            (p.slug, p.name) for p in door.practice().practitioners.values() if here and here.id in p.hours
        ],
        "places": [(p.slug, p.name) for p in door.practice().places.values()],
        "later": draft.href(on=(first + timedelta(days=DAYS)).isoformat()), "first": first,
        "anybody": draft.href(patient=None),
    }  # fmt: skip
    status = 422 if wished.refusal else status
    return make_response(render.page("desk/new.html", block="choices", **words), status)


def _summary(wish: Wish | None, on: date) -> dict[str, Any] | None:
    """Return what is wished for, how long the patient is there, and what it costs on a day."""
    if wish is None:
        return None
    cost, why_none = adding.cost(wish, on)
    minutes = wish.timeline.patient.minutes
    return {
        "treatment": adding.called(wish), "minutes": minutes, "cost": cost, "why_none": why_none,
        "course": wish.offering.course,
    }  # fmt: skip


def _days(draft: Draft, wish: Wish, first: date, now: datetime) -> list[Day]:
    """Return the free times of each day on the offering's own grid; any five minutes may be asked for."""
    found = searching.find(wish, first, DAYS, now)
    grid = max(wish.offering.grid_minutes, masks.GRANULE_MINUTES)
    return [
        Day(
            render.when(draft.place.midnight(day.on), draft.place.zone, "day"),
            [
                draft.free(s.starts_at, s.practitioner, s.on_request)
                for s in day.slots
                if _on_grid(wish, s.starts_at, grid)
            ],
            day.closed_for,
            _too_soon(wish, day.on),
        )
        for day in searching.by_day(wish, found)
    ]


def _too_soon(wish: Wish, on: date) -> str:
    near = suitable.too_soon(wish.away, on)
    return saying.reason(near) if near else ""


def _on_grid(wish: Wish, at: datetime, minutes: int) -> bool:
    wall = Place(wish.place).wall(at)
    return (int(wall[11:13]) * 60 + int(wall[14:16])) % minutes == 0


def _soonest(draft: Draft, wish: Wish, now: datetime) -> Free | None:
    offers = moving.soonest(wish, now, now)
    first = min(offers, key=lambda offer: offer.starts_at, default=None)
    return draft.free(first.starts_at, first.practitioner) if first else None


def _ask_whom(draft: Draft, wish: Wish, form: PatientForm, found: list[Patient], status: int = 200,
              *, may_insist: bool = False) -> Response:  # fmt: skip
    door.shown("searched", [patient.id for patient in found])
    words: dict[str, Any] = {"draft": draft, "wish": wish, "form": form, "found": found, "location": draft.place,
             "searched": "search" in request.form, "asks_age": wish.asks_age,
             "may_insist": may_insist,
             "starts_at": draft.place.instant(draft.at), "summary": _summary(wish, draft.on)}  # fmt: skip
    return make_response(render.page("desk/whom.html", **words), status)


def _search(form: PatientForm) -> list[Patient]:
    words = (form.words.data or "").strip()
    return records.search(words) if words else []


def _guest(form: PatientForm) -> Guest:
    if form.patient.data:
        known = ids.parse(form.patient.data)
        if known is None:
            raise NotFound
        return Guest(patient_id=known, born=form.birth_date.data)
    given, family = form.given_name.data or "", form.family_name.data or ""
    return Guest(
        details=Details(given, family, form.email.data or "", form.phone.data or "", form.birth_date.data)
    )


def _known(text: str) -> Patient | None:
    known: UUID | None = ids.parse(text)
    return records.get(known) if known else None
