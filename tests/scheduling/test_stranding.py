"""Which visits cannot stay as they are under another practice: a table of changes. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from saas.kernel.impacts import Impact
from saas.practice.hours import Opening, Roster, Row, Service, Special
from saas.practice.snapshot import Place, Practice, Practitioner, Unit
from saas.scheduling import impact, staffing, stranding
from saas.scheduling.touched import Standing, Taken

NEW_YORK, PHOENIX = "America/New_York", "America/Phoenix"
DAY = date(2027, 3, 2)  # a Tuesday, a week and a half before clocks change in New York
MAIN, OTHER, ANA, BO, ROOM, PEN = (UUID(int=number) for number in range(1, 7))
WEEK = tuple(Row(weekday, time(9), time(17)) for weekday in range(5))

SERVICE = Service(datetime.combine(DAY, time(10, 30)), datetime.combine(DAY, time(11)))

Change = Callable[[Practice], Practice]


def practice() -> Practice:
    """A place with two people who look after two patients at a time, a room and a device; and another place."""
    place = Place(MAIN, "main", "Main", NEW_YORK, "US-NY", "US", "NY", Opening(WEEK), UUID(int=90), "USD")
    other = replace(place, id=OTHER, slug="other", name="Other")
    people = {
        one: Practitioner(one, name.lower(), name, "", {MAIN: Roster(WEEK), OTHER: Roster()}, (), None, 2)
        for one, name in ((ANA, "Ana"), (BO, "Bo"))
    }
    return Practice(
        {MAIN: place, OTHER: other}, people, (Unit(ROOM, MAIN, "One", "consultation"),),
        (Unit(PEN, MAIN, "Pen", "microneedling_pen"),), {"main": place, "other": other},
    )  # fmt: skip


def at(hour: int, minute: int = 0, day: date = DAY, zone: str = NEW_YORK) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone)).astimezone(UTC)


TEN = at(10)


def visit(starts_at: datetime = TEN, minutes: int = 60, kind: str = "visit", state: str = "confirmed",
          number: int = 50) -> Standing:  # fmt: skip
    """Ana's visit in the room with the pen, in her second seat; the patient leaves ten minutes before all end."""
    ends_at = starts_at + timedelta(minutes=minutes)
    taken = [("practitioner", ANA), ("seat", staffing.seats(ANA, 2)[1]), ("room", ROOM), ("device", PEN)]
    spans = tuple(Taken(what, one, starts_at, ends_at) for what, one in taken)
    return Standing(UUID(int=number), kind, state, MAIN, starts_at, ends_at - timedelta(minutes=10), spans)


def opening(**changed: object) -> Change:
    """Change when the place is open."""
    return lambda had: place(opening=replace(had.places[MAIN].opening, **changed))(had)  # type: ignore[arg-type]


def place(**changed: object) -> Change:
    return lambda had: replace(had, places={**had.places, MAIN: replace(had.places[MAIN], **changed)})  # type: ignore[arg-type]


def ana(**changed: object) -> Change:
    return lambda had: replace(
        had, practitioners={**had.practitioners, ANA: replace(had.practitioners[ANA], **changed)}  # type: ignore[arg-type]
    )  # fmt: skip


def room(**changed: object) -> Change:
    return lambda had: replace(had, rooms=(replace(had.rooms[0], **changed),))  # type: ignore[arg-type]


def without(**gone: UUID) -> Change:
    return lambda had: replace(had, **{
        name: {key: value for key, value in getattr(had, name).items() if key != one} for name, one in gone.items()
    })  # fmt: skip


def weekly(opens: time, closes: time, days: range = range(5)) -> tuple[Row, ...]:
    return tuple(Row(weekday, opens, closes) for weekday in days)


def said(change: Change, *rows: Standing) -> list[Impact]:
    before = practice()
    return list(stranding.stranded(before, change(before), rows or (visit(),)))


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda had: had, []),
        (without(places=MAIN), ["location_gone"]),
        (without(places=OTHER), []),
        (without(practitioners=ANA), ["practitioner_gone"]),
        (without(practitioners=BO), []),
        (lambda had: replace(had, rooms=()), ["room_gone"]),
        (lambda had: replace(had, devices=()), ["device_gone"]),
        (room(location_id=OTHER), ["room_gone"]),
        (room(kind="aesthetics"), ["room_changed"]),
        (room(name="Sunny"), []),
        (ana(max_concurrent_patients=1), ["seat_gone"]),
        (ana(max_concurrent_patients=3), []),
        (ana(name="Ana Ruiz", slug="ana-ruiz", tier="senior", titles="PT"), []),
        (ana(hours={MAIN: Roster(weekly(time(10), time(17)))}), []),
        (ana(hours={MAIN: Roster(weekly(time(10, 30), time(17)))}), ["outside_working"]),
        # the patient is gone by ten to eleven, she not
        (ana(hours={MAIN: Roster(weekly(time(9), time(10, 50)))}), ["outside_working"]),
        (ana(hours={OTHER: Roster(WEEK)}), ["outside_working"]),
        (ana(time_off=((at(10, 30), at(11)),)), ["outside_working"]),
        (opening(rows=weekly(time(11), time(17))), ["outside_opening"]),
        (opening(rows=weekly(time(9), time(10, 50))), ["outside_working"]),
        (opening(rows=weekly(time(9), time(17), range(1))), ["closed"]),
        (opening(closures=frozenset({DAY})), ["closed"]),
        (opening(closures=frozenset({DAY + timedelta(days=1)})), []),
        (place(name="Uptown", slug="uptown", legal_entity_id=OTHER, currency="CAD"), []),
        (place(time_zone="America/Detroit"), []),  # another name for the same clock
        (place(time_zone=PHOENIX), ["clock_changed", "outside_opening"]),  # ten there is eight here
        (opening(specials=(Special(DAY, DAY),)), ["closed"]),
        (opening(specials=(Special(DAY, DAY, ((time(12), time(17)),)),)), ["outside_opening"]),
        (ana(hours={MAIN: Roster(WEEK, (Special(DAY, DAY),))}), ["outside_working"]),
        (room(services=(SERVICE,)), ["room_serviced"]),
        (room(services=(SERVICE._replace(starts=SERVICE.ends, ends=SERVICE.ends + timedelta(days=1)),)), []),
        # both changes together leave the hours where they were
        (place(time_zone=PHOENIX, opening=Opening(weekly(time(7), time(15)))), ["clock_changed", "outside_working"]),
    ],
)  # fmt: skip
def test_only_what_a_visit_cannot_keep_strands_it(change: Change, codes: list[str]) -> None:
    found = said(change)
    assert [one.reason.code for one in found] == codes
    assert all(one.is_unsafe and one.subjects == (visit().id,) for one in found)


