"""Why a start cannot be booked, as reasons with sentences; the first is the one that matters most.

A hold refuses with these, `saas explain slot` prints them, and staff ask with *Why not 10:15?*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.booking import asking, deciding, suitable
from saas.booking.asking import Channel, Wish
from saas.catalogue.composing import Need
from saas.credentials.vocabulary import Verdict
from saas.kernel.errors import Reason
from saas.kernel.text import N_, Phrase
from saas.practice import hours
from saas.practice.snapshot import Practitioner
from saas.scheduling import availability, masks, staffing
from saas.scheduling.availability import NOBODY, Times
from saas.scheduling.demand import PoolDemand, RoleDemand
from saas.scheduling.windows import Window

SENTENCES = {
    "past": N_("This time has passed."),
    "lead_time": N_("This is booked at least %(minutes)d minutes ahead."),
    "horizon": N_("This is booked at most %(days)d days ahead."),
    "off_grid": N_("Visits begin every %(minutes)d minutes."),
    "closed": N_("%(place)s is closed then."),
    "not_permitted": N_("Nobody who works at %(place)s may do this on that day."),
    "practitioner_not_permitted": N_("%(name)s may not do this on that day."),
    "for_review": N_(
        "The clinic has to look at the case before this can be booked, and there is not enough time for that here."
        " Please call us."
    ),
    "supervisor_not_there": N_("Nobody is there then who may supervise this."),
    "supervisor_busy": N_("Whoever may supervise this is taken then."),
    "not_working": N_("Nobody who may do this works at %(place)s then."),
    "practitioner_not_working": N_("%(name)s does not work at %(place)s then."),
    "practitioner_busy": N_("Everyone who may do this is taken then."),
    "role_not_permitted": N_("Nobody who works at %(place)s may %(act)s on that day."),
    "role_not_working": N_("Nobody who may %(act)s works then."),
    "role_busy": N_("Everyone who may %(act)s is taken then."),
    "device_busy": N_("No %(device)s is free at %(at)s."),
    "device_missing": N_("%(place)s has no %(device)s."),
    "device_serviced": N_("%(unit)s is being serviced until %(until)s."),
    "holiday": N_("%(place)s is closed that day (%(why)s)."),
    "closed_for": N_("%(place)s is closed that day for %(why)s."),
    "other_hours": N_("%(place)s has other hours that day (%(why)s)."),
    "practitioner_other_hours": N_("%(name)s has other hours at %(place)s that day."),
    "practitioner_other_week": N_(
        "%(name)s works at %(place)s then only every %(weeks)d weeks, not that one."
    ),
    "room_serviced": N_("%(unit)s is out of use until %(until)s."),
    "room_busy": N_("No room of the kind it needs is free then."),
    "cap_reached": N_("The week's places for new patients are all taken."),
}
EVERY_SECOND = 2
# What somebody other than the practitioner does in a visit; a role of several acts is told by its name.
ACTS = {
    "prp_draw": N_("draw blood"),
    "prp_process": N_("prepare plasma"),
    "prp_administer": N_("apply plasma"),
    "dry_needling": N_("do dry needling"),
    "microneedling": N_("do micro-needling"),
    "chemical_peel_superficial": N_("do a superficial peel"),
    "exam": N_("examine patients"),
}
# Refusals that only mean that somebody was faster; all others are the calendar's own rules.
TAKEN = frozenset({"device_busy", "practitioner_busy", "role_busy", "room_busy", "supervisor_busy"})
# Nobody there may do it; no other time of the day helps.
NOT_ELIGIBLE = frozenset({"not_permitted", "practitioner_not_permitted", "role_not_permitted", "for_review"})
MOST_TOLD = 5


def explain(asked: Wish, starts_at: datetime, now: datetime, *, ignoring: object = NOBODY) -> list[Reason]:
    """Return why *starts_at* cannot be booked; empty where it can."""
    window = window_around(asked, starts_at)
    granule = window.granule(starts_at)
    rules = _by_rule(asked, window, granule, starts_at, now)
    return (
        rules or _by_people(asked, window, granule, now) or _by_claims(asked, window, granule, now, ignoring)
    )


def window_around(asked: Wish, starts_at: datetime) -> Window:
    """Return the two days that a visit at *starts_at* can reach into."""
    return asked.window(asked.today(starts_at), 2)


def _by_rule(asked: Wish, window: Window, granule: int, starts_at: datetime, now: datetime) -> list[Reason]:
    offering = asked.offering
    if starts_at < now:
        return [_reason("past")]
    if starts_at < now + asked.lead:
        return [_reason("lead_time", minutes=offering.lead_minutes)]
    if not _at(asking.horizon_mask(asked, window, now), granule):
        return [_reason("horizon", days=offering.horizon_days)]
    if near := suitable.too_soon(asked.away, asked.today(starts_at)):
        return [near]
    exact = window.instant(granule) == starts_at
    if not exact or not _at(asking.grid_mask(asked, window), granule):
        online = asked.channel is Channel.ONLINE
        return [_reason("off_grid", minutes=offering.grid_minutes if online else asking.STAFF_GRID_MINUTES)]
    if not _at(asking.open_starts(asked, asking.open_hours(asked, window)), granule):
        return [_closed(asked, asked.today(starts_at))]
    return []


def _closed(asked: Wish, day: date) -> Reason:
    opening, place = asked.place.opening, asked.place.name
    special, why = opening.special(day), opening.closed_for(day)
    if special is None:
        return _reason("holiday", place=place, why=why) if why else _reason("closed", place=place)
    if not special.why():
        return _reason("closed", place=place)
    return _reason("other_hours" if special.spans else "closed_for", place=place, why=special.why())


def _may(
    asked: Wish, need: Need, person: Practitioner, window: Window, granule: int, *, can_ask: bool
) -> bool:
    """Whether the person may fill the role that day, or a clinician could be asked whether they may."""
    found = asking.may_perform(asked, need, person, window)
    return _at(found | asking.may_ask_for(asked, need, person, window) if can_ask else found, granule)


def _by_people(asked: Wish, window: Window, granule: int, now: datetime) -> list[Reason]:
    opening, can_ask = asking.open_hours(asked, window), _at(asking.request_mask(asked, window, now), granule)
    for need in asked.roles:
        people = asking.people_for(asked, need)
        if not any(_may(asked, need, person, window, granule, can_ask=can_ask) for person in people):
            return _not_permitted(asked, need, people, window, granule)
        role = asking.role(asked, need, window, opening)
        role = role.asking() if can_ask else role
        if not _can_fill(role, {}, granule):
            if _can_fill(_unwatched(role), {}, granule):
                return [_reason("supervisor_not_there")]
            return [_not_working(asked, need, window.instant(granule))]
    return []


def _not_working(asked: Wish, need: Need, at: datetime) -> Reason:
    """Return why nobody for the role *need* is at work; of the practitioner of choice, whether another week."""
    one = asked.practitioner if need == asked.roles[0] else None
    roster = one.hours.get(asked.place.id) if one else None
    if one is None or roster is None:
        return _of_role("not_working", asked, need)
    local = at.astimezone(ZoneInfo(asked.place.time_zone))
    if roster.special(local.date()):
        return _reason("practitioner_other_hours", name=one.name, place=asked.place.name)
    weeks = roster.turns_at(local.date(), local.time())
    if weeks == 0:
        return _of_role("not_working", asked, need)
    sentence = SENTENCES["practitioner_other_week"]
    if weeks == EVERY_SECOND:
        sentence = N_("%(name)s works at %(place)s then only every second week, not that one.")
    params = {"name": one.name, "place": asked.place.name, "weeks": weeks}
    return Reason("practitioner_other_week", sentence, params)


def _not_permitted(
    asked: Wish, need: Need, people: Sequence[Practitioner], window: Window, granule: int
) -> list[Reason]:
    """Return that nobody may, and why of each whom the clinic would let; of one who was chosen in any case."""
    day = availability.local_day(window, granule)
    found = [deciding.on(asked, need, person, day) for person in people]
    granted = [one for one in found if all(reason.code != "not_granted" for reason in one.reasons)]
    is_review = any(one.verdict is Verdict.REVIEW for one in granted)
    first = _reason("for_review") if is_review else _of_role("not_permitted", asked, need)
    why = [reason for one in granted for reason in one.reasons if one.verdict is not Verdict.ALLOW]
    return [first, *why[:MOST_TOLD]]


def _by_claims(asked: Wish, window: Window, granule: int, now: datetime, ignoring: object) -> list[Reason]:
    demand = asking.demand(asked, window, now)
    times = availability.find(demand, window, ignoring=ignoring)  # type: ignore[arg-type]  # an id
    if any(_at(mask, granule) for mask in times.by_practitioner.values()):
        return []
    week = availability.monday(availability.local_day(window, granule))
    if times.places_left.get(week) == 0:
        return [_reason("cap_reached")]
    for need, role in zip(asked.roles, demand.roles, strict=True):
        filled = role.asking() if _at(demand.requests, granule) else role
        if not _can_fill(filled, times.busy, granule):
            if _can_fill(_unwatched(filled), times.busy, granule):
                return [_reason("supervisor_busy")]
            return [_of_role("busy", asked, need)]
    for pool in demand.pools:
        if not _at(availability.pools_mask((pool,), times.busy), granule):
            at = window.instant(granule)
            return [_of_outage(pool, asked, at, times) or _of_pool(pool, asked, at)]
    return [_of_role("busy", asked, asked.roles[-1])]  # one person would have to fill two roles


def _can_fill(role: RoleDemand, busy: Mapping[UUID, int], granule: int) -> bool:
    return any(_at(staffing.mask(candidate, role, busy), granule) for candidate in role.candidates)


def _unwatched(role: RoleDemand) -> RoleDemand:
    """Return the role as if nobody had to be supervised."""
    return replace(role, candidates=tuple(replace(one, alone=-1) for one in role.candidates))


def _of_role(what: str, asked: Wish, need: Need) -> Reason:
    """Return why the role *need* has nobody: `not_permitted`, `not_working` or `busy`."""
    if need != asked.roles[0]:
        return _reason(f"role_{what}", act=_act(need), place=asked.place.name)
    one = asked.practitioner
    if what == "busy":
        sentence = N_("%(name)s is taken then.") if one else SENTENCES["practitioner_busy"]
        return Reason("practitioner_busy", sentence, {"name": one.name} if one else {})
    named = {"name": one.name} if one else {}
    return _reason(f"practitioner_{what}" if one else what, place=asked.place.name, **named)


def _act(need: Need) -> str:
    [act, *others] = need.procedures or ("",)
    known = None if others else ACTS.get(act)
    return Phrase(known) if known else f"be the {need.name.replace('_', ' ')}"


def _of_outage(pool: PoolDemand, asked: Wish, at: datetime, times: Times) -> Reason | None:
    """Return that a unit is out of use, where that is all that keeps the visit from it."""
    outages, granule = times.demand.outages, times.window.granule(at)
    spans, local = masks.widened(pool.spans), at.astimezone(ZoneInfo(asked.place.time_zone))
    for unit in asked.practice.units(pool.kind, pool.name, asked.place):
        taken = times.busy.get(unit.id, 0) & ~outages.get(unit.id, 0)
        if unit.id in outages and _at(masks.fitting(~taken, spans), granule):
            ends = at + timedelta(minutes=pool.spans[-1].end)
            wall = [one.astimezone(local.tzinfo).replace(tzinfo=None) for one in (at, ends)]
            until = max((one.ends for one in hours.services_in(unit.services, *wall)), default=wall[1])
            clock = f"{until.hour}:{until:%M}"
            said = clock if until.date() == local.date() else f"{until.date()} {clock}"
            return _reason(f"{pool.kind}_serviced", unit=unit.name, until=said)
    return None


def _of_pool(pool: PoolDemand, asked: Wish, at: datetime) -> Reason:
    if pool.kind == "room":
        return _reason("room_busy")
    device, local = pool.name.replace("_", " "), at.astimezone(ZoneInfo(asked.place.time_zone))
    if not pool.units:
        return _reason("device_missing", place=asked.place.name, device=device)
    return _reason("device_busy", device=device, at=f"{local.hour}:{local:%M}")


def _at(mask: int, granule: int) -> bool:
    return granule >= 0 and bool(mask >> granule & 1)


def _reason(code: str, **params: object) -> Reason:
    return Reason(code, SENTENCES[code], params)
