"""Turn a wish (an offering, a place, days) into what scheduling is told: who may, when, with what.

The gates are asked here once per person and period, never per slot.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from saas.booking import deadlines, watching
from saas.booking.knowing import Whom
from saas.catalogue import composing, offerings, varying
from saas.catalogue.composing import Need, Timeline
from saas.catalogue.contents import Offering
from saas.catalogue.examining import EXAMINER
from saas.catalogue.spacing import Away
from saas.credentials import eligibility
from saas.db import versioned
from saas.kernel.errors import NotFound
from saas.kernel.text import N_
from saas.practice import snapshot
from saas.practice.snapshot import Place, Practice, Practitioner
from saas.scheduling import attendance, masks, staffing, windows
from saas.scheduling.demand import Candidate, Cap, Demand, PoolDemand, RoleDemand
from saas.scheduling.windows import Window

STAFF_GRID_MINUTES = 5
MOST_KEPT = 20_000
# How long a time that was shown may still be taken, though the moment to book ahead has passed meanwhile.
SHOWN_FOR = timedelta(minutes=5)


class Channel(StrEnum):
    """Through which door someone books: patients keep to lead time, grid and what is offered online."""

    ONLINE = "online"
    STAFF = "staff"


class Examined(StrEnum):
    """How an examination that is needed is had: as the first part of the visit, or before it (`exam_first`)."""

    IN_VISIT = "in_visit"
    BEFORE = "before"


@dataclass(frozen=True)
class Wish:
    """What someone wants to book, resolved against one version of the configuration.

    `offering` is as its variant of choice; `add_ons` are in the order in which it names them;
    `whom` is None until it is known. `away` are the days that are too near to other visits of a
    patient who is known (`suitable`). With `may_ask`, times count too about which a clinician decides.
    A wish for a time that was `shown` may come late by SHOWN_FOR. `exam` says how an examination is had that comes
    first (None: nobody asked), `only` the days that it is booked on like this; empty: all.
    """

    offering: Offering
    place: Place
    practice: Practice
    config_version: int
    channel: Channel
    practitioner: Practitioner | None = None
    add_ons: tuple[Offering, ...] = ()
    whom: Whom | None = None
    away: tuple[Away, ...] = ()
    may_ask: bool = False
    shown: bool = False
    exam: Examined | None = None
    only: tuple[date, ...] = ()

    @cached_property
    def timeline(self) -> Timeline:
        """The visit as it unfolds, with its add-ons."""
        return composing.of_offering(self.offering, self.add_ons)

    @cached_property
    def roles(self) -> tuple[Need, ...]:
        """Who is needed; the first is the visit's practitioner."""
        return tuple(need for need in self.timeline.needs if need.kind == "role")

    @property
    def lead(self) -> timedelta:
        """How far ahead it must be booked; staff may book from now on."""
        if self.channel is Channel.STAFF:
            return timedelta(0)
        ahead = timedelta(minutes=self.offering.lead_minutes)
        return max(ahead - SHOWN_FOR, timedelta(0)) if self.shown else ahead

    @property
    def asks_age(self) -> bool:
        """Whether the birth date of whom it is for is needed."""
        return any(one.patients.has_ages for one in (self.offering, *self.add_ons))

    def window(self, first: date, days: int) -> Window:
        """Return the window of *days* days from *first* in the place's own calendar."""
        return Window(first, days, self.place.time_zone)

    def today(self, now: datetime) -> date:
        """Return the place's own calendar day at *now*."""
        return now.astimezone(ZoneInfo(self.place.time_zone)).date()


