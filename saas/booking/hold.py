"""Hold a time: one file, top to bottom.

Choose who and what, lock them in order, look again, claim. A hold lasts ten minutes. When the
configuration changed while we waited for the locks (sick leave, a closure), everything is asked anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from saas.booking import asking, costs, deciding, exam_first, explaining, knowing, promising
from saas.booking.asking import Channel, Examined, Wish
from saas.catalogue import adding, policies
from saas.catalogue.composing import Placed
from saas.catalogue.contents import Segment
from saas.db import session
from saas.kernel.actors import Actor
from saas.kernel.errors import Reason
from saas.kernel.text import N_
from saas.scheduling import appointments, availability, placing
from saas.scheduling.appointments import Particulars
from saas.scheduling.availability import NOBODY
from saas.scheduling.demand import Demand
from saas.scheduling.insides import Bookable, Part
from saas.scheduling.models import Appointment
from saas.scheduling.placing import Placement
from saas.scheduling.refusals import CapReached, MoveRefused, NotBookable, NotEligible, SlotTaken
from saas.scheduling.states import State
from saas.scheduling.windows import Window

ATTEMPTS = 6
# Doors at which nobody of the staff stands: what patients may not have is not to be had there.
BY_ITSELF = frozenset({"online", "api"})


@dataclass(frozen=True)
class Holder:
    """Whose hold it is: the digest of a visitor's cookie or of a token, and where it came from.

    A visitor has one hold at a time; a program books for many and has `many`.
    """

    digest: str
    address: str | None = None
    source: str = "online"
    many: bool = False


@dataclass(frozen=True)
class Asked:
    """What to hold, by slugs, and when; for whom, where staff know it.

    `exam` says how an examination is had that comes first; what is known of the patient `examined` counts, where the
    time was searched for with that.
    """

    offering: str
    location: str
    starts_at: datetime
    practitioner: str | None = None
    add_ons: tuple[str, ...] = ()
    variant: str | None = None
    patient_id: UUID | None = None
    exam: Examined | None = None
    examined: UUID | None = None


class Restart(Exception):
    """The configuration moved, or a unit was taken, between looking and locking."""

    def __init__(self, config_version: int) -> None:
        self.config_version = config_version


def hold(asked: Asked, holder: Holder, config_version: int, actor: Actor, now: datetime) -> Appointment:
    """Hold the time for ten minutes; the holder's former hold is let go, unless it may have many.

    Raises NotBookable with reasons, SlotTaken, CapReached, NotFound, AddOnRefused, VariantRefused.
    """
    if not holder.many:
        release_former(holder, actor)
    channel = Channel.ONLINE if holder.source in BY_ITSELF else Channel.STAFF
    for _attempt in range(ATTEMPTS):
        plain = asking.wish(
            asked.offering, asked.location, config_version, channel, asked.practitioner, asked.add_ons
        )
        varied = replace(asking.vary(plain, asked.variant), exam=asked.exam, shown=True)
        wish = _examined(asked, _for(asked, varied), now)
        adding.require_enough(wish.offering, len(wish.add_ons))
        try:
            with session.current().begin_nested():
                return _once(wish, asked.starts_at.astimezone(UTC), holder, actor, now)
        except Restart as moved:
            config_version = moved.config_version
    raise SlotTaken


def _for(asked: Asked, wish: Wish) -> Wish:
    """Return the wish with what is known of the patient."""
    if asked.patient_id is None:
        return wish
    return replace(wish, whom=knowing.look_up(asked.patient_id, asked.starts_at.astimezone(UTC)))


def _examined(asked: Asked, wish: Wish, now: datetime) -> Wish:
    """Return the wish with an examination as its first part, where one is needed, is to be there and can be."""
    if asked.exam is not Examined.IN_VISIT or not exam_first.minutes_of(wish):
        return wish
    day = wish.today(asked.starts_at)
    known = exam_first.known_of(wish, [day], asked.examined, now)
    return exam_first.on(wish, day, known)


def release_former(holder: Holder, actor: Actor) -> bool:
    """Let the holder's open holds go; at most one is open at a time. Return whether there was one."""
    rows = session.current().scalars(
        select(Appointment).where(Appointment.holder_digest == holder.digest, Appointment.state == State.HELD)
        .order_by(Appointment.id).with_for_update()
    ).all()  # fmt: skip
    for row in rows:
        appointments.release(row, actor)
    session.current().flush()
    return bool(rows)


