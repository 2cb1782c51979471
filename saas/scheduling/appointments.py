"""Appointments, from hold to end. `booking` asks the gates and then calls these verbs; nobody else does.

Each verb locks, checks the table of moves, writes, and tells the journal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import SYSTEM, Actor, ActorKind
from saas.kernel.errors import NotFound
from saas.kernel.spans import Span
from saas.kernel.text import N_
from saas.scheduling import insides, placing, reading, resources
from saas.scheduling.demand import Demand
from saas.scheduling.insides import Bookable, Part
from saas.scheduling.models import Appointment, CapUse, Claim, Resource
from saas.scheduling.placing import Placement
from saas.scheduling.refusals import HoldLapsed, MoveRefused, OldVersion, PatientBusy, SlotTaken
from saas.scheduling.states import State, may_move
from saas.scheduling.windows import Window

HOLD = timedelta(minutes=10)


@dataclass(frozen=True)
class Particulars:
    """What an appointment is, apart from its time and resources."""

    location_id: UUID
    offering_id: UUID | None
    offering_version_id: UUID | None
    source: str
    parts: tuple[Part, ...] = ()
    holder_digest: str | None = None
    holder_address: str | None = None
    kind: str = "visit"
    label: str | None = None
    patient_id: UUID | None = None
    add_ons: tuple[Bookable, ...] = ()
    variant: str | None = None
    policy: Mapping[str, Any] | None = None
    on_request: bool = False
    exam: Mapping[str, Any] | None = None


def hold(what: Particulars, demand: Demand, placement: Placement, window: Window, actor: Actor,
         now: datetime) -> Appointment:  # fmt: skip
    """Hold a placed visit for ten minutes. SlotTaken, CapReached; the caller has locked, in a savepoint."""
    with placing.colliding(), session.at_once():
        made = _add(what, demand, placement, window, now + HOLD)
        book.tell(EventKind.APPOINTMENT_HELD, made.id, actor)
        placing.write_claims(placement, made.id, made.held_until)
        insides.add_add_ons(made, what.add_ons)
        insides.add_parts(made, what.parts)
    placing.take_place(demand, placement, window, made.id)
    return made


def block(
    what: Particulars, demand: Demand, placement: Placement, window: Window, actor: Actor
) -> Appointment:
    """Put a block of time into the calendar at once. SlotTaken."""
    made = _add(what, demand, placement, window, None)
    placing.claim(placement, made.id, None)
    insides.add_parts(made, what.parts)
    book.tell(EventKind.APPOINTMENT_CONFIRMED, made.id, actor)
    return made


def identify(row: Appointment, patient_id: UUID, now: datetime) -> None:
    """Say whose visit it is, and claim the patient's own time. PatientBusy, HoldLapsed."""
    require_open(row, now)
    if row.patient_id == patient_id:
        return
    resources.lock({patient_id: "patient"} | ({row.patient_id: "patient"} if row.patient_id else {}))
    if row.patient_id is not None:
        _free(row, only=row.patient_id)
    spans = placing.Taken(patient_id, "patient", "patient", (Span(0, _minutes(row)),))
    try:
        placing.lapse([patient_id], row.starts_at)
        placing.claim(Placement(row.starts_at, (spans,)), row.id, row.held_until)
    except SlotTaken as error:
        raise PatientBusy from error
    row.patient_id = patient_id


def confirm(row: Appointment, actor: Actor, now: datetime) -> None:
    """Make a held visit certain. HoldLapsed, MoveRefused."""
    require_open(row, now)
    make_certain(row, actor, now)


def make_certain(row: Appointment, actor: Actor, now: datetime) -> None:
    """Let a visit that has its time, held, be certain. MoveRefused; the caller has looked whether it still runs."""
    step(row, State.CONFIRMED)
    row.held_until, row.confirmed_at, row.holder_address = None, now, None
    session.current().execute(
        update(Claim).where(Claim.appointment_id == row.id, Claim.state == "held")
        .values(state="confirmed", held_until=None)
    )  # fmt: skip
    book.tell(EventKind.APPOINTMENT_CONFIRMED, row.id, actor)


