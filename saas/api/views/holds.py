"""Holding a time until the visit is certain. A hold belongs to the token that made it; its id opens nothing."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for
from pydantic import BaseModel, Field, HttpUrl

from saas.api import describing, idempotency
from saas.api.describing import Assignment, VisitBody
from saas.api.door import BOOKING, CONFLICT, Body, Instant, Money, Problem, blueprint
from saas.billing import quotes
from saas.billing.quoting import QuoteLine
from saas.booking import agreed, complete, confirm, hold, listing, pay
from saas.booking.asking import Examined
from saas.booking.complete import Completion
from saas.booking.hold import Holder
from saas.catalogue import offerings
from saas.catalogue.contents import PRACTITIONER, Offering
from saas.kernel import clock
from saas.kernel.money import Money as Amount
from saas.kernel.permissions import Permission
from saas.patients.records import Details
from saas.practice import snapshot
from saas.practice.snapshot import Practice
from saas.scheduling import insides
from saas.scheduling.insides import Crew
from saas.scheduling.models import Appointment
from saas.tenancy import tenants
from saas.web import edge
from saas.web.access import permit


class HoldPath(BaseModel):
    """Which hold."""

    hold_id: UUID


class NewHold(Body):
    """What to hold, by slugs, and when. A `patient` is one who is known."""

    location: str = Field(examples=["phoenix"])
    offering: str = Field(examples=["first-consultation"])
    add_ons: list[str] = Field(default_factory=list, max_length=8, description="Slugs", examples=[["prp"]])
    variant: str | None = Field(
        None, description="A variant's slug, such as a body area; the first where left out", examples=["face"]
    )
    starts_at: Instant
    exam: Examined = Field(
        Examined.IN_VISIT,
        description="How an examination is had that comes first; as in the search that showed the time",
    )
    practitioner: str | None = Field(None, description="A slug; whoever is free where left out")
    patient: UUID | None = None


class PatientDetails(Body):
    """Someone new, as they say of themselves; what cannot be is refused with a reason for each field."""

    given_name: str = Field(examples=["Ann"])
    family_name: str = Field(examples=["Lee"])
    email: str = Field(examples=["ann.lee@mail.example"])
    phone: str = Field(examples=["+1 602 555 0123"])
    birth_date: date | None = None


class KnownPatient(Body):
    """Someone who has a record."""

    id: UUID


class HoldChange(Body):
    """What is said of a hold: who it is for, and that the clinic's terms are accepted."""

    patient: KnownPatient | PatientDetails | None = None
    terms: bool | None = Field(None, description="True accepts the clinic's booking terms as they stand")


class QuoteLineBody(BaseModel):
    """What is charged for the offering, or for an add-on; `tax` is null where it is still for review."""

    name: str
    net: Money
    tax: Money | None
    tax_percent: str | None = Field(examples=["8.6"])


class HoldBody(BaseModel):
    """A held time. `needs` is what is still open before it can be confirmed."""

    id: UUID
    state: str = Field(
        description="held, pending, confirmed, lapsed, released, refused or cancelled", examples=["held"]
    )
    version: int
    location: str | None
    offering: str | None
    variant: str | None = Field(description="The slug of the variant that is booked", examples=["face"])
    add_ons: list[str]
    practitioner: str | None
    assignment: list[Assignment] = Field(description="Who fills each role of the visit")
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    expires_at: datetime | None
    exam_minutes: int = Field(
        description="How long the examination takes with which it begins; 0 without one"
    )
    on_request: bool = Field(
        description="Confirmed, it waits for a clinician's decision; no deposit is asked for"
    )
    patient: UUID | None
    quote: Money | None = Field(
        description="The price with tax, frozen with the hold; null where it is free of charge"
    )
    lines: list[QuoteLineBody] = Field(description="What the quote is made of")
    deposit: Money | None = Field(description="What has to be paid before the visit is certain")
    needs: list[str] = Field(examples=[["patient", "terms"]])


