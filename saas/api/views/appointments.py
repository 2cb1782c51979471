"""Visits as they stand: listed, looked at beforehand, moved, called off."""

from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from saas.api import describing, idempotency, paging
from saas.api.describing import VisitBody
from saas.api.door import CALENDAR, CONFLICT, Body, Day, Instant, ProblemReason, Query, blueprint
from saas.api.door import Money as Amount
from saas.booking import cancel, explaining, listing, reschedule
from saas.booking.cancel import Reasons
from saas.booking.listing import Range
from saas.booking.reschedule import NewTime
from saas.kernel import clock
from saas.kernel.errors import Invalid, NotFound
from saas.kernel.money import Money
from saas.kernel.permissions import Permission
from saas.kernel.text import N_
from saas.practice import snapshot
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from saas.web import edge, errors
from saas.web.access import permit

SPAN = timedelta(days=31)
LONGEST = timedelta(days=400)


class RangeRefused(Invalid):
    """The span is no span, or too long."""

    code = "range_refused"
    sentence = N_("Ask for a span of at most 400 days, its beginning before its end.")


class VisitPath(BaseModel):
    """Which visit."""

    appointment_id: UUID


class VisitQuery(Query):
    """Which visits. A day begins at midnight of the location, or of the clinic where none is named."""

    first: Instant | Day | None = Field(None, alias="from", description="Now where left out")
    last: Instant | Day | None = Field(
        None, alias="to", description="Not included; 31 days on where left out"
    )
    location: str | None = None
    practitioner: str | None = None
    cursor: str | None = Field(None, description="The former page's `next`")
    limit: int = Field(50, ge=1, le=200)


class VisitList(BaseModel):
    """A page of visits by time; `next` is null on the last."""

    appointments: list[VisitBody]
    next: str | None


class ConsequenceQuery(Query):
    """What one thinks of doing."""

    action: Literal["cancel", "reschedule"]
    starts_at: Instant | None = Field(None, description="For reschedule")
    practitioner: str | None = Field(None, description="For reschedule; as before where left out")


class Consequences(BaseModel):
    """What an action would do now. A move that is not `possible` says why."""

    action: str
    late: bool = Field(description="Less than 24 hours ahead")
    fee: Amount = Field(description="What is kept of what was paid")
    refund: Amount = Field(description="What goes back to the card")
    price_change: Amount
    sentence: str
    possible: bool
    reasons: list[ProblemReason]


class Move(Body):
    """Where to: a time, and a practitioner's slug (as before where left out). `version` is the one you saw."""

    starts_at: Instant
    practitioner: str | None = None
    version: int


class CallOff(Body):
    """Why, and the version you saw. Whatever the hour, nothing is kept where the clinic calls it off."""

    reason: str | None = Field(None, max_length=500)
    by_clinic: bool = False
    waive_fee: str | None = Field(
        None, max_length=500, description="Why the fee for a late cancellation is waived"
    )
    version: int | None = None


@blueprint.get("/appointments", tags=[CALENDAR], responses={200: VisitList})
@permit(Permission.APPOINTMENT_READ)
def list_visits(query: VisitQuery) -> Any:
    """List the visits that begin within a span."""
    after = paging.decode(query.cursor) if query.cursor else None
    found = listing.page(_range(query, clock.now()), after, query.limit + 1)
    shown, last = found[: query.limit], found[: query.limit][-1:]
    more = paging.encode(last[0].starts_at, last[0].id) if len(found) > query.limit else None
    return {"appointments": [describing.visit(row) for row in shown], "next": more}


@blueprint.get("/appointments/<uuid:appointment_id>", tags=[CALENDAR], responses={200: VisitBody})
@permit(Permission.APPOINTMENT_READ)
def read_visit(path: VisitPath) -> Any:
    """Say how a visit stands."""
    return describing.visit(listing.get(path.appointment_id))


