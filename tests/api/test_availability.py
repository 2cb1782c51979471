"""Free times as programs get them: right, complete and cheap."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from saas.booking import asking, searching
from saas.booking.asking import Channel
from saas.db import session
from saas.kernel import clock, ids
from saas.tenancy import tenants
from tests.api.kit import Program, program, refused
from tests.ground import within
from tests.journeys.kit import Clinic

STATEMENTS = 4


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SQL that is sent in the block."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(session.engine(), "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(session.engine(), "before_cursor_execute", note)


def test_a_search_is_four_statements(elm: Clinic) -> None:
    caller = program(elm)
    caller.slots("discovery-call", "new-york")
    for days in (1, 14, 62):
        with statements() as sent:
            caller.slots("discovery-call", "new-york", days=days)
        assert len(sent) <= STATEMENTS, sent


def test_what_is_listed_is_what_the_search_finds(caller: Program) -> None:
    with within(caller.clinic.id):
        wish = asking.wish(
            "first-consultation", "hoboken", tenants.config_version(caller.clinic.id), Channel.ONLINE
        )
        now = clock.now()
        first = wish.today(now) + timedelta(days=2)
        found = list(searching.slots(wish, searching.find(wish, first, 9, now)))
    listed = caller.slots("first-consultation", "hoboken", from_=first, days=9)
    wanted = {(slot.starts_at, slot.ends_at, slot.practitioner.slug, slot.fit) for slot in found}
    told = [
        (
            datetime.fromisoformat(s["starts_at"]),
            datetime.fromisoformat(s["ends_at"]),
            s["practitioner"],
            s["fit"],
        )
        for s in listed
    ]
    assert set(told) == wanted
    assert len(told) == len(wanted) > 20
    assert [t[0] for t in told] == sorted(t[0] for t in told)


def test_times_carry_the_locations_offset(caller: Program) -> None:
    for place, zone in (("phoenix", "America/Phoenix"), ("new-york", "America/New_York")):
        for slot in caller.slots("discovery-call", place)[:40]:
            at = datetime.fromisoformat(slot["starts_at"])
            assert at.utcoffset() == at.astimezone(ZoneInfo(zone)).utcoffset()
            assert slot["assignment"] == [{"role": "practitioner", "practitioner": slot["practitioner"]}]
            assert slot["on_request"] is False


def test_without_a_location_all_that_offer_it_are_searched(caller: Program) -> None:
    places = {
        slot["location"] for slot in caller.get("/availability", offering="discovery-call").json["slots"]
    }
    assert places == {"phoenix", "hoboken", "new-york"}


def test_one_practitioner_may_be_asked_for(caller: Program) -> None:
    one = caller.slots()[0]["practitioner"]
    assert {slot["practitioner"] for slot in caller.slots(practitioner=one)} == {one}


def test_places_left_are_the_true_number(elm: Clinic) -> None:
    caller = program(elm)
    before = caller.get("/availability", offering="discovery-call", location="new-york", days=21).json[
        "places_left"
    ]
    visit = caller.book("discovery-call", "new-york")
    after = caller.get("/availability", offering="discovery-call", location="new-york", days=21).json[
        "places_left"
    ]
    day = date.fromisoformat(visit["starts_at"][:10])
    week = (day - timedelta(days=day.weekday())).isoformat()
    assert after == {**before, week: before[week] - 1}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"offering": "massage"}, 404, "not_found"), ({"location": "atlantis"}, 404, "not_found"),
        ({"practitioner": "nobody"}, 404, "not_found"), ({"patient": ids.new()}, 404, "not_found"),
        ({"days": 0}, 422, "invalid"), ({"days": 63}, 422, "invalid"), ({"from_": "9999-12-31"}, 422, "invalid"),
        ({"from_": "tomorrow"}, 422, "invalid"), ({"add_on": "prp"}, 422, "add_on_refused"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(
    caller: Program, query: dict[str, str], status: int, code: str
) -> None:
    asked = {"offering": "first-consultation", "location": "phoenix", **query}
    refused(caller.get("/availability", **asked), status, code)


def usd(minor: int) -> dict[str, object]:
    return {"amount_minor": minor, "currency": "USD"}


def test_offerings_are_listed_by_location(caller: Program) -> None:
    listed = caller.get("/offerings", location="phoenix").json["offerings"]
    assert [(o["slug"], o["duration_minutes"]) for o in listed] == [
        ("discovery-call", 15),
        ("first-consultation", 30),
        ("micro-needling", 95),
    ]
    assert [o["price"] for o in listed] == [None, usd(12000), usd(29500)]
    assert [o["deposit"] for o in listed] == [None, None, usd(7375)]
    at_york = caller.get("/offerings", location="new-york").json["offerings"]
    assert [o["price"] for o in at_york] == [None, usd(15000), usd(42000)]
    refused(caller.get("/offerings", location="atlantis"), 404, "not_found")
