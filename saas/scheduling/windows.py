"""A window of days in a location's own calendar, laid onto instants; and wall-clock hours within it.

A day of 23 or 25 hours is simply shorter or longer. Whatever depends only on the configuration and the
window is computed once and kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from saas.scheduling import masks

WallSpan = tuple[int, time, time]
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


@lru_cache(maxsize=4096)
def hours(window: Window, weekly: tuple[WallSpan, ...], closed: frozenset[date] = frozenset()) -> int:
    """Return the mask of *weekly* wall-clock hours, but for *closed* days."""
    spans = []
    for day in window.dates():
        if day in closed:
            continue
        for weekday, opens, closes in weekly:
            if weekday == day.weekday():
                spans.append(
                    (_at(day, opens, window) - window.epoch, _at(day, closes, window) - window.epoch)
                )
    return masks.of_free(spans, window.size)


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


@lru_cache(maxsize=65536)
def _midnight(day: date, zone: str) -> int:
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp())
