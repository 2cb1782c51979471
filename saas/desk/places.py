"""The location a member of staff looks at: where they work, or else the first."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from saas.practice import people, places
from saas.practice.models import Location, Person
from saas.web import render


@dataclass(frozen=True)
class Place:
    """A location as a page's header shows it; UTC where a clinic has none yet."""

    location: Location | None

    @property
    def name(self) -> str:
        """The location's name."""
        return self.location.name if self.location else ""

    @property
    def zone(self) -> str:
        """The location's IANA time zone."""
        return self.location.time_zone if self.location else "UTC"

    @property
    def zone_label(self) -> str:
        """The time zone as people say it."""
        return render.zone_label(self.zone)

    def today(self, now: datetime) -> date:
        """Return the location's own calendar day at *now*."""
        return now.astimezone(ZoneInfo(self.zone)).date()


def of_person(person: Person | None) -> Place:
    """Return where *person* works the most, or the clinic's first location."""
    locations = {row.id: row for row in places.list_locations()}
    _, where = people.weekly_hours().get(person.id, (0.0, [])) if person else (0.0, [])
    mine = [locations[i] for i in where if i in locations]
    return Place(next(iter([*mine, *locations.values()]), None))