def let_go(row: Appointment, actor: Actor) -> None:
    """Let a hold go; one that lapsed or was let go stays so. MoveRefused once the visit is certain or asked for."""
    if row.requested_at is not None or row.state in (State.CONFIRMED, State.CANCELLED, State.NO_SHOW):
        raise MoveRefused(N_("This visit is %(state)s, so that is not possible."), state=row.state)
    appointments.release(row, actor)


def _once(wish: Wish, starts_at: datetime, holder: Holder, actor: Actor, now: datetime) -> Appointment:
    placement, demand, window = place(wish, starts_at, now)
    what = Particulars(
        location_id=wish.place.id,
        offering_id=wish.offering.id, offering_version_id=wish.offering.version_id,
        source=holder.source, parts=parts_of(wish, placement),
        holder_digest=holder.digest, holder_address=holder.address,
        variant=wish.offering.variant.slug if wish.offering.variant else None,
        add_ons=tuple(Bookable(add_on.id, add_on.version_id) for add_on in wish.add_ons),
        policy=policies.snapshot_of_time(costs.governing(wish)), on_request=placement.on_request,
        exam=wish.offering.exam.spelled() if wish.offering.exam else None,
    )  # fmt: skip
    made = appointments.hold(what, demand, placement, window, actor, now)
    deciding.keep(made, wish, placement, now)
    promising.promise(made, wish)
    return made


def place(
    wish: Wish, starts_at: datetime, now: datetime, *, ignoring: Appointment | None = None
) -> tuple[Placement, Demand, Window]:
    """Choose, lock and look again; the transaction now holds what the placement takes.

    Returns it with what it was chosen for and in. Raises NotBookable, SlotTaken, CapReached; Restart
    where the world moved meanwhile.
    """
    window, besides = explaining.window_around(wish, starts_at), ignoring.id if ignoring else NOBODY
    granule = window.granule(starts_at)
    demand = asking.demand(wish, window, now)
    times = availability.find(demand, window, ignoring=besides)
    exact = window.instant(granule) == starts_at
    if not exact or not any(mask >> granule & 1 for mask in times.by_practitioner.values() if granule >= 0):
        raise refusal(explaining.explain(wish, starts_at, now, ignoring=besides))
    wanted = wish.practitioner.id if wish.practitioner else None
    placement = placing.choose(demand, times, granule, wanted)
    also = appointments.taken_by(ignoring) if ignoring else {}
    placing.lock(placement, also)
    version, is_free = placing.look(placement, also, besides)
    if version != wish.config_version or not is_free:
        raise Restart(version)
    return placement, demand, window


def refusal(reasons: list[Reason]) -> SlotTaken | NotBookable | CapReached:
    """Return the error that says *reasons*: somebody was faster, or the calendar's own rules."""
    codes = {reason.code for reason in reasons}
    if "cap_reached" in codes:
        return CapReached(reasons=reasons)
    if not codes or codes <= explaining.TAKEN:
        return SlotTaken(reasons=reasons)
    refused = NotEligible if reasons[0].code in explaining.NOT_ELIGIBLE else NotBookable
    return refused(str(reasons[0].sentence), reasons, **dict(reasons[0].params))


def parts_of(wish: Wish, placement: Placement) -> tuple[Part, ...]:
    """Return the visit's segments as the calendar draws them, with whom and what each takes."""
    taken = {(one.kind, one.name): one.id for one in placement.taken}
    added = {one.slug: one.id for one in wish.add_ons}
    return tuple(
        Part(
            part.segment.kind, next(iter(part.segment.name.values()), part.segment.kind.replace("_", " ")),
            part.span.start, part.span.end, added.get(part.add_on or ""),
            _takes(part.segment, taken) | _supervisors(part, placement),
        )
        for part in wish.timeline.placed
    )  # fmt: skip


def _supervisors(part: Placed, placement: Placement) -> dict[str, UUID]:
    return {
        f"{placing.SUPERVISES}{one.role}": one.supervisor_id
        for one in placement.watched
        if one.role in part.segment.roles
        and any(span.start <= part.span.start and part.span.end <= span.end for span in one.spans)
    }


def _takes(segment: Segment, taken: Mapping[tuple[str, str], UUID]) -> dict[str, UUID]:
    rooms = (segment.room,) if segment.room else ()
    wanted = {"practitioner": segment.roles, "room": rooms, "device": segment.devices}
    return {name: taken[kind, name] for kind, names in wanted.items() for name in names}
