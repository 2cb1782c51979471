"""A visitor books, by the pages alone."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar

from saas.db.settings import Urls
from tests.booking import patients
from tests.booking.patients import Visitor
from tests.journeys.kit import Clinic

COOKIE = "needlepoint_visitor"
CALL = "/book/discovery-call"
CONSULTATION = "/book/first-consultation?location=phoenix"


def test_a_discovery_call_is_booked_in_four_steps(elm: Clinic, database: Urls) -> None:
    page = Visitor(elm).look("/treatments/discovery-call")
    assert "1 · Treatment" in page.text
    visitor = Visitor(elm)
    assert "2 · Time" in visitor.look(CALL).text
    about = visitor.hold(CALL)
    assert about.status == 200
    assert "3 · About you" in about.text
    booked = visitor.tell(about)
    assert re.fullmatch(r"/book/booked/[0-9a-f-]{36}", booked.path)
    assert "4 · Booked" in booked.text
    assert "You are booked" in booked.text
    assert "ann@mail.example" in booked.text
    assert patients.count(database.superuser, elm, "appointments", "state = 'confirmed'") == 1
    assert patients.count(database.superuser, elm, "patients", "status = 'provisional'") == 1


def test_a_first_consultation_asks_where_first_by_name(riverstone: Clinic) -> None:
    visitor = Visitor(riverstone)
    places = visitor.look("/book/first-consultation")
    assert "Where suits you?" in places.text
    ways = places.tree.xpath("//main//h3/a/@href")
    assert [parse_qs(urlsplit(way).query) for way in ways] == [
        {"location": [place], "day": ["2030-02-11"]} for place in ("hoboken", "new-york", "phoenix")
    ]
    booked = visitor.book(CONSULTATION)
    assert "Riverstone Phoenix" in booked.text
    assert "Mountain Standard Time" in booked.text


def test_fourteen_days_are_seen_at_a_glance(riverstone: Clinic) -> None:
    chips = [
        " ".join(chip.text_content().split()) for chip in Visitor(riverstone).look(CONSULTATION).all("a.day")
    ]
    assert len(chips) == 14
    assert re.fullmatch(r"Mon Feb ?11 ?\d+ free ?Monday, February 11", chips[0])
    assert "closed" in chips[6]
    assert "closed Lincoln/Washington Presidents' Day" in chips[7]


def test_times_stand_by_practitioner_in_the_places_zone(riverstone: Clinic) -> None:
    page = Visitor(riverstone).look(CONSULTATION)
    assert "Times are Mountain Standard Time, as in Riverstone Phoenix." in page.text
    first = page.slots()[0]
    who = first.xpath("ancestor::section[1]")[0].get("aria-label")
    assert who in {"Ingrid Halvorsen", "Kwabena Asante", "Teodora Blagoeva"}
    # 8:00 in Phoenix, which keeps the same clock all year, is 15:00 UTC.
    assert first.get("data-instant") == "2030-02-11T15:00:00+00:00"
    assert first.text_content().replace("\u202f", " ") == "8:00 AM"


def test_one_practitioner_can_be_chosen(riverstone: Clinic) -> None:
    page = Visitor(riverstone).look(CONSULTATION + "&practitioner=ingrid-halvorsen")
    assert {section.get("aria-label") for section in page.all("section.who")} == {"Ingrid Halvorsen"}


def test_the_next_fourteen_days_follow(elm: Clinic) -> None:
    visitor = Visitor(elm)
    later = visitor.look(CALL).tree.xpath("//nav[@class='pages']//a")[-1].get("href")
    assert "from=2030-02-25" in later
    page = visitor.look(later)
    assert len(page.all("a.day")) == 14
    assert "Earlier days" in page.text


def test_a_day_with_nothing_leads_to_the_next_free_one(elm: Clinic) -> None:
    page = Visitor(elm).look(CALL + "?day=2030-02-17")
    assert "We are closed that day." in page.text
    assert "Next free day: Tuesday, February 19" in page.text


def test_other_places_say_from_when_they_are_free(riverstone: Clinic) -> None:
    assert "Riverstone Hoboken (from Mon, Feb 11)" in Visitor(riverstone).look(CONSULTATION).text


@pytest.mark.parametrize(
    ("booked", "sentence"), [(0, "8 spots left this week"), (7, "1 spot left this week")]
)
def test_the_weekly_limit_is_a_true_number(elm: Clinic, booked: int, sentence: str) -> None:
    for _ in range(booked):
        Visitor(elm).book(CALL)
    assert sentence in Visitor(elm).look(CALL).text


def test_ones_own_hold_takes_one_of_the_spots(elm: Clinic) -> None:
    visitor = Visitor(elm)
    visitor.hold(CALL)
    assert "7 spots left this week" in visitor.look(CALL).text
    assert "7 spots left this week" in Visitor(elm).look(CALL).text


def test_the_last_spot_is_taken_once(elm: Clinic, database: Urls) -> None:
    for _ in range(7):
        Visitor(elm).book(CALL)
    late = Visitor(elm)
    page = late.look(CALL)
    Visitor(elm).book(CALL)
    refused = late.press(page.slots()[3])
    assert refused.status == 409
    assert "The places of that week have all been taken." in refused.text
    assert "0 spots left this week" in late.look(CALL + "?day=2030-02-13").text
    assert patients.count(database.superuser, elm, "cap_uses") == 8


def test_only_a_block_of_the_page_answers_htmx(elm: Clinic) -> None:
    page = Visitor(elm).look(CALL, headers={"HX-Request": "true"})
    assert page.response.text.strip().startswith('<div id="times"')
    assert "<html" not in page.response.text


def test_the_cookie_comes_with_the_hold_and_not_before(elm: Clinic) -> None:
    visitor = Visitor(elm)
    visitor.look("/")
    visitor.look(CALL)
    assert visitor.cookie(COOKIE) is None
    form = visitor.look(CALL).slots()[0]
    answer = visitor.press(form).response.history[0]
    flags = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith(COOKIE))
    assert "HttpOnly" in flags
    assert "SameSite=Lax" in flags
    assert "Path=/" in flags


def test_what_is_held_and_booked_is_its_visitors_alone(elm: Clinic) -> None:
    visitor, stranger = Visitor(elm), Visitor(elm)
    about = visitor.hold(CALL)
    stranger.hold(CALL, 5)
    for path in (about.path, about.path + "/times"):
        assert stranger.look(about.path).status == 404
        assert stranger.post(path, **patients.ANN).status_code == 404
    booked = visitor.tell(about)
    assert stranger.look(booked.path).status == 404
    assert stranger.look(booked.path + "/appointment.ics").status == 404
    assert Visitor(elm).look(booked.path).status == 404


def test_a_booked_visit_is_a_calendar_file(elm: Clinic) -> None:
    visitor = Visitor(elm)
    booked = visitor.book(CALL + "?day=2030-02-13")
    answer = visitor.get(booked.tree.xpath("//a[contains(@href, '.ics')]/@href")[0])
    assert answer.content_type == "text/calendar; charset=utf-8"
    event = Calendar.from_ical(answer.data).walk("VEVENT")[0]
    assert event["SUMMARY"] == "Appointment at Elm Acupuncture"
    assert event["UID"] == f"{booked.path.rsplit('/', 1)[1]}@{elm.host}"
    assert event.decoded("DTSTART").isoformat() == "2030-02-13T10:00:00-05:00"
    assert event["DTSTART"].params["TZID"] == "America/New_York"


def test_pressing_twice_books_once(elm: Clinic, database: Urls) -> None:
    visitor = Visitor(elm)
    about = visitor.hold(CALL)
    first, second = visitor.tell(about), visitor.tell(about)
    assert first.path == second.path
    assert second.status == 200
    assert patients.count(database.superuser, elm, "appointments") == 1


def test_going_back_leads_to_the_booked_visit(elm: Clinic) -> None:
    visitor = Visitor(elm)
    about = visitor.hold(CALL)
    booked = visitor.tell(about)
    assert visitor.look(about.path).path == booked.path


def test_the_booked_page_of_a_mere_hold_goes_to_its_form(elm: Clinic) -> None:
    visitor = Visitor(elm)
    about = visitor.hold(CALL)
    assert visitor.look(about.path.replace("holds", "booked")).path == about.path


def test_two_tabs_end_at_the_later_choice(elm: Clinic, database: Urls) -> None:
    visitor = Visitor(elm)
    first, second = visitor.hold(CALL, 0), visitor.hold(CALL, 4)
    assert visitor.look(first.path).path == second.path
    assert patients.count(database.superuser, elm, "appointments", "state = 'held'") == 1
    stale = visitor.tell(first)
    assert stale.status == 409
    assert stale.value("family_name") == "Lee"


def test_the_times_remind_of_what_is_kept(elm: Clinic) -> None:
    visitor = Visitor(elm)
    about = visitor.hold(CALL)
    page = visitor.look(CALL)
    assert "is kept for you." in page.text
    assert about.path in page.response.text


def test_the_form_says_how_long_the_time_is_kept(elm: Clinic) -> None:
    about = Visitor(elm).hold(CALL)
    assert about.tree.xpath("//*[@data-seconds-left]/@data-seconds-left") == ["600"]
    assert "Kept for you until 6:10 AM" in about.text.replace("\u202f", " ")
    assert about.response.headers["Cache-Control"] == "no-store"
