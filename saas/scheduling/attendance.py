"""When a place is open and somebody is at work there, laid onto a window's granules. Pure.

The one reading of opening hours, closed days, working hours and absences: search, refusals and the impact
of a change all ask here.
"""

from datetime import date

from saas.practice.snapshot import Place, Practitioner
from saas.scheduling import masks, windows
from saas.scheduling.windows import Window


def closed_days(place: Place, window: Window) -> frozenset[date]:
    """Return the days of *window* on which the place is closed against its weekday's hours."""
    return frozenset(day for day in window.dates() if place.closed_for(day) is not None)


def opening(place: Place, window: Window) -> int:
    """Return the mask of the place's opening hours."""
    return windows.hours(window, place.hours, closed_days(place, window))


def working(person: Practitioner, place: Place, window: Window, opening: int) -> int:
    """Return the mask of when *person* is at work at the place: hours within *opening*, less absences."""
    hours = windows.hours(window, person.hours.get(place.id, ())) & opening
    if not person.time_off:
        return hours
    away = [(window.seconds(starts), window.seconds(ends)) for starts, ends in person.time_off]
    return hours & ~masks.of_busy(away, window.size)
