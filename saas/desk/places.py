"""The location a member of staff looks at: the one they chose, where they work, or else the first."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from saas.kernel import clock
from saas.kernel.errors import Invalid
from saas.kernel.text import N_
from saas.practice import people, snapshot
from saas.practice.models import Person
from saas.practice.snapshot import Practice
from saas.web import render

YEARS = range(2000, 2200)


class NoSuchTime(Invalid):
    """A wall time that cannot be read, or that the clocks skip."""

    code = "no_such_time"
    sentence = N_("There is no such time at this location.")


@dataclass(frozen=True)
class Place:
    """A location as a page's header shows it; UTC where a clinic has none yet."""

    found: snapshot.Place | None

    @property
    def slug(self) -> str:
        """The location's slug."""
        return self.found.slug if self.found else ""

    @property
    def name(self) -> str:
        """The location's name."""
        return self.found.name if self.found else ""

    @property
    def zone(self) -> str:
        """The location's IANA time zone."""
        return self.found.time_zone if self.found else "UTC"

    @property
    def zone_label(self) -> str:
        """The time zone as people say it."""
        return render.zone_label(self.zone)

    def today(self, now: datetime) -> date:
        """Return the location's own calendar day at *now*."""
        return now.astimezone(ZoneInfo(self.zone)).date()

    def midnight(self, day: date) -> datetime:
        """Return when *day* begins here."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def wall(self, instant: datetime) -> str:
        """Return *instant* as the clock on the wall shows it: `2026-11-25T10:15`."""
        return instant.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%dT%H:%M")

    def instant(self, wall: str) -> datetime:
        """Return the instant at which the clock on the wall shows *wall*. NoSuchTime."""
        try:
            read = datetime.fromisoformat(wall)
        except ValueError:
            raise NoSuchTime from None
        if read.tzinfo is not None or read.year not in YEARS:
            raise NoSuchTime
        there = read.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
        if there.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) != read:
            raise NoSuchTime
        return there


def choose(practice: Practice, slug: str | None, person: Person | None) -> Place:
    """Return location *slug*, or where *person* works the most, or the first. NotFound."""
    if slug:
        return Place(practice.place(slug))
    _, where = people.weekly_hours(clock.now().date()).get(person.id, (0.0, [])) if person else (0.0, [])
    mine = [practice.places[i] for i in where if i in practice.places]
    return Place(next(iter([*mine, *practice.places.values()]), None))