def wish(offering: str, location: str, config_version: int, channel: Channel,
         practitioner: str | None = None, add_ons: Sequence[str] = ()) -> Wish:  # fmt: skip
    """Resolve slugs. NotFound where one is unknown, or the offering is not offered there or by this door.

    AddOnRefused where an add-on is not to be had with it there, or they do not go together. Of an offering
    with variants it is the first; `vary` asks for another.
    """
    practice = snapshot.read(config_version)
    found, place = offerings.get(offering, config_version), practice.place(location)
    if place.slug not in found.locations or (channel is Channel.ONLINE and not found.online):
        raise NotFound(N_("%(offering)s is not offered there."), offering=found.text("name"))
    person = practice.practitioner(practitioner) if practitioner else None
    added = offerings.get_add_ons(found, add_ons, place.slug, config_version) if add_ons else ()
    return Wish(varying.of(found), place, practice, config_version, channel, person, added, may_ask=True)


def vary(asked: Wish, variant: str | None) -> Wish:
    """Return *asked* as the variant of that slug; as it is where none is named. VariantRefused."""
    if variant is None:
        return asked
    plain = offerings.get(asked.offering.slug, asked.config_version)
    return replace(asked, offering=varying.of(plain, variant))


def demand(asked: Wish, window: Window, now: datetime) -> Demand:
    """Return what the visit needs within *window*: candidates with their masks, pools, allowed starts."""
    timeline, opening = asked.timeline, open_hours(asked, window)
    pools = [need for need in timeline.needs if need.kind in ("room", "device")]
    offering = asked.offering
    cap = Cap(offering.id, offering.weekly_new_patients) if offering.weekly_new_patients else None
    return Demand(
        roles=tuple(role(asked, need, window, opening) for need in asked.roles),
        pools=tuple(_pool(asked, need) for need in pools),
        patient=timeline.patient, minutes=timeline.minutes,
        starts=allowed_starts(asked, window, now) & open_starts(asked, opening), cap=cap,
        shortest_minutes=_shortest(asked), outages=outages(asked, pools, window),
        requests=request_mask(asked, window, now),
    )  # fmt: skip


def allowed_starts(asked: Wish, window: Window, now: datetime) -> int:
    """Return the starts that grid, lead time, horizon and the patient's other visits allow."""
    return (
        grid_mask(asked, window)
        & lead_mask(asked, window, now)
        & horizon_mask(asked, window, now)
        & near_mask(asked, window)
        & only_mask(asked, window)
    )


def grid_mask(asked: Wish, window: Window) -> int:
    """Return the starts on the grid; staff place visits to five minutes."""
    online = asked.channel is Channel.ONLINE
    return windows.grid(window, asked.offering.grid_minutes if online else STAFF_GRID_MINUTES)


def lead_mask(asked: Wish, window: Window, now: datetime) -> int:
    """Return the starts far enough ahead; staff may book from now on."""
    return window.at_or_after(now + asked.lead)


def horizon_mask(asked: Wish, window: Window, now: datetime) -> int:
    """Return the starts within the horizon, in whole days of the place's calendar."""
    today = asked.today(now)
    return window.of_dates([(today - timedelta(days=1), today + timedelta(days=asked.offering.horizon_days))])


def request_mask(asked: Wish, window: Window, now: datetime) -> int:
    """Return the starts for which there is time to ask a clinician; none where nobody is to be asked."""
    return window.at_or_after(now + deadlines.NOTICE) if asked.may_ask else 0


def near_mask(asked: Wish, window: Window) -> int:
    """Return the starts on days that are not too near to another visit of the patient."""
    if not asked.away:
        return -1
    return ~window.of_dates([(one.first, one.last) for one in asked.away])


def only_mask(asked: Wish, window: Window) -> int:
    """Return the starts on the days that the wish is for."""
    return window.of_dates([(day, day) for day in asked.only]) if asked.only else -1


def open_hours(asked: Wish, window: Window) -> int:
    """Return the mask of the place's opening hours."""
    return attendance.opening(asked.place, window)


def open_starts(asked: Wish, opening: int) -> int:
    """Return the starts at which the place is open for as long as the patient is there."""
    return masks.fitting(opening, masks.widened([asked.timeline.patient]))