def move(row: Appointment, demand: Demand, placement: Placement, window: Window, actor: Actor,
         now: datetime) -> None:  # fmt: skip
    """Take a confirmed visit or a block to another time or practitioner. SlotTaken, CapReached, PatientBusy.

    The caller has locked both what it had and what it gets, and writes the visit's insides anew. Who was here
    for it on one day is not on another.
    """
    require_state(row, State.CONFIRMED)
    before = {"starts_at": row.starts_at.isoformat(), "practitioner_id": str(row.practitioner_id)}
    day = row.wall_start[:10]
    retake(row, demand, placement, window)
    if row.wall_start[:10] != day:
        row.checked_in_at = None
    row.moved_at, row.version = now, row.version + 1
    row.moves_online += not_by_staff(actor)
    book.tell(EventKind.APPOINTMENT_MOVED, row.id, actor, before=before)


def retake(row: Appointment, demand: Demand, placement: Placement, window: Window) -> None:
    """Give up the time and resources that the appointment has or had, and take others; it is certain then.

    SlotTaken, CapReached, PatientBusy; the caller has locked both.
    """
    session.current().execute(delete(CapUse).where(CapUse.appointment_id == row.id))
    _free(row)
    placing.take_place(demand, placement, window, row.id)
    patient = _patient_claim(row, demand)
    placing.claim(placement, row.id, None)
    if patient:
        try:
            placing.claim(Placement(placement.starts_at, (patient,)), row.id, None)
        except SlotTaken as error:
            raise PatientBusy from error
    _write_time(row, demand, placement, window)


def not_by_staff(actor: Actor) -> bool:
    """Whether nobody of the staff acts: a patient themselves, or a program for them."""
    return actor.kind in (ActorKind.VISITOR, ActorKind.TOKEN)


def miss(row: Appointment, actor: Actor, now: datetime) -> None:
    """Note that nobody came; its time stays as it was. MoveRefused."""
    step(row, State.NO_SHOW)
    row.missed_at, row.missed_id = now, ids.new()
    book.tell(EventKind.APPOINTMENT_MISSED, row.id, actor)


def unmiss(row: Appointment, actor: Actor) -> None:
    """Take back that nobody came: the visit is certain again. MoveRefused."""
    step(row, State.CONFIRMED)
    row.missed_at = None
    book.tell(EventKind.APPOINTMENT_RESTORED, row.id, actor)


def cancel(row: Appointment, actor: Actor, now: datetime, reason: str | None = None) -> None:
    """Call a confirmed visit off, or withdraw a request; its time is free at once. MoveRefused."""
    step(row, State.CANCELLED)
    row.held_until = None
    row.cancelled_at, row.cancelled_by, row.cancel_reason = now, actor.kind, reason
    give_up(row)
    book.tell(EventKind.APPOINTMENT_CANCELLED, row.id, actor)


def release(row: Appointment, actor: Actor) -> None:
    """Let a hold go; its time is free at once. Does nothing to one that is over already."""
    if row.state != State.HELD:
        return
    step(row, State.RELEASED)
    row.held_until = None
    give_up(row)
    book.tell(EventKind.APPOINTMENT_RELEASED, row.id, actor)


