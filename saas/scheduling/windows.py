"""A window of days in a location's own calendar, laid onto instants; and wall-clock hours within it.

A day of 23 or 25 hours is simply shorter or longer. Whatever depends only on the configuration and the
window is computed once and kept.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from saas.scheduling import masks

WallSpans = tuple[tuple[time, time], ...]
Outage = tuple[datetime, datetime, str]  # wall times with their dates, and why
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """*days* days from *first* in *zone*. Granule 0 begins at local midnight of the first day."""

    first: date
    days: int
    zone: str

    @property
    def epoch(self) -> int:
        """The instant of granule 0, in seconds since 1970."""
        return _midnight(self.first, self.zone)

    @property
    def size(self) -> int:
        """How many granules the window has."""
        return (_midnight(self.first + self.days * DAY, self.zone) - self.epoch) // masks.GRANULE_SECONDS

    @property
    def begins_at(self) -> datetime:
        """The window's first instant."""
        return datetime.fromtimestamp(self.epoch, UTC)

    @property
    def ends_at(self) -> datetime:
        """The first instant after the window."""
        return datetime.fromtimestamp(self.epoch + self.size * masks.GRANULE_SECONDS, UTC)

    def instant(self, granule: int) -> datetime:
        """Return when *granule* begins."""
        return datetime.fromtimestamp(self.epoch + granule * masks.GRANULE_SECONDS, UTC)

    def granule(self, instant: datetime) -> int:
        """Return the granule *instant* lies in; negative before the window."""
        return (int(instant.timestamp()) - self.epoch) // masks.GRANULE_SECONDS

    def seconds(self, instant: datetime) -> int:
        """Return *instant* in seconds from the window's start."""
        return int(instant.timestamp()) - self.epoch

    def dates(self) -> Iterator[date]:
        """Yield the window's days."""
        return (self.first + n * DAY for n in range(self.days))

    def at_or_after(self, instant: datetime) -> int:
        """Return the mask of granules that begin at *instant* or later."""
        first = max(0, -(-self.seconds(instant) // masks.GRANULE_SECONDS))
        return (1 << self.size) - (1 << min(first, self.size))

    def before(self, instant: datetime) -> int:
        """Return the mask of granules that begin before *instant*."""
        return ((1 << self.size) - 1) & ~self.at_or_after(instant)

    def of_dates(self, days: Sequence[tuple[date, date]]) -> int:
        """Return the mask of whole local days, each from and until a date, both included."""
        mask, last = 0, self.first + (self.days - 1) * DAY
        for first_day, last_day in days:
            lower, upper = max(first_day, self.first), min(last_day, last)
            if lower <= upper:
                span = (
                    _midnight(lower, self.zone) - self.epoch,
                    _midnight(upper + DAY, self.zone) - self.epoch,
                )
                mask |= masks.of_free([span], self.size)
        return mask


class Hours(Hashable, Protocol):
    """Whatever says of a day from when until when, in wall time; it hashes and compares by what it says."""

    def on(self, day: date, /) -> WallSpans:
        """Return the spans of *day*."""
        ...


@lru_cache(maxsize=4096)
def hours(window: Window, said: Hours) -> int:
    """Return the mask of wall-clock hours, as *said* of each of the window's days.

    A time that the clocks skip counts as one hour later; of one that they show twice the first is meant.
    """
    return masks.of_free(
        (
            (_at(day, starts, window) - window.epoch, _at(day, ends, window) - window.epoch)
            for day in window.dates() for starts, ends in said.on(day)
        ),
        window.size,
    )  # fmt: skip


def longest(starts: datetime, ends: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return the instants of a span on the clock of *zone*, from date and time until date and time.

    Whatever a time may mean that the clocks skip or show twice, the span is as long as it can be.
    """
    return min(_both(starts, zone)), max(_both(ends, zone))


@lru_cache(maxsize=4096)
def outage(window: Window, services: tuple[Outage, ...]) -> int:
    """Return the mask of wall-clock spans with dates, each as long as it can be."""
    taken = (longest(starts, ends, window.zone) for starts, ends, _ in services)
    return masks.of_busy(((window.seconds(a), window.seconds(b)) for a, b in taken), window.size)


@lru_cache(maxsize=4096)
def grid(window: Window, minutes: int) -> int:
    """Return the mask of starts on the grid: multiples of *minutes* of local wall time since midnight."""
    mask, zone = 0, ZoneInfo(window.zone)
    for granule in range(window.size):
        local = datetime.fromtimestamp(window.epoch + granule * masks.GRANULE_SECONDS, zone)
        if (local.hour * 60 + local.minute) % minutes == 0:
            mask |= 1 << granule
    return mask


def _at(day: date, wall: time, window: Window) -> int:
    return int(datetime.combine(day, wall, ZoneInfo(window.zone)).timestamp())


def _both(wall: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return the two instants that a date and time on the clock may mean; mostly they are one."""
    there = wall.replace(tzinfo=ZoneInfo(zone))
    return there.astimezone(UTC), there.replace(fold=1).astimezone(UTC)


@lru_cache(maxsize=65536)
def _midnight(day: date, zone: str) -> int:
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp())