class Checkout(Body):
    """Where the patient goes after the payment page: your own page, with `/paid` or `/unpaid` added to it."""

    return_url: HttpUrl | None = Field(None, description="A page of the clinic's where left out")


class PaymentPage(BaseModel):
    """Where the deposit is paid. The time is held until the page ends, once."""

    url: str
    expires_at: datetime
    payment: UUID
    amount: Money


class Questions(BaseModel):
    """What is still to be answered before the hold can be confirmed."""

    questions: list[dict[str, Any]]
    version: int


@blueprint.post("/holds", tags=[BOOKING], responses={201: HoldBody, **CONFLICT})
@permit(Permission.HOLD_WRITE)
@idempotency.once
def make_hold(body: NewHold) -> Any:
    """Hold a time for ten minutes.

    409 `slot_taken` or `cap_reached`, 422 `not_bookable`, `not_eligible`, `add_on_refused` or `variant_refused`.
    """
    actor, now = edge.actor(), clock.now()
    added = tuple(body.add_ons)
    asked = hold.Asked(
        body.offering, body.location, body.starts_at, body.practitioner, added, body.variant,
        exam=body.exam, examined=body.patient,
    )  # fmt: skip
    row = hold.hold(asked, _holder(), edge.tenant().config_version, actor, now)
    if body.patient is not None:
        complete.complete(row, Completion(patient_id=body.patient), actor, now)
    return _hold(row), 201


@blueprint.get("/holds/<uuid:hold_id>", tags=[BOOKING], responses={200: HoldBody})
@permit(Permission.HOLD_WRITE)
def read_hold(path: HoldPath) -> Any:
    """Say how a hold of this token stands."""
    return _hold(_own(path))


@blueprint.get("/holds/<uuid:hold_id>/questions", tags=[BOOKING], responses={200: Questions})
@permit(Permission.HOLD_WRITE)
def list_questions(path: HoldPath) -> Any:
    """List what is still to be answered."""
    return {"questions": [], "version": _own(path).version}


@blueprint.patch("/holds/<uuid:hold_id>", tags=[BOOKING], responses={200: HoldBody, **CONFLICT})
@permit(Permission.HOLD_WRITE)
@idempotency.once
def complete_hold(path: HoldPath, body: HoldChange) -> Any:
    """Say who it is for and accept the terms.

    409 `patient_busy` or `hold_lapsed`, 422 `details_refused` or `not_for_patient`.
    """
    said = body.patient
    known = said.id if isinstance(said, KnownPatient) else None
    details = Details(**said.model_dump()) if isinstance(said, PatientDetails) else None
    row = _own(path)
    terms = agreed.terms(row, edge.tenant().text("booking_terms"), "") if body.terms else None
    complete.complete(row, Completion(details, known, terms), edge.actor(), clock.now())
    return _hold(row)


@blueprint.post("/holds/<uuid:hold_id>/confirm", tags=[BOOKING], responses={200: VisitBody, **CONFLICT})
@permit(Permission.HOLD_WRITE)
@idempotency.once
def confirm_hold(path: HoldPath) -> Any:
    """Make the visit certain, or `pending` until `decide_by` where it is on request.

    402 `payment_required`, 409 `needs_open` or `hold_lapsed`.
    """
    row = _own(path)
    confirm.confirm(row, edge.actor(), clock.now())
    return describing.visit(listing.get(row.id))


@blueprint.post("/holds/<uuid:hold_id>/checkout", tags=[BOOKING], responses={200: PaymentPage, **CONFLICT})
@permit(Permission.HOLD_WRITE)
@idempotency.once
def check_out(path: HoldPath, body: Checkout) -> Any:
    """Open the page where the deposit is paid, or find it again: 409 `nothing_due`, `already_paid`, `needs_open`.

    Once it is paid, the visit is certain without another call; `state` says so. 503 where the payment
    service does not answer: ask again.
    """
    row, now = _own(path), clock.now()
    page = str(body.return_url).rstrip("/") if body.return_url else edge.settings().url(*_home())
    payment = pay.begin(row, page, edge.actor(), now)
    url = pay.open_page(payment, now)
    amount = describing.money(Amount(payment.amount_minor, payment.currency))
    expires_at = describing.instant(payment.expires_at, ZoneInfo(row.time_zone))
    return {"url": url, "expires_at": expires_at, "payment": str(payment.id), "amount": amount}


