"""Block time at the desk: lunch, a meeting, a room being painted. A block is a claim like any other."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.kernel.actors import Actor
from saas.kernel.errors import Invalid, NotFound
from saas.kernel.spans import Span
from saas.kernel.text import N_
from saas.practice import snapshot
from saas.scheduling import appointments, placing
from saas.scheduling.appointments import Particulars
from saas.scheduling.demand import Demand
from saas.scheduling.insides import Part
from saas.scheduling.models import Appointment
from saas.scheduling.placing import Placement, Taken
from saas.scheduling.windows import Window

LONGEST = timedelta(hours=14)


class BlockRefused(Invalid):
    """A block needs a beginning before its end, within one day."""

    code = "block_refused"
    sentence = N_("A block begins before it ends and lasts at most 14 hours.")


@dataclass(frozen=True)
class Blocked:
    """What is blocked (a practitioner, room or device), from when to when, and what it says."""

    location: str
    resource_id: UUID
    starts_at: datetime
    ends_at: datetime
    label: str


def block(asked: Blocked, config_version: int, actor: Actor) -> Appointment:
    """Block time at a location. BlockRefused, SlotTaken, NotFound."""
    starts_at, length = asked.starts_at.astimezone(UTC), asked.ends_at - asked.starts_at
    if not timedelta(0) < length <= LONGEST:
        raise BlockRefused
    practice = snapshot.read(config_version)
    place = practice.place(asked.location)
    minutes = int(length.total_seconds()) // 60
    taken = Taken(asked.resource_id, kind_of(practice, asked.resource_id), "block", (Span(0, minutes),))
    placement = Placement(starts_at, (taken,))
    placing.lock(placement)
    placing.lapse([taken.id], starts_at)
    window = Window(starts_at.astimezone(ZoneInfo(place.time_zone)).date(), 2, place.time_zone)
    demand = Demand((), (), Span(0, minutes), minutes, -1)
    text = asked.label.strip()[:120]
    part = Part("block", text, 0, minutes)
    what = Particulars(place.id, None, None, "staff", (part,), kind="block", label=text)
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
