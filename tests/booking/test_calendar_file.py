"""A visit as a calendar file."""

from dataclasses import replace
from datetime import UTC, datetime

from icalendar import Calendar

from saas.booking import calendar_file
from saas.booking.calendar_file import Entry

NOW = datetime(2030, 2, 11, 11, tzinfo=UTC)
ENTRY = Entry(
    uid="1@elm.test", version=3, state="confirmed", starts_at=datetime(2030, 7, 1, 14, tzinfo=UTC),
    ends_at=datetime(2030, 7, 1, 14, 30, tzinfo=UTC), time_zone="America/New_York",
    summary="Appointment at Elm; Acupuncture, PLLC", location="9 Bellwether Street, Ground Floor\nNew York",
)  # fmt: skip


def event(entry: Entry, method: str = "PUBLISH") -> Calendar:
    return Calendar.from_ical(calendar_file.build(entry, NOW, method)).walk("VEVENT")[0]


def test_it_is_in_the_places_own_zone_and_says_what_that_is() -> None:
    text = calendar_file.build(ENTRY, NOW).decode()
    assert "DTSTART;TZID=America/New_York:20300701T100000" in text
    assert "BEGIN:VTIMEZONE" in text
    assert event(ENTRY).decoded("DTEND") == ENTRY.ends_at


def test_a_change_keeps_the_uid_and_raises_the_sequence() -> None:
    later = event(replace(ENTRY, version=4))
    assert (later["UID"], later["SEQUENCE"]) == ("1@elm.test", 4)


def test_texts_come_back_as_they_were() -> None:
    assert event(ENTRY)["SUMMARY"] == ENTRY.summary
    assert event(ENTRY)["LOCATION"] == ENTRY.location


def test_a_cancelled_visit_says_so() -> None:
    content = calendar_file.build(replace(ENTRY, state="cancelled"), NOW, "CANCEL")
    assert Calendar.from_ical(content)["METHOD"] == "CANCEL"
    assert event(replace(ENTRY, state="cancelled"))["STATUS"] == "CANCELLED"
