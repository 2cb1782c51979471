"""Why a start cannot be booked, as reasons with sentences; the first is the one that matters most.

A hold refuses with these, `saas explain slot` prints them, and staff ask with *Why not 10:15?*.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from saas.booking import asking
from saas.booking.asking import Channel, Wish
from saas.kernel.errors import Reason
from saas.kernel.text import N_
from saas.scheduling import availability, masks
from saas.scheduling.availability import NOBODY
from saas.scheduling.windows import Window

SENTENCES = {
    "past": N_("This time has passed."),
    "lead_time": N_("This is booked at least %(minutes)d minutes ahead."),
    "horizon": N_("This is booked at most %(days)d days ahead."),
    "off_grid": N_("Visits begin every %(minutes)d minutes."),
    "closed": N_("%(place)s is closed then."),
    "not_permitted": N_("Nobody who works at %(place)s may do this on that day."),
    "practitioner_not_permitted": N_("%(name)s may not do this on that day."),
    "not_working": N_("Nobody who may do this works at %(place)s then."),
    "practitioner_not_working": N_("%(name)s does not work at %(place)s then."),
    "practitioner_busy": N_("Everyone who may do this is taken then."),
    "device_busy": N_("No device of the kind it needs is free then."),
    "holiday": N_("%(place)s is closed that day (%(why)s)."),
    "room_busy": N_("No room of the kind it needs is free then."),
    "cap_reached": N_("The week's places for new patients are all taken."),
}
# Refusals that only mean that somebody was faster; all others are the calendar's own rules.
TAKEN = frozenset({"device_busy", "practitioner_busy", "room_busy"})
# Nobody there may do it; no other time of the day helps.
NOT_ELIGIBLE = frozenset({"not_permitted", "practitioner_not_permitted"})


def explain(asked: Wish, starts_at: datetime, now: datetime, *, ignoring: object = NOBODY) -> list[Reason]:
    """Return why *starts_at* cannot be booked; empty where it can."""
    window = window_around(asked, starts_at)
    granule = window.granule(starts_at)
    rules = _by_rule(asked, window, granule, starts_at, now)
    return rules or _by_people(asked, window, granule) or _by_claims(asked, window, granule, now, ignoring)


def window_around(asked: Wish, starts_at: datetime) -> Window:
    """Return the two days that a visit at *starts_at* can reach into."""
    return asked.window(asked.today(starts_at), 2)


def _by_rule(asked: Wish, window: Window, granule: int, starts_at: datetime, now: datetime) -> list[Reason]:
    offering = asked.offering
    if starts_at < now:
        return [_reason("past")]
    if starts_at < now + timedelta(minutes=offering.lead_minutes) and asked.channel is Channel.ONLINE:
        return [_reason("lead_time", minutes=offering.lead_minutes)]
    if not _at(asking.horizon_mask(asked, window, now), granule):
        return [_reason("horizon", days=offering.horizon_days)]
    exact = window.instant(granule) == starts_at
    if not exact or not _at(asking.grid_mask(asked, window), granule):
        online = asked.channel is Channel.ONLINE
        return [_reason("off_grid", minutes=offering.grid_minutes if online else asking.STAFF_GRID_MINUTES)]
    length = masks.granules(asked.timeline.patient.end)
    if not _at(masks.starts(asking.open_hours(asked, window), length), granule):
        why = asked.place.closed_for(asked.today(starts_at))
        return [
            _reason("holiday" if why else "closed", place=asked.place.name, **({"why": why} if why else {}))
        ]
    return []


def _by_people(asked: Wish, window: Window, granule: int) -> list[Reason]:
    opening, one = asking.open_hours(asked, window), asked.practitioner
    people = [one] if one else list(asked.practice.practitioners.values())
    at_place = [p for p in people if one or asked.place.id in p.hours]
    permitted = [p for p in at_place if _at(asking.may_perform(asked, p.id, window), granule)]
    if not permitted:
        return [
            _reason("practitioner_not_permitted", name=one.name)
            if one
            else _reason("not_permitted", place=asked.place.name)
        ]
    length = masks.granules(asked.timeline.patient.end)
    at_work = [
        p for p in permitted if _at(masks.starts(asking.working(asked, p, window, opening), length), granule)
    ]
    if not at_work:
        named = {"name": one.name} if one else {}
        return [
            _reason("practitioner_not_working" if one else "not_working", place=asked.place.name, **named)
        ]
    return []


def _by_claims(asked: Wish, window: Window, granule: int, now: datetime, ignoring: object) -> list[Reason]:
    demand = asking.demand(asked, window, now)
    times = availability.find(demand, window, ignoring=ignoring)  # type: ignore[arg-type]  # an id
    if any(_at(mask, granule) for mask in times.by_practitioner.values()):
        return []
    week = availability.monday(availability.local_day(window, granule))
    if times.places_left.get(week) == 0:
        return [_reason("cap_reached")]
    busy = times.busy
    if asked.practitioner is not None and not _at(_free(asked, window, busy), granule):
        return [Reason("practitioner_busy", N_("%(name)s is taken then."), {"name": asked.practitioner.name})]
    for pool in demand.pools:
        if not _at(availability.pools_mask((pool,), busy), granule):
            return [_reason(f"{pool.kind}_busy")]
    return [_reason("practitioner_busy")]


def _free(asked: Wish, window: Window, busy: Mapping[UUID, int]) -> int:
    """Return the starts at which nothing else claims the practitioner who is asked for."""
    taken = busy.get(asked.practitioner.id, 0) if asked.practitioner else 0
    whole = (1 << window.size) - 1
    return masks.starts(whole & ~taken, masks.granules(asked.timeline.patient.end))


def _at(mask: int, granule: int) -> bool:
    return granule >= 0 and bool(mask >> granule & 1)


def _reason(code: str, **params: object) -> Reason:
    return Reason(code, SENTENCES[code], params)
