"""Free times, as pages and the API show them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from saas.booking import asking
from saas.booking.asking import Wish
from saas.kernel.errors import Invalid
from saas.kernel.text import N_
from saas.practice.snapshot import Practitioner
from saas.scheduling import availability, masks
from saas.scheduling.availability import NOBODY, Times
from saas.scheduling.windows import Window

LONGEST_DAYS = 62


@dataclass(frozen=True)
class Slot:
    """One free start: the patient's time, and with whom. `fit` is 0 to 2, more leaves fewer gaps.

    `crew` is who fills each role of the visit, in the order of the wish's `roles`; the practitioner first.
    With `on_request`, a clinician decides before the visit is certain.
    """

    starts_at: datetime
    ends_at: datetime
    practitioner: Practitioner
    fit: int
    crew: tuple[Practitioner, ...] = ()
    on_request: bool = False


@dataclass(frozen=True)
class Day:
    """One day of the place's calendar, and its free starts; `closed_for` says why it has none."""

    on: date
    slots: tuple[Slot, ...]
    closed_for: str | None = None


class DaysRefused(Invalid):
    """The window is too long, or not a window."""

    code = "days_refused"
    sentence = N_("Ask for 1 to 62 days at a time.")


def find_each(
    wishes: Sequence[Wish],
    window: Window,
    now: datetime,
    *,
    also: UUID | None = None,
    ignoring: UUID = NOBODY,
) -> list[tuple[Wish, Times]]:
    """Return the free starts in *window* for each way in which one visit is had on its days (`exam_first.over`).

    Also what the resource *also* has claimed is among what is `busy`. DaysRefused.
    """
    if not 1 <= window.days <= LONGEST_DAYS:
        raise DaysRefused
    demands = [asking.demand(one, window, now) for one in wishes]
    found = availability.find_each(demands, window, also=also, ignoring=ignoring)
    return list(zip(wishes, found, strict=True))


def find(asked: Wish, first: date, days: int, now: datetime, *, ignoring: UUID = NOBODY) -> Times:
    """Return the free starts of *days* days from *first*. DaysRefused."""
    if not 1 <= days <= LONGEST_DAYS:
        raise DaysRefused
    window = asked.window(first, days)
    return availability.find(asking.demand(asked, window, now), window, ignoring=ignoring)


def slots(asked: Wish, times: Times) -> Iterator[Slot]:
    """Yield the free starts, by practitioner and time."""
    length = timedelta(minutes=asked.timeline.patient.end)
    people = asked.practice.practitioners
    for practitioner_id, crews in times.crews.items():
        before, after = times.sides(practitioner_id)
        found = sorted((granule, ids) for ids, mask in crews for granule in masks.bits(mask))
        for granule, ids in found:
            crew, begins = tuple(people[one] for one in ids), times.window.instant(granule)
            fit = (before[granule] == "1") + (after[granule] == "1")
            yield Slot(begins, begins + length, crew[0], fit, crew, bool(times.on_request >> granule & 1))


def by_day(asked: Wish, times: Times) -> list[Day]:
    """Return every day of the window with its free starts in order."""
    return by_day_each([(asked, times)])


def by_day_each(each: Sequence[tuple[Wish, Times]]) -> list[Day]:
    """Return the same for each way in which one visit is had on its days."""
    asked, times = each[0]
    found: dict[date, list[Slot]] = {day: [] for day in times.window.dates()}
    for slot in (one for wish, those in each for one in slots(wish, those)):
        found[asked.today(slot.starts_at)].append(slot)
    return [
        Day(
            day,
            tuple(sorted(free, key=lambda s: (s.starts_at, s.practitioner.name))),
            _why_closed(asked, day),
        )
        for day, free in found.items()
    ]


def _why_closed(asked: Wish, day: date) -> str | None:
    opening = asked.place.opening
    if opening.on(day):
        return None
    return opening.closed_for(day) or ""