@pytest.mark.parametrize("row", [visit(at(7)), visit(at(10, day=DAY + timedelta(days=5)))])
def test_what_lay_outside_the_hours_before_is_not_stranded_by_others(row: Standing) -> None:
    assert said(opening(rows=weekly(time(11), time(12))), row) == []


def test_two_changes_that_undo_each_other_strand_nobody() -> None:
    def both(had: Practice) -> Practice:
        shifted = weekly(time(7), time(15))
        return place(time_zone=PHOENIX, opening=Opening(shifted))(ana(hours={MAIN: Roster(shifted)})(had))

    assert [one.reason.code for one in said(both)] == ["clock_changed"]


def test_a_visit_across_the_change_of_clocks_keeps_its_hours() -> None:
    """On the day on which clocks go forward, ten o'clock is an hour earlier than the day before."""
    monday = visit(at(10, day=date(2027, 3, 15)))
    assert said(ana(hours={MAIN: Roster(weekly(time(10), time(17)))}), monday) == []
    assert len(said(ana(hours={MAIN: Roster(weekly(time(10, 5), time(17)))}), monday)) == 1


def test_visits_and_holds_are_counted_and_the_first_are_named() -> None:
    rows = [visit(at(9 + hour), number=50 + hour) for hour in range(4)]
    rows.append(visit(at(14), state="held", number=60))
    [found] = said(without(practitioners=ANA), *rows)
    assert str(found.reason) == (
        "Ana: would no longer treat patients. Visits that could not stay as they are: 4, holds: 1; "
        "first 2027-03-02 09:00, 2027-03-02 10:00, 2027-03-02 11:00."
    )
    assert found.subjects == tuple(row.id for row in rows)


def test_a_block_is_no_promise_to_anybody() -> None:
    [found] = said(without(practitioners=ANA), visit(kind="block"))
    assert not found.is_unsafe
    assert found.reason.params["blocks"] == 1
    assert said(opening(rows=()), visit(kind="block")) == []


def test_what_stands_at_a_place_that_was_gone_before_is_not_this_changes() -> None:
    before = without(places=MAIN)(practice())
    assert list(stranding.stranded(before, replace(before, rooms=()), [visit()])) == []


def test_only_what_changed_is_read() -> None:
    had = practice()
    same = place(name="Uptown", currency="CAD")(ana(name="Ana Ruiz", tier="senior")(room(name="Sunny")(had)))
    assert impact.changed_places(had, same) == impact.changed_resources(had, same) == set()
    assert impact.changed_places(had, opening(closures=frozenset({DAY}))(had)) == {MAIN}
    assert impact.changed_resources(had, ana(hours={})(had)) == {ANA, *staffing.watches(ANA, 4)}
    assert impact.changed_resources(had, room(kind="aesthetics")(had)) == {ROOM}
    fewer = impact.changed_resources(had, ana(max_concurrent_patients=1)(had))
    assert fewer == {staffing.seats(ANA, 2)[1]}


def supervised(number: int = 0) -> Standing:
    """Bo's visit that Ana supervises from the place, in one of her seats for that."""
    plain = visit()
    seat, bo = staffing.watches(ANA, 4)[number], Taken("practitioner", BO, plain.starts_at, plain.ends_at)
    return replace(plain, taken=(bo, Taken("seat", seat, plain.starts_at, plain.ends_at)))


@pytest.mark.parametrize(("change", "number", "code"), [
    (ana(time_off=((TEN, TEN + timedelta(hours=1)),)), 0, "not_supervising"),
    (ana(hours={}), 0, "not_supervising"),
    (lambda had: replace(had, practitioners={BO: had.practitioners[BO]}), 0, "practitioner_gone"),
    (ana(max_supervised=2), 3, "watch_gone"),
    (ana(max_supervised=2), 1, None),
    (ana(max_supervised=5), 3, None),
])  # fmt: skip
def test_whoever_is_no_longer_there_to_supervise_strands_the_visit(
    change: Change, number: int, code: str
) -> None:
    had = practice()
    after, rows = change(had), [supervised(number)]
    found = list(stranding.stranded(had, after, rows))
    assert [one.reason.code for one in found] == ([code] if code else [])
    assert all(one.is_unsafe and one.reason.params["name"] == "Ana" for one in found)
    if code:
        assert rows[0].taken[1].id in impact.changed_resources(had, after)
