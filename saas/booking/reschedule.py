"""Move a visit to another time or practitioner, keeping what it is.

The same gates as for a new booking, as if the visit itself were not in its own way; never to anybody about whom
a clinician would have to decide: that is asked for anew. A visit keeps its
add-ons, and the versions of them and of the offering that it was booked with.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from saas.billing import bills
from saas.booking import deciding, suitable
from saas.booking.asking import Channel, Wish
from saas.booking.hold import ATTEMPTS, Restart, parts_of, place
from saas.catalogue import composing, exam_inside, examining, offerings, policies, varying
from saas.catalogue.contents import Offering
from saas.db import session
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.errors import Conflict
from saas.kernel.text import N_
from saas.practice import snapshot
from saas.practice.snapshot import Place, Practice
from saas.scheduling import appointments, insides
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import NotBookable, SlotTaken

LATE = timedelta(hours=24)


class TooLate(Conflict):
    """The visit begins too soon, or has begun, for a patient to change it themselves."""

    code = "too_late"
    sentence = N_("This visit begins too soon to be changed here. Please call us.")


class RescheduleTooLate(Conflict):
    """The time within which a patient may move the visit themselves is over."""

    code = "reschedule_too_late"
    sentence = N_("This visit can be moved here until %(hours)s hours before it begins. Please call us.")


class RescheduleLimit(Conflict):
    """The patient has moved the visit themselves as often as its policy lets them."""

    code = "reschedule_limit"
    sentence = N_("This visit can be moved here %(most)s times at most. Please call us to move it again.")


class RescheduleByCall(Conflict):
    """Its policy lets nobody move the visit but the clinic."""

    code = "reschedule_limit"
    sentence = N_("This visit cannot be moved here. Please call us to move it.")


class VisitBilled(Conflict):
    """The visit is billed, so it took place when it did."""

    code = "visit_billed"
    sentence = N_("This visit is billed, so it stays when it was.")


class PlaceGone(NotBookable):
    """The place of the visit is out of use, so that it can neither take place there nor be moved."""

    code = "place_gone"
    sentence = N_(
        "The location of this visit is not in use any more. Please book the visit anew at another one."
    )


@dataclass(frozen=True)
class NewTime:
    """Where a visit is to go: when, and with whom (a slug; as before where it is None)."""

    starts_at: datetime
    practitioner: str | None = None
    version: int | None = None


def reschedule(row: Appointment, to: NewTime, config_version: int, actor: Actor, now: datetime) -> None:
    """Move the confirmed visit; its row is locked by the caller.

    Raises OldVersion, TooLate, RescheduleTooLate, RescheduleLimit, RescheduleByCall, VisitBilled,
    NotBookable with reasons, SlotTaken, PatientBusy, CapReached, NotForPatient.
    """
    if to.version is not None:
        appointments.require_version(row, to.version)
    require_in_time(row, actor, now)
    require_within_policy(row, actor, now)
    if bills.find(row.id) is not None:
        raise VisitBilled
    starts_at = to.starts_at.astimezone(UTC)
    for _attempt in range(ATTEMPTS):
        wish = wish_of(row, config_version, channel_of(actor), to.practitioner)
        try:
            with session.current().begin_nested():
                placement, demand, window = place(wish, starts_at, now, ignoring=row)
                appointments.move(row, demand, placement, window, actor, now)
                insides.rewrite(row, parts_of(wish, placement))
                suitable.require(row, is_moved=True)
                row.on_request = False
                deciding.keep(row, wish, placement, now)
                return
        except Restart as moved:
            config_version = moved.config_version
    raise SlotTaken


def wish_of(row: Appointment, config_version: int, channel: Channel, practitioner: str | None = None) -> Wish:
    """Return what the visit is, as a wish: its own versions of offering and add-ons, its own person. PlaceGone."""
    practice, offering, added = snapshot.read(config_version), offering_of(row), add_ons_of(row)
    person = practice.practitioner(practitioner) if practitioner else None
    if person is None and row.practitioner_id is not None:
        person = practice.practitioners.get(row.practitioner_id)
    plain = Wish(offering, place_of(row, practice), practice, config_version, channel, person, added)
    return suitable.for_patient(plain, row.patient_id, row.id) if row.patient_id else plain


def place_of(row: Appointment, practice: Practice) -> Place:
    """Return where the visit is. PlaceGone."""
    found = practice.places.get(row.location_id)
    if found is None:
        raise PlaceGone
    return found


def add_ons_of(row: Appointment) -> tuple[Offering, ...]:
    """Return the versions of the add-ons that the visit was booked with, archived or not."""
    return tuple(offerings.get_version(version_id) for version_id in insides.add_ons_of(row.id))


def offering_of(row: Appointment) -> Offering:
    """Return the version of the offering that the visit was booked with, as what was booked: variant, examination."""
    if row.offering_version_id is None:
        raise Conflict(N_("A block of time has no treatment."))
    varied = varying.of(offerings.get_version(row.offering_version_id), row.variant)
    return exam_inside.put(varied, examining.read_exam(row.exam))


def channel_of(actor: Actor) -> Channel:
    """Return the door through which *actor* comes."""
    return Channel.ONLINE if actor.kind == ActorKind.VISITOR else Channel.STAFF


def require_in_time(row: Appointment, actor: Actor, now: datetime) -> None:
    """Raise TooLate where a patient would change a visit that has begun, or staff one that is over."""
    last = row.starts_at if actor.kind == ActorKind.VISITOR else row.ends_at
    if now >= last:
        raise TooLate


def require_within_policy(row: Appointment, actor: Actor, now: datetime) -> None:
    """Raise RescheduleTooLate, RescheduleLimit or RescheduleByCall; staff may move a visit whatever its policy says.

    What counts is the policy that was kept with the visit when it was booked.
    """
    refused = refusal(row, now) if appointments.not_by_staff(actor) else None
    if refused is not None:
        raise refused


def refusal(row: Appointment, now: datetime) -> Conflict | None:
    """Return why its policy does not let the patient move the visit themselves now; None where it does."""
    policy = policies.read_snapshot(row.policy).reschedule
    if policy is None:
        return None
    if policy.most_times == 0:
        return RescheduleByCall()
    if policy.most_times is not None and row.moves_online >= policy.most_times:
        return RescheduleLimit(most=policy.most_times)
    if policy.until_hours is not None:
        wall_start = datetime.fromisoformat(row.wall_start)
        if now >= policies.hours_before(policy.until_hours, wall_start, row.time_zone):
            return RescheduleTooLate(hours=policy.until_hours)
    return None


def patient_minutes(offering: Offering) -> int:
    """Return how long the patient is there, of variants for the one that was chosen."""
    return composing.compose(offering.segments).patient.end
