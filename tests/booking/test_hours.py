"""Other hours, every second week and maintenance: search, hold and explanation say the same."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from saas.booking import explaining, searching
from saas.db import session
from saas.practice import configuring, snapshot
from saas.practice.configuring import Days, Hanging, Span
from saas.practice.hours import Service
from saas.scheduling import masks
from saas.scheduling.refusals import NotBookable
from saas.tenancy import tenants
from tests.booking.clinic import MONDAY, NOW, TUESDAY, WEEKDAYS, Clinic, at, set_up

OPEN = [Span(day, time(9), time(17)) for day in WEEKDAYS]


@pytest.fixture
def clinic(tenant: UUID) -> Clinic:
    return set_up(tenant, people=1)


def change_place(clinic: Clinic, exceptions: Sequence[Days] = (), services: Sequence[Service] = ()) -> None:
    """Give the place *exceptions*, and its only room maintenance."""
    room = {"name": "Room 0", "kind": "consultation", "maintenance": services}
    configuring.put_location("main", Hanging(OPEN, (), {"room-0": room}, exceptions=exceptions))
    tenants.raise_config_version(clinic.tenant_id)


def change_person(clinic: Clinic, hours: Sequence[Span], exceptions: Sequence[Days] = ()) -> None:
    configuring.put_person("p0", hours, exceptions)
    tenants.raise_config_version(clinic.tenant_id)


def here(clinic: Clinic) -> UUID:
    return clinic.wish().place.id


def offered(clinic: Clinic, first: date = TUESDAY, days: int = 1) -> list[str]:
    """Return the free starts as the clock shows them; what is not among them is refused."""
    wish = clinic.wish(practitioner="p0")
    times = searching.find(wish, first, days, NOW)
    found = masks.any_of(times.by_practitioner.values())
    for granule in range(0, times.window.size, 3):
        starts_at = times.window.instant(granule)
        assert (explaining.explain(wish, starts_at, NOW) == []) == bool(found >> granule & 1)
    return [f"{times.window.instant(g).astimezone(at(0).tzinfo):%a %H:%M}" for g in masks.bits(found)]


def reason(clinic: Clinic, starts_at: datetime) -> tuple[str, str]:
    """Return why a start is refused, which a hold says too."""
    wish = clinic.wish(practitioner="p0")
    [found] = explaining.explain(wish, starts_at, NOW)
    with pytest.raises(NotBookable) as refused:
        clinic.hold(starts_at, practitioner="p0")
    assert [one.code for one in refused.value.reasons] == [found.code]
    return found.code, str(found)


def test_a_day_with_other_hours_is_offered_by_those(clinic: Clinic) -> None:
    change_place(clinic, [Days(TUESDAY, TUESDAY, ((time(13), time(15)),), {"en": "inventory"})])
    found = offered(clinic)
    assert (found[0], found[-1]) == ("Tue 13:00", "Tue 14:30")
    assert reason(clinic, at(10)) == ("other_hours", "Main has other hours that day (inventory).")
    assert clinic.hold(at(14), practitioner="p0").state == "held"


def test_a_range_of_closed_days_says_why(clinic: Clinic) -> None:
    change_place(clinic, [Days(TUESDAY, TUESDAY + timedelta(days=1), reason={"en": "inventory"})])
    assert {one[:3] for one in offered(clinic, MONDAY, 5)} == {"Mon", "Thu", "Fri"}
    assert reason(clinic, at(10)) == ("closed_for", "Main is closed that day for inventory.")
    days = searching.by_day(clinic.wish(), searching.find(clinic.wish(), MONDAY, 4, NOW))
    assert [day.closed_for for day in days] == [None, "inventory", "inventory", None]


def test_who_works_every_second_week_is_offered_in_those(clinic: Clinic) -> None:
    change_person(clinic, [Span(1, time(9), time(12), here(clinic), every=2, week_of=MONDAY)])
    assert len(set(offered(clinic, TUESDAY, 14))) == len(offered(clinic, TUESDAY, 1)) > 0
    next_week = at(10, day=TUESDAY + timedelta(weeks=1))
    said = "P0 Person works at Main then only every second week, not that one."
    assert reason(clinic, next_week) == ("practitioner_other_week", said)
    assert reason(clinic, at(13))[0] == "practitioner_not_working"


def test_rows_hold_from_a_day_until_another(clinic: Clinic) -> None:
    wednesday, place = TUESDAY + timedelta(days=1), here(clinic)
    until = [Span(day, time(9), time(10), place, until=TUESDAY) for day in WEEKDAYS]
    since = [Span(day, time(11), time(12), place, since=wednesday) for day in WEEKDAYS]
    change_person(clinic, [*until, *since])
    assert {one[:6] for one in offered(clinic, MONDAY, 4)} == {"Mon 09", "Tue 09", "Wed 11", "Thu 11"}


def test_a_day_of_other_work_is_offered_by_it_alone(clinic: Clinic) -> None:
    place = here(clinic)
    usual = [Span(day, time(9), time(12), place) for day in WEEKDAYS]
    late = Days(TUESDAY, TUESDAY, ((time(15), time(17)),), location_id=place)
    none = Days(TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=1), location_id=place)
    change_person(clinic, usual, [late, none])
    assert {one[:6] for one in offered(clinic, TUESDAY, 2)} == {"Tue 15", "Tue 16"}
    assert reason(clinic, at(10)) == (
        "practitioner_other_hours",
        "P0 Person has other hours at Main that day.",
    )


def test_a_room_out_of_use_is_not_offered_and_says_until_when(clinic: Clinic) -> None:
    starts, ends = at(11).replace(tzinfo=None), at(14, 30).replace(tzinfo=None)
    change_place(clinic, services=[Service(starts, ends, "New floor")])
    found = offered(clinic)
    # The visit needs the room for 40 minutes, ten of them after the patient has left.
    around = [one[4:] for one in found if one[4:6] in ("10", "14")]
    assert around == ["10:00", "10:15", "14:30", "14:45"]
    assert reason(clinic, at(12)) == ("room_serviced", "Room 0 is out of use until 14:30.")
    assert clinic.hold(at(10), practitioner="p0").state == "held"


def test_out_of_use_for_days_names_the_day_and_another_room_is_taken(tenant: UUID) -> None:
    clinic = set_up(tenant, people=1, rooms=2)
    starts, ends = (
        datetime.combine(MONDAY, time()),
        at(9, day=TUESDAY + timedelta(days=2)).replace(tzinfo=None),
    )
    rooms = {
        "room-0": {"name": "Room 0", "kind": "consultation", "maintenance": [Service(starts, ends)]},
        "room-1": {"name": "Room 1", "kind": "consultation"},
    }
    configuring.put_location("main", Hanging(OPEN, (), rooms))
    tenants.raise_config_version(clinic.tenant_id)
    assert clinic.hold(at(10)).state == "held"
    rooms["room-1"]["maintenance"] = [Service(starts, ends)]
    configuring.put_location("main", Hanging(OPEN, (), rooms))
    tenants.raise_config_version(clinic.tenant_id)
    assert reason(clinic, at(12)) == ("room_serviced", f"Room 0 is out of use until {ends.date()} 9:00.")


def test_a_search_reads_no_more_for_all_that(clinic: Clinic) -> None:
    def statements() -> int:
        asked, seen = clinic.wish(), []
        searching.find(asked, MONDAY, 14, NOW)

        def note(*args: object) -> None:
            seen.append(args[2])

        event.listen(session.engine(), "before_cursor_execute", note)
        searching.find(asked, MONDAY, 14, NOW)
        event.remove(session.engine(), "before_cursor_execute", note)
        return len(seen)

    before = statements()
    wall = at(11).replace(tzinfo=None)
    change_place(clinic, [Days(TUESDAY, TUESDAY)], [Service(wall, wall + timedelta(hours=1))])
    change_person(clinic, [Span(1, time(9), time(12), here(clinic), every=2, week_of=MONDAY)])
    assert statements() == before


def test_putting_the_same_exceptions_again_changes_nothing(clinic: Clinic) -> None:
    wall = at(11).replace(tzinfo=None)
    services = [Service(wall, wall + timedelta(hours=1), "Filter")]
    room = {"room-0": {"name": "Room 0", "kind": "consultation", "maintenance": services}}
    days = [Days(TUESDAY, TUESDAY, ((time(9), time(12)),), {"en": "inventory", "es": "inventario"})]
    hanging = Hanging(OPEN, (), room, exceptions=days)
    assert [configuring.put_location("main", hanging)[1] for _ in range(2)] == [True, False]
    other = [Days(TUESDAY, TUESDAY, location_id=here(clinic))]
    hours = [Span(1, time(9), time(12), here(clinic), 2, MONDAY, TUESDAY, TUESDAY + timedelta(days=9))]
    assert [configuring.put_person("p0", hours, other)[1] for _ in range(2)] == [True, False]
    practice = snapshot.read(tenants.raise_config_version(clinic.tenant_id))
    assert practice.rooms[0].services == (*services,)
    assert practice.place("main").opening.on(TUESDAY) == ((time(9), time(12)),)
    assert practice.practitioner("p0").working_on(here(clinic), TUESDAY) == ()