@blueprint.get(
    "/appointments/<uuid:appointment_id>/consequences",
    tags=[CALENDAR],
    responses={200: Consequences, **CONFLICT},
)
@permit(Permission.APPOINTMENT_READ)
def foresee(path: VisitPath, query: ConsequenceQuery) -> Any:
    """Say what moving the visit or calling it off would do now, without doing it."""
    row, now = _visit(path), clock.now()
    found = cancel.consequences(row, query.action, now)
    nothing = Money.zero(listing.get(row.id).currency)
    reasons = _in_the_way(row, query, now)
    return {
        "action": found.action, "late": found.late, "fee": describing.money(found.fee or nothing),
        "refund": describing.money(found.refund or nothing), "price_change": describing.money(nothing),
        "sentence": errors.said(found.sentence, found.params),
        "possible": not reasons, "reasons": reasons,
    }  # fmt: skip


@blueprint.post(
    "/appointments/<uuid:appointment_id>/reschedule", tags=[CALENDAR], responses={200: VisitBody, **CONFLICT}
)
@permit(Permission.APPOINTMENT_WRITE)
@idempotency.once
def move_visit(path: VisitPath, body: Move) -> Any:
    """Move a visit: 409 `old_version`, `slot_taken`, `patient_busy`, `too_late`; 422 `not_bookable`.

    As for a patient, 409 `reschedule_too_late` or `reschedule_limit` where its policy says so.
    """
    row = _visit(path, lock=True)
    to = NewTime(body.starts_at, body.practitioner, body.version)
    reschedule.reschedule(row, to, edge.tenant().config_version, edge.actor(), clock.now())
    return _as_it_stands(row)


@blueprint.post(
    "/appointments/<uuid:appointment_id>/cancel", tags=[CALENDAR], responses={200: VisitBody, **CONFLICT}
)
@permit(Permission.APPOINTMENT_WRITE)
@idempotency.once
def call_off_visit(path: VisitPath, body: CallOff) -> Any:
    """Call a visit off: 409 `old_version` or `too_late`. Calling it off twice is calling it off once."""
    row = _visit(path, lock=True)
    why = Reasons(body.reason, body.by_clinic, body.waive_fee)
    cancel.cancel(row, edge.actor(), clock.now(), why, body.version)
    return _as_it_stands(row)


def _visit(path: VisitPath, *, lock: bool = False) -> Appointment:
    """Return a visit that is certain, asked for, called off or missed; NotFound for holds and blocks."""
    row = appointments.get(path.appointment_id, lock=lock)
    is_told = row.state in ("confirmed", "cancelled", "no_show") or row.requested_at is not None
    if row.kind != "visit" or not is_told:
        raise NotFound
    return row


def _as_it_stands(row: Appointment) -> dict[str, Any]:
    return describing.visit(listing.get(row.id))


def _in_the_way(row: Appointment, query: ConsequenceQuery, now: datetime) -> list[dict[str, Any]]:
    """Return why the visit cannot be moved to the time asked for."""
    if query.action != "reschedule" or query.starts_at is None:
        return []
    channel = reschedule.channel_of(edge.actor())
    wish = reschedule.wish_of(row, edge.tenant().config_version, channel, query.practitioner)
    found = explaining.explain(wish, query.starts_at.astimezone(UTC), now, ignoring=row.id)
    return [errors.described(reason) for reason in found]


def _range(query: VisitQuery, now: datetime) -> Range:
    practice = snapshot.read(edge.tenant().config_version)
    place = practice.place(query.location) if query.location is not None else None
    person = practice.practitioner(query.practitioner).id if query.practitioner is not None else None
    zone = ZoneInfo(place.time_zone if place else edge.tenant().time_zone)
    begins = _instant(query.first, zone) or now
    ends = _instant(query.last, zone) or begins + SPAN
    if not timedelta(0) < ends - begins <= LONGEST:
        raise RangeRefused
    return Range(begins, ends, [place.id] if place else list(practice.places), person)


def _instant(given: Any, zone: ZoneInfo) -> datetime | None:
    if given is None or isinstance(given, datetime):
        return given
    return datetime.combine(given, time(), zone)
