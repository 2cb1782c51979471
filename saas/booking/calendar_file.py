"""A visit as a calendar file (RFC 5545). No clinical word is in it: calendars are seen by many eyes."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vText

PRODUCT = "-//Needlepoint//Appointments//EN"
STATUS = {"held": "TENTATIVE", "pending": "TENTATIVE", "confirmed": "CONFIRMED", "cancelled": "CANCELLED",
          "no_show": "CONFIRMED"}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """What a calendar may know of a visit. *uid* stays the same for life, *version* rises with each change."""

    uid: str
    version: int
    state: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    summary: str
    location: str
    description: str = ""
    url: str = ""


def build(entry: Entry, stamped_at: datetime, method: str = "PUBLISH") -> bytes:
    """Return the file. *method*: PUBLISH for a download, REQUEST or CANCEL for one that is mailed."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(entry, stamped_at))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, stamped_at: datetime) -> Event:
    zone, event = ZoneInfo(entry.time_zone), Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.version)
    event.add("dtstamp", stamped_at)
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", entry.ends_at.astimezone(zone))
    event.add("summary", vText(entry.summary))
    event.add("location", vText(entry.location))
    event.add("status", STATUS.get(entry.state, "CONFIRMED"))
    event.add("class", "PRIVATE")
    if entry.description:
        event.add("description", vText(entry.description))
    if entry.url:
        event.add("url", entry.url)
    return event
