"""Places and people: what is in use is listed, and wall times are laid on instants."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from saas.db import session
from saas.kernel import ids
from saas.kernel.errors import NotFound
from saas.practice import configuring, people, places, putting
from saas.practice.configuring import Hanging, Span
from saas.practice.models import Location, OpeningHours, Person, Room, WorkingHours

MONDAY = date(2026, 3, 2)
ZONES = ["America/Phoenix", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu"]
ADDRESS = {
    "street": "1 Nowhere Road",
    "city": "York",
    "region": "NY",
    "postal_code": "10001",
    "country": "US",
}
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def put_location(
    slug: str, hanging: Hanging | None = None, zone: str = "America/New_York"
) -> tuple[UUID, bool]:
    entity_id, _ = configuring.put_legal_entity("one", name="One LLC", currency="USD")
    return configuring.put_location(
        slug, hanging or Hanging(), name=slug.title(), legal_entity_id=entity_id, time_zone=zone,
        jurisdiction="US-NY", phone="+12125550100", **ADDRESS,
    )  # fmt: skip


def put_person(slug: str, hours: list[Span]) -> tuple[UUID, bool]:
    return configuring.put_person(
        slug, hours, user_id=None, given_name=slug.title(), family_name="Quill", titles="PT", professions=["PT"],
        is_practitioner=True, bio={},
    )  # fmt: skip


def archive(table: type, row_id: UUID) -> None:
    session.current().get_one(table, (session.current().tenant_id, row_id)).archived_at = datetime.now(UTC)
    session.current().flush()


@given(DAYS, TIMES, TIMES, st.sampled_from(ZONES))
@example(date(2026, 3, 8), time(2, 30), time(3, 15), "America/New_York")
@example(date(2026, 3, 8), time(1, 30), time(2, 30), "America/New_York")
@example(date(2026, 11, 1), time(1, 30), time(2, 0), "America/New_York")
def test_a_span_never_ends_before_it_starts(day: date, one: time, other: time, zone: str) -> None:
    starts, ends = sorted((one, other))
    first, last = (instant.astimezone(UTC) for instant in places.laid_on(day, starts, ends, zone))
    assert first <= last
    wall = datetime.combine(day, ends) - datetime.combine(day, starts)
    assert last - first <= wall + timedelta(hours=1)


@given(DAYS, TIMES, st.sampled_from(ZONES))
def test_a_wall_time_that_exists_is_that_very_time(day: date, at: time, zone: str) -> None:
    first = places.laid_on(day, at, time(23, 59), zone)[0].astimezone(UTC)
    local = first.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    skipped = local != datetime.combine(day, at)
    assert not skipped or local - datetime.combine(day, at) in (timedelta(hours=1), timedelta(minutes=30))


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 8), "America/New_York", 23), (date(2026, 11, 1), "America/New_York", 25),
        (date(2026, 3, 8), "America/Phoenix", 24), (date(2026, 7, 8), "America/New_York", 24),
    ],
)  # fmt: skip
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, zone: str, hours: int) -> None:
    midnight, next_one = (places.laid_on(d, time(), time(), zone)[0] for d in (day, day + timedelta(days=1)))
    assert next_one.astimezone(UTC) - midnight.astimezone(UTC) == timedelta(hours=hours)


def test_what_is_out_of_use_is_not_listed(tenant: UUID) -> None:
    room = {"name": "Pier", "kind": "physiotherapy"}
    device = {"name": "Pen", "kind": "microneedling_pen", "model": None, "serial": None}
    hanging = Hanging(rooms={"pier": room}, devices={"pen": device})
    york, _ = put_location("york", hanging)
    put_location("zed", hanging)
    assert (len(places.list_locations()), len(places.list_rooms()), len(places.list_devices())) == (2, 2, 2)
    archive(Location, york)
    assert [row.slug for row in places.list_locations()] == ["zed"]
    assert (len(places.list_rooms()), len(places.list_devices())) == (1, 1)
    assert places.get_location("zed").slug == "zed"
    with pytest.raises(NotFound, match="york"):
        places.get_location("york")


def test_hours_a_week_are_those_that_hold_on_average(tenant: UUID) -> None:
    york, phoenix = put_location("york")[0], put_location("phoenix", zone="America/Phoenix")[0]
    ada, _ = put_person("ada", [Span(0, time(9), time(12), york), Span(0, time(14), time(17), phoenix)])
    bo, _ = put_person("bo", [Span(0, time(8), time(12), york), Span(1, time(8), time(12), york)])
    assert people.weekly_hours(MONDAY) == {ada: (6.0, [york, phoenix]), bo: (8.0, [york])}
    rows = session.current().query(WorkingHours).filter_by(person_id=bo).order_by(WorkingHours.weekday).all()
    rows[0].every, rows[0].week_of, rows[1].since = 2, MONDAY, MONDAY + timedelta(days=1)
    session.current().flush()
    assert people.weekly_hours(MONDAY)[bo] == (2.0, [york])
    rows[1].since, rows[1].until = None, MONDAY - timedelta(days=1)
    session.current().flush()
    assert people.weekly_hours(MONDAY)[bo] == (2.0, [york])
    archive(Person, bo)
    assert [row.slug for row in people.list_people(practitioners_only=True)] == ["ada"]


def test_putting_the_same_again_changes_nothing(tenant: UUID) -> None:
    hanging = Hanging(
        opening_hours=[Span(0, time(8), time(12))], closures=[MONDAY], rooms={"a": {"name": "A", "kind": "x"}}
    )
    first_id, first = put_location("york", hanging)
    second_id, second = put_location("york", hanging)
    assert (first_id, first, second) == (second_id, True, False)
    hours = [Span(0, time(8), time(12), first_id)]
    assert [put_person("ada", hours)[1] for _ in range(2)] == [True, False]
    assert put_person("ada", [])[1]
    before = session.current().query(OpeningHours).one().id
    assert put_location("york", Hanging(opening_hours=hanging.opening_hours))[1]
    assert session.current().query(OpeningHours).one().id == before


def test_a_unit_that_is_gone_is_archived_and_comes_back_as_itself(tenant: UUID) -> None:
    room = {"name": "Pier", "kind": "physiotherapy"}
    location_id, _ = put_location("york", Hanging(rooms={"pier": room}))
    pier = places.list_rooms()[0].id
    assert put_location("york", Hanging())[1]
    assert places.list_rooms() == []
    assert put_location("york", Hanging(rooms={"pier": {**room, "name": "The pier"}}))[1]
    assert [(row.id, row.name) for row in places.list_rooms()] == [(pier, "The pier")]
    assert putting.archive_missing(Room, {"location_id": location_id}, [ids.new()], datetime.now(UTC))
