"""When a place is open, somebody is at work there and a unit is out of use, laid onto a window's granules. Pure.

The one reading of opening hours, working hours, absences and maintenance: search, refusals and the impact
of a change all ask here.
"""

from saas.practice.snapshot import Place, Practitioner, Unit
from saas.scheduling import masks, windows
from saas.scheduling.windows import Window


def opening(place: Place, window: Window) -> int:
    """Return the mask of the place's opening hours."""
    return windows.hours(window, place.opening)


def working(person: Practitioner, place: Place, window: Window, opening: int) -> int:
    """Return the mask of when *person* is at work at the place: hours within *opening*, less absences."""
    roster = person.hours.get(place.id)
    hours = windows.hours(window, roster) & opening if roster else 0
    if not person.time_off:
        return hours
    away = [(window.seconds(starts), window.seconds(ends)) for starts, ends in person.time_off]
    return hours & ~masks.of_busy(away, window.size)


def outage(unit: Unit, window: Window) -> int:
    """Return the mask of when a room or device is out of use."""
    return windows.outage(window, unit.services) if unit.services else 0
