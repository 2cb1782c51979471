"""Block time at the desk: lunch, a meeting, a room being painted. A block is a claim like any other."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.kernel.actors import Actor
from saas.kernel.errors import Invalid, NotFound
from saas.kernel.spans import Span
from saas.kernel.text import N_
from saas.practice import snapshot
from saas.scheduling import appointments, placing
from saas.scheduling.appointments import Part, Particulars
from saas.scheduling.demand import Demand
from saas.scheduling.models import Appointment
from saas.scheduling.placing import Placement, Taken
from saas.scheduling.windows import Window

LONGEST = timedelta(hours=14)


class BlockRefused(Invalid):
    """A block needs a beginning before its end, within one day."""

    code = "block_refused"
    sentence = N_("A block begins before it ends and lasts at most 14 hours.")


def block(location: str, resource_id: UUID, starts_at: datetime, ends_at: datetime, label: str,
          config_version: int, actor: Actor) -> Appointment:  # noqa: PLR0913 - a block is just these facts  # fmt: skip
    """Block *resource_id* (a practitioner, room or device) at *location*. BlockRefused, SlotTaken, NotFound."""
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    if not timedelta(0) < ends_at - starts_at <= LONGEST:
        raise BlockRefused
    practice = snapshot.read(config_version)
    place = practice.place(location)
    minutes = int((ends_at - starts_at).total_seconds()) // 60
    taken = Taken(resource_id, kind_of(practice, resource_id), "block", (Span(0, minutes),))
    placement = Placement(starts_at, (taken,))
    placing.lock(placement)
    window = Window(starts_at.astimezone(ZoneInfo(place.time_zone)).date(), 2, place.time_zone)
    demand = Demand((), (), Span(0, minutes), minutes, -1)
    text = label.strip()[:120]
    what = Particulars(
        place.id, None, None, "staff", (Part("block", text, 0, minutes),), kind="block", label=text
    )
    return appointments.block(what, demand, placement, window, actor)


def kind_of(practice: snapshot.Practice, resource_id: UUID) -> str:
    """Return what kind of resource an id is; NotFound."""
    if resource_id in practice.practitioners:
        return "practitioner"
    if any(unit.id == resource_id for unit in practice.rooms):
        return "room"
    if any(unit.id == resource_id for unit in practice.devices):
        return "device"
    raise NotFound