def working(asked: Wish, person: Practitioner, window: Window, opening: int) -> int:
    """Return the mask of when *person* is at work at the place: hours within opening, less absences."""
    return attendance.working(person, asked.place, window, opening)


def may_perform(asked: Wish, need: Need, person: Practitioner, window: Window) -> int:
    """Return the mask of the days on which *person* may do all that the role *need* does."""
    question = eligibility.question(asked.practice, asked.place, person, need)
    periods = eligibility.periods(question, asked.config_version)
    return window.of_dates([(period.starts_on, period.ends_on) for period in periods])


def may_ask_for(asked: Wish, need: Need, person: Practitioner, window: Window) -> int:
    """Return the mask of the days on which *person* may do what *need* does, once a clinician has said so."""
    if not asked.may_ask:
        return 0
    question = eligibility.question(asked.practice, asked.place, person, need)
    periods = eligibility.to_decide(question, asked.config_version)
    either = window.of_dates([(period.starts_on, period.ends_on) for period in periods])
    return either & ~may_perform(asked, need, person, window)


def days_of(asked: Wish, need: Need, person: Practitioner, window: Window) -> tuple[int, int]:
    """Return both masks of *person*'s days, those they may perform and those to be asked for; kept for a while."""
    known: dict[Hashable, tuple[int, int]] = versioned.read("days of scope", asked.config_version, dict)
    key = (asked.place.id, person.id, need.planned, window, asked.may_ask)
    if key not in known:
        if len(known) >= MOST_KEPT:
            known.clear()
        known[key] = (
            may_perform(asked, need, person, window), may_ask_for(asked, need, person, window),
        )  # fmt: skip
    return known[key]


def people_for(asked: Wish, need: Need) -> Sequence[Practitioner]:
    """Return who is asked for the role *need*: the practitioner of choice, or all who work at the place."""
    if asked.practitioner is not None and need == asked.roles[0]:
        return (asked.practitioner,)
    return [person for person in asked.practice.practitioners.values() if asked.place.id in person.hours]


def role(asked: Wish, need: Need, window: Window, opening: int) -> RoleDemand:
    """Return the role *need* with whoever may fill it, and when they work and may."""
    candidates, visit = [], watching.Visit(asked.practice, asked.place, asked.timeline, asked.config_version)
    for person in people_for(asked, need):
        allowed, to_ask = days_of(asked, need, person, window)
        at_work = working(asked, person, window, opening) if allowed | to_ask else 0
        if (allowed | to_ask) & at_work:
            above = watching.of(visit, need, person, window)
            seats = seats_of(person)
            candidates.append(
                Candidate(person.id, allowed & at_work, seats, *above, on_request=to_ask & at_work)
            )
    return RoleDemand(need.name, need.spans, tuple(candidates), or_lead=need.name == EXAMINER)


def seats_of(person: Practitioner) -> tuple[UUID, ...]:
    """Return a seat for each patient whom *person* may look after at the same time; none for one alone."""
    return staffing.seats(person.id, person.max_concurrent_patients)


def _pool(asked: Wish, need: Need) -> PoolDemand:
    units = asked.practice.units(need.kind, need.name, asked.place)
    return PoolDemand(need.kind, need.name, need.spans, tuple(unit.id for unit in units))


def outages(asked: Wish, needs: Sequence[Need], window: Window) -> dict[UUID, int]:
    """Return when the units of the pools *needs* are out of use; those that never are in *window* are left out."""
    units = (unit for need in needs for unit in asked.practice.units(need.kind, need.name, asked.place))
    return {unit.id: out for unit in units if (out := attendance.outage(unit, window))}


def _shortest(asked: Wish) -> int:
    offered = offerings.list_current(asked.config_version).values()
    here = (one for o in offered if asked.place.slug in o.locations for one in varying.each(o))
    # what was booked moves also where nothing can be booked any more
    return min(sum(s.minutes for s in one.segments) for one in (*here, asked.offering))
