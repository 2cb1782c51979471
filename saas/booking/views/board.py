"""The board of free times: fourteen days at a glance, one day's times by practitioner, and what else there is.

Three pages show it: booking, choosing anew after a hold has lapsed, and moving a visit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from saas.booking import asking, costs, exam_first, searching
from saas.booking.asking import Wish
from saas.booking.searching import Day, Slot
from saas.booking.views import wording
from saas.kernel.money import Money
from saas.practice.snapshot import Practitioner
from saas.scheduling import availability
from saas.scheduling.availability import NOBODY, Times
from saas.scheduling.models import Appointment
from saas.scheduling.windows import Window
from saas.web import render

DAYS = 14
AT_ONCE = 15
Href = Callable[..., str]


@dataclass(frozen=True)
class Chip:
    """One day at a glance. `closed_for` is why it is closed, "" where nobody says, None where it is open."""

    on: date
    free: int
    closed_for: str | None
    href: str
    is_chosen: bool

    weekday = property(lambda self: wording.weekday(self.on))
    month = property(lambda self: wording.month(self.on))
    label = property(lambda self: wording.whole(self.on))


@dataclass(frozen=True)
class Group:
    """One practitioner's free times of the chosen day; `more` are those that wait behind a fold.

    `price` is what a visit with them costs that day, None where it is free of charge.
    """

    practitioner: Practitioner
    price: Money | None
    slots: Sequence[Slot]
    more: Sequence[Slot]

    @property
    def on_request(self) -> bool:
        """Whether a clinician decides about every one of these times."""
        return all(slot.on_request for slot in (*self.slots, *self.more))


@dataclass(frozen=True)
class Way:
    """Somewhere to go: another day, place or person."""

    label: str
    href: str
    on: date | None = None
    is_chosen: bool = False


@dataclass(frozen=True)
class Board:
    """Everything the block of times shows. `spots` is the weekly limit as a sentence, or nothing."""

    wish: Wish
    minutes: int
    zone: str
    zone_label: str
    chips: Sequence[Chip]
    chosen: Chip
    groups: Sequence[Group]
    people: Sequence[Way]
    spots: str
    next_free: Way | None
    earlier: Way | None
    later: Way | None
    elsewhere: Sequence[Way]

    @property
    def asks(self) -> bool:
        """Whether a clinician decides about some of the chosen day's times."""
        return any(slot.on_request for group in self.groups for slot in (*group.slots, *group.more))

    def find(self, starts_at: datetime, practitioner_id: UUID | None) -> Slot | None:
        """Return the chosen day's free slot at *starts_at* with the practitioner, or None."""
        slots = (slot for group in self.groups for slot in (*group.slots, *group.more))
        wanted = (starts_at, practitioner_id)
        return next((slot for slot in slots if (slot.starts_at, slot.practitioner.id) == wanted), None)


@dataclass(frozen=True)
class Look:
    """What someone looks at: days from *first*, one *day* of them; *held* is the visitor's own open hold.

    With *is_flexible*, a day without a free time gives way to the first that has one.
    """

    first: date | None = None
    day: date | None = None
    held: Appointment | None = None
    ignoring: UUID = NOBODY
    is_flexible: bool = False


def show(wish: Wish, look: Look, now: datetime, href: Href) -> Board:
    """Return the board of *wish*; *href* makes addresses from `day`, `first`, `practitioner`, `location`."""
    today = wish.today(now)
    first = _first_day(wish, look, today)
    look = replace(look, ignoring=look.held.id if look.held else look.ignoring)
    each = _search(wish, first, DAYS, now, look.ignoring)
    times, days = each[0][1], searching.by_day_each(each)
    chosen = _chosen(days, look)
    wish, raw = exam_first.on(wish, chosen.on), wish
    chips = [_chip(day, chosen, first, href) for day in days]
    return Board(
        wish=wish, minutes=wish.timeline.patient.end, zone=wish.place.time_zone,
        zone_label=render.zone_label(wish.place.time_zone), chips=chips,
        chosen=next(chip for chip in chips if chip.is_chosen), groups=_groups(wish, chosen),
        people=_people(wish, chosen, href),
        spots=_spots(wish, look, times, chosen.on, today),
        next_free=None if chosen.slots else _next_free(raw, look, days, chosen.on, now, href),
        earlier=_page(max(today, first - timedelta(days=DAYS)), href) if first > today else None,
        later=_page(first + timedelta(days=DAYS), href) if first + timedelta(days=DAYS) <= _last(wish, today) else None,
        elsewhere=_elsewhere(raw, now, href),
    )  # fmt: skip


def with_anyone(wish: Wish) -> Wish:
    """Return *wish* without a practitioner of choice."""
    return replace(wish, practitioner=None)


def first_free(wish: Wish, now: datetime, href: Href) -> Way:
    """Return the way to the wish's times, with the first day that has one."""
    found = _find_free(wish, wish.today(now), now)
    return Way(wish.place.name, href(day=found), found)


def _last(wish: Wish, today: date) -> date:
    return today + timedelta(days=wish.offering.horizon_days)