@blueprint.delete("/holds/<uuid:hold_id>", tags=[BOOKING], responses={204: None, 409: Problem})
@permit(Permission.HOLD_WRITE)
def release_hold(path: HoldPath) -> Any:
    """Let a hold go; one that is over already stays so."""
    hold.let_go(_own(path), edge.actor())
    return "", 204


def _home() -> tuple[str, str]:
    return tenants.primary_host(edge.tenant().id), url_for(
        "booking.after_checkout", outcome="paid"
    ).removesuffix("/paid")


def _holder() -> Holder:
    return Holder(f"token:{edge.actor().id}", source="api", many=True)


def _own(path: HoldPath) -> Appointment:
    return complete.get_hold(path.hold_id, _holder().digest)


def _hold(row: Appointment) -> dict[str, Any]:
    version, zone = edge.tenant().config_version, ZoneInfo(row.time_zone)
    practice, plain = snapshot.read(version), _plain(row, version)
    slugs = {offering.id: offering.slug for offering in offerings.list_current(version).values()}
    place = practice.places.get(row.location_id)
    person = practice.practitioners.get(row.practitioner_id) if row.practitioner_id else None
    quoted = quotes.find(row.id) if plain is None or plain.prices else None
    crew = _alone(row) if plain and not row.exam else insides.crew_of(row.id)
    return {
        "id": str(row.id), "state": row.state, "version": row.version,
        "location": place.slug if place else None, "offering": slugs.get(row.offering_id) if row.offering_id else None,
        "variant": row.variant, "add_ons": list(crew.add_ons), "assignment": _assignment(crew, practice),
        "practitioner": person.slug if person else None, "time_zone": row.time_zone,
        "starts_at": describing.instant(row.starts_at, zone), "ends_at": describing.instant(row.ends_at, zone),
        "expires_at": describing.instant(row.held_until, zone), "patient": describing.id_of(row.patient_id),
        "on_request": row.on_request, "exam_minutes": row.exam["minutes"] if row.exam else 0,
        "quote": describing.money(quoted.total) if quoted else None,
        "lines": [_line(line) for line in quoted.lines] if quoted else [],
        "deposit": describing.money(quoted.deposit) if quoted and quoted.deposit and not row.on_request else None,
        "needs": list(complete.needs(row)),
    }  # fmt: skip


def _plain(row: Appointment, config_version: int) -> Offering | None:
    """Return what was booked where it is the present version, has no add-ons and needs one person alone.

    Then nobody looks for add-ons and crew, nor for a quote where it is free of charge.
    """
    current = {offering.version_id: offering for offering in offerings.list_current(config_version).values()}
    booked = current.get(row.offering_version_id) if row.offering_version_id else None
    roles = {role for segment in booked.segments for role in segment.roles} if booked else set()
    return booked if booked and not booked.add_ons and roles == {PRACTITIONER} else None


def _alone(row: Appointment) -> Crew:
    return Crew((), {PRACTITIONER: row.practitioner_id} if row.practitioner_id else {})


def _assignment(crew: Crew, practice: Practice) -> list[dict[str, str]]:
    people = practice.practitioners
    return [
        {"role": role, "practitioner": people[person].slug}
        for role, person in crew.takes.items() if person in people
    ]  # fmt: skip


def _line(line: QuoteLine) -> dict[str, Any]:
    percent = None if line.tax_percent is None else str(line.tax_percent)
    tax = None if line.is_for_review else describing.money(line.tax)
    name = next(iter(line.description.values()), "")
    return {"name": name, "net": describing.money(line.net), "tax": tax, "tax_percent": percent}
