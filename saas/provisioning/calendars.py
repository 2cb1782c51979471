"""What files say of hours, exceptions and maintenance, as the practice lays it on days. Pure."""

from saas.practice import hours
from saas.practice.hours import Opening, Roster, Row, Service, Special
from saas.provisioning.schema_hours import OpeningException, WorkingException
from saas.provisioning.schema_practice import Device, Location, Person, Room, Weekday


def opening(location: Location) -> Opening:
    """Return when a location is open."""
    rows = (
        Row(day.number, span.opens, span.closes) for day in Weekday for span in location.opening_hours.on(day)
    )
    return Opening(
        hours.in_order(rows),
        tuple(_special(row, tuple(sorted(row.reason.items()))) for row in location.exceptions),
        frozenset(location.closures), location.address.country, location.address.region,
        location.observes_holidays,
    )  # fmt: skip


def rosters(person: Person) -> dict[str, Roster]:
    """Return somebody's hours by the location's slug."""
    places = {row.location for row in person.hours} | {row.location for row in person.exceptions}
    return {
        slug: Roster(
            hours.in_order(row.row(day) for row in person.hours if row.location == slug for day in row.weekdays),
            tuple(_special(row) for row in person.exceptions if row.location == slug),
        )
        for slug in sorted(places)
    }  # fmt: skip


def services(unit: Room | Device) -> tuple[Service, ...]:
    """Return when a room or device is out of use."""
    return tuple(Service(row.starts, row.ends, row.reason or "") for row in unit.maintenance)


def _special(row: OpeningException | WorkingException, reason: tuple[tuple[str, str], ...] = ()) -> Special:
    return Special(row.since, row.last, tuple(span.ends_of for span in row.hours), reason)