def _first_day(wish: Wish, look: Look, today: date) -> date:
    """Return where the window begins: what was asked for within the horizon, else the fortnight of the day."""
    last = _last(wish, today)
    if look.first is not None:
        return min(max(look.first, today), last)
    if look.day is None or not today <= look.day <= last:
        return today
    return today + timedelta(days=(look.day - today).days // DAYS * DAYS)


def _chosen(days: Sequence[Day], look: Look) -> Day:
    asked = next((day for day in days if day.on == look.day and (day.slots or not look.is_flexible)), None)
    return asked or next((day for day in days if day.slots), days[0])


def _chip(day: Day, chosen: Day, first: date, href: Href) -> Chip:
    free = len({slot.starts_at for slot in day.slots})
    return Chip(day.on, free, day.closed_for, href(day=day.on, first=first), day is chosen)


def _groups(wish: Wish, day: Day) -> list[Group]:
    by_person: dict[UUID, list[Slot]] = {}
    for slot in day.slots:
        by_person.setdefault(slot.practitioner.id, []).append(slot)
    groups = [_group(wish, day.on, slots) for slots in by_person.values()]
    return sorted(groups, key=lambda group: group.practitioner.name)


def _group(wish: Wish, day: date, slots: Sequence[Slot]) -> Group:
    person = slots[0].practitioner
    quoted = costs.quote(wish, person, day)
    return Group(person, quoted.net if quoted else None, *_folded(slots))


def _folded(slots: Sequence[Slot]) -> tuple[Sequence[Slot], Sequence[Slot]]:
    """Put the tail behind a fold, unless it is hardly worth one."""
    return (slots, ()) if len(slots) <= AT_ONCE + 4 else (slots[:AT_ONCE], slots[AT_ONCE:])


def _people(wish: Wish, chosen: Day, href: Href) -> list[Way]:
    window = wish.window(chosen.on, DAYS)
    here = [
        person for person in wish.practice.practitioners.values()
        if wish.place.id in person.hours and _may(wish, person, window)
    ]  # fmt: skip
    wanted = wish.practitioner
    if len(here) <= 1 and wanted is None:
        return []
    ways = [Way("", href(practitioner=None, day=chosen.on), is_chosen=wanted is None)]
    return ways + [
        Way(person.name, href(practitioner=person.slug, day=chosen.on), is_chosen=person == wanted)
        for person in here
    ]


def _may(wish: Wish, person: Practitioner, window: Window) -> bool:
    """Whether the person may do it on one of the days, or a clinician could be asked whether they may."""
    lead = wish.roles[0]
    return bool(
        asking.may_perform(wish, lead, person, window) | asking.may_ask_for(wish, lead, person, window)
    )


def _spots(wish: Wish, look: Look, times: Times, day: date, today: date) -> str:
    week = availability.monday(day)
    if week not in times.places_left:
        return ""
    left = times.places_left[week]
    if look.held and _is_in(look.held, wish, week):
        left -= 1
    return wording.spots(max(0, left), is_this_week=week == availability.monday(today), week=week)


def _is_in(held: Appointment, wish: Wish, week: date) -> bool:
    return held.offering_id == wish.offering.id and availability.monday(wish.today(held.starts_at)) == week


def _next_free(
    wish: Wish, look: Look, days: Sequence[Day], after: date, now: datetime, href: Href
) -> Way | None:
    found = next((day.on for day in days if day.slots and day.on > after), None)
    found = found or _find_free(wish, days[-1].on + timedelta(days=1), now, look.ignoring)
    found = found or next((day.on for day in days if day.slots), None)
    return Way(wording.whole(found), href(day=found), found) if found else None


def _find_free(wish: Wish, first: date, now: datetime, ignoring: UUID = NOBODY) -> date | None:
    """Return the first day with a free time from *first* to the horizon."""
    span = (_last(wish, wish.today(now)) - first).days + 1
    if span < 1:
        return None
    each = _search(wish, first, min(span, searching.LONGEST_DAYS), now, ignoring)
    slots = (slot for one in each for slot in searching.slots(*one))
    return min((wish.today(slot.starts_at) for slot in slots), default=None)


def _search(wish: Wish, first: date, days: int, now: datetime, ignoring: UUID) -> list[tuple[Wish, Times]]:
    """Return the free times of each way in which the visit is had on these days."""
    window = wish.window(first, days)
    return searching.find_each(exam_first.over(wish, window), window, now, ignoring=ignoring)


def _page(first: date, href: Href) -> Way:
    return Way(wording.short(first), href(first=first), first)


def _elsewhere(wish: Wish, now: datetime, href: Href) -> list[Way]:
    """Return the offering's other places that have a free time, each with its first day."""
    ways = []
    for slug in wish.practice.by_name(wish.offering.locations):
        place = wish.practice.by_slug[slug]
        if place == wish.place or not href(location=slug):
            continue
        there = replace(wish, place=place, practitioner=None)
        found = _find_free(there, there.today(now), now)
        if found:
            ways.append(Way(place.name, href(location=slug, practitioner=None, day=found), found))
    return ways
