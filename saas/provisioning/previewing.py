"""What patients would be offered next week if an offering said something else: the search itself, asked early.

People, hours and rooms are those that hold now. Nothing is written and nothing kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from saas.booking import searching
from saas.booking.asking import Channel, Wish
from saas.catalogue.contents import Offering
from saas.practice import snapshot
from saas.practice.snapshot import Place

DAYS = 7


@dataclass(frozen=True)
class Week:
    """The free starts of each of the next days at one place."""

    place: Place
    days: Sequence[tuple[date, int]]

    @property
    def total(self) -> int:
        """How many starts are free in all."""
        return sum(free for _day, free in self.days)


def weeks(offering: Offering, config_version: int, now: datetime) -> list[Week]:
    """Return the free starts of the coming days at each place in use where *offering* would be had."""
    practice = snapshot.read(config_version)
    channel = Channel.ONLINE if offering.online else Channel.STAFF
    found = []
    for slug in offering.locations:
        if slug in practice.by_slug:
            asked = Wish(offering, practice.by_slug[slug], practice, config_version, channel)
            times = searching.find(asked, asked.today(now), DAYS, now)
            by_day = searching.by_day(asked, times)
            found.append(
                Week(asked.place, [(day.on, len({slot.starts_at for slot in day.slots})) for day in by_day])
            )
    return found