def get(appointment_id: UUID, *, lock: bool = False) -> Appointment:
    """Return the appointment, with its row locked and read anew where it will be changed; NotFound."""
    query = select(Appointment).where(Appointment.id == appointment_id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    row = session.current().scalar(locked if lock else query)
    if row is None:
        raise NotFound
    return row


def require_version(row: Appointment, version: int) -> None:
    """Raise OldVersion where the caller saw another version."""
    if row.version != version:
        raise OldVersion


def require_open(row: Appointment, now: datetime) -> None:
    """Raise HoldLapsed unless the hold still runs."""
    if row.state != State.HELD or row.held_until is None or row.held_until <= now:
        raise HoldLapsed


def taken_by(row: Appointment) -> dict[UUID, str]:
    """Return the resources the appointment holds at present, with their kinds."""
    found = session.current().execute(
        select(Resource.id, Resource.kind)
        .join(Claim, (Claim.tenant_id == Resource.tenant_id) & (Claim.resource_id == Resource.id))
        .where(Claim.appointment_id == row.id, Claim.state.in_(["held", "confirmed"]))
    )
    return dict(found.all())


def _add(what: Particulars, demand: Demand, placement: Placement, window: Window,
         held_until: datetime | None) -> Appointment:  # fmt: skip
    row = Appointment(
        id=ids.new(), kind=what.kind, state=State.HELD if held_until else State.CONFIRMED, version=1,
        location_id=what.location_id,
        offering_id=what.offering_id, offering_version_id=what.offering_version_id,
        variant=what.variant, source=what.source, holder_digest=what.holder_digest, holder_address=what.holder_address,
        held_until=held_until, label=what.label, patient_id=None, terms_accepted_at=None, requested_at=None,
        policy=dict(what.policy) if what.policy else None, on_request=what.on_request,
        exam=dict(what.exam) if what.exam else None,
    )  # fmt: skip
    _write_time(row, demand, placement, window)
    session.insert(row)
    return row


def _write_time(row: Appointment, demand: Demand, placement: Placement, window: Window) -> None:
    row.practitioner_id = placement.practitioner_id if placement.taken[0].kind == "practitioner" else None
    row.starts_at = placement.starts_at
    row.ends_at = placement.starts_at + timedelta(minutes=demand.patient.end or demand.minutes)
    row.time_zone = window.zone
    row.wall_start = placement.starts_at.astimezone(ZoneInfo(window.zone)).strftime("%Y-%m-%dT%H:%M")


def _minutes(row: Appointment) -> int:
    return int((row.ends_at - row.starts_at).total_seconds()) // 60


def _patient_claim(row: Appointment, demand: Demand) -> placing.Taken | None:
    if row.patient_id is None:
        return None
    return placing.Taken(row.patient_id, "patient", "patient", (demand.patient,))


def _free(row: Appointment, only: UUID | None = None) -> None:
    """Release the appointment's claims, or just the one on resource *only*."""
    freed = update(Claim).where(Claim.appointment_id == row.id, Claim.state.in_(["held", "confirmed"]))
    if only is not None:
        freed = freed.where(Claim.resource_id == only)
    session.current().execute(freed.values(state="released", held_until=None))


def give_up(row: Appointment) -> None:
    """Free the time and the place of a weekly cap that the appointment has."""
    _free(row)
    session.current().execute(delete(CapUse).where(CapUse.appointment_id == row.id))


def step(row: Appointment, after: State) -> None:
    """Let the appointment be *after*, and its version rise. MoveRefused."""
    if not may_move(State(row.state), after):
        raise MoveRefused(N_("This visit is %(state)s, so that is not possible."), state=_said(row.state))
    row.state, row.version = after, row.version + 1


def _said(state: str) -> str:
    return state.replace("_", " ")


def require_state(row: Appointment, state: State) -> None:
    """Raise MoveRefused unless the appointment is *state*."""
    if row.state != state:
        raise MoveRefused(N_("This visit is %(state)s, so that is not possible."), state=_said(row.state))


def lapse_all(now: datetime) -> int:
    """Let every expired hold of the tenant go, and every request nobody decided on; return how many went."""
    rows = session.current().scalars(
        select(Appointment).where(Appointment.held_until <= now)
        .order_by(Appointment.id).with_for_update(skip_locked=True)
    ).all()  # fmt: skip
    for row in rows:
        lapse(row)
    return len(rows)


def lapse(row: Appointment) -> None:
    """Let a hold that ran out go, or a request; that of a request is told."""
    was_asked = row.state == State.PENDING
    step(row, State.LAPSED)
    row.held_until = None
    give_up(row)
    if was_asked:
        book.tell(EventKind.APPOINTMENT_LAPSED, row.id, SYSTEM)


def with_lasting_visits(patient_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of the patients who have a visit that is held, certain, was asked for, called off or missed."""
    lasting = (State.HELD, State.CONFIRMED, State.CANCELLED, State.NO_SHOW)
    query = select(Appointment.patient_id).where(
        Appointment.patient_id.in_(patient_ids),
        Appointment.state.in_(lasting) | Appointment.requested_at.is_not(None),
    )
    return frozenset(found for found in session.current().scalars(query) if found is not None)


def forget_patients(patient_ids: Sequence[UUID]) -> None:
    """Take patients out of their lapsed appointments, and their resources and claims away."""
    current = session.current()
    current.execute(
        update(Appointment).where(Appointment.patient_id.in_(patient_ids)).values(patient_id=None)
    )
    current.execute(delete(Claim).where(Claim.resource_id.in_(patient_ids)))
    current.execute(delete(Resource).where(Resource.id.in_(patient_ids)))


def schedule_tag(location_id: UUID, starts_at: datetime, ends_at: datetime) -> str:
    """Return what changes whenever anything in that part of a location's calendar does: one indexed read."""
    return reading.schedule_tag(location_id, starts_at, ends_at)
