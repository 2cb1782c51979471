"""What a change would mean for visits that are really booked; and how few statements that takes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from saas.booking import blocking
from saas.credentials.privileges import Period
from saas.db import session
from saas.identity import users
from saas.identity.roles import Role
from saas.kernel import clock, ids
from saas.kernel.actors import SYSTEM
from saas.practice.hours import Opening
from saas.practice.models import Person
from saas.provisioning import impacts
from saas.provisioning.worlds import Employee, World
from saas.scheduling import appointments, reading
from saas.scheduling.models import Appointment
from tests.booking import clinic as clinics
from tests.booking.clinic import NOW, TUESDAY, Clinic, at
from tests.provisioning import worldly


@pytest.fixture
def small(tenant: UUID) -> Clinic:
    """A place with two practitioners and three rooms; a visit costs 80, or 100 with a senior."""
    return clinics.set_up(tenant, people=2, rooms=worldly.ROOMS, **worldly.PRICED)


def test_an_archived_practitioner_strands_what_is_booked_with_them(small: Clinic) -> None:
    mine, _ = worldly.book(small, 10), worldly.book(small, 10, "p1")
    before = worldly.stands(small)
    assert worldly.unsafe(before, worldly.without_person(before, small.people["p0"])) == [
        ("practitioner_gone", {mine.id})
    ]


def test_a_room_that_goes_strands_what_is_booked_in_it(small: Clinic) -> None:
    one, _ = worldly.book(small, 10), worldly.book(small, 10, "p1")
    before = worldly.stands(small)
    room = next(claim.resource_id for claim in _claims(one) if claim.kind == "room")
    left = tuple(unit for unit in before.practice.rooms if unit.id != room)
    assert worldly.unsafe(before, worldly.practice(before, rooms=left)) == [("room_gone", {one.id})]


def test_hours_strand_visits_and_holds_that_lie_outside_them(small: Clinic) -> None:
    early, _ = worldly.book(small, 9), worldly.book(small, 16)
    held = small.hold(at(9), "a", practitioner="p1")
    before = worldly.stands(small)
    [place] = before.practice.places.values()
    rows = tuple(replace(row, starts=at(9, 30).time()) for row in place.opening.rows)
    shorter = replace(place, opening=replace(place.opening, rows=rows))
    after = worldly.practice(before, places={place.id: shorter}, by_slug={"main": shorter})
    assert worldly.unsafe(before, after) == [("outside_opening", {early.id, held.id})]


def test_what_is_over_called_off_or_lapsed_strands_nobody(small: Clinic) -> None:
    over, off = worldly.book(small, 9), worldly.book(small, 11)
    small.hold(at(13), "late", practitioner="p0")
    appointments.cancel(off, SYSTEM, NOW)
    before = worldly.stands(small)
    after = worldly.without_person(before, small.people["p0"])
    tomorrow = at(9, 15)
    found = [one for one in impacts.of(before, after, tomorrow) if one.is_unsafe]
    assert [set(one.subjects) for one in found] == [{over.id}]  # under way, and its hold has run out
    assert not [one for one in impacts.of(before, after, tomorrow + timedelta(hours=1)) if one.is_unsafe]


def test_a_block_goes_with_whom_it_is_for(small: Clinic) -> None:
    person = small.people["p0"]
    asked = blocking.Blocked("main", person, at(12), at(13), "Lunch")
    blocking.block(asked, small.version(), SYSTEM)
    before = worldly.stands(small)
    found = worldly.told(before, worldly.without_person(before, person), "scheduling")
    assert [(one.reason.code, one.is_unsafe, one.reason.params["blocks"]) for one in found] == [
        ("practitioner_gone", False, 1)
    ]


def test_a_seat_that_goes_strands_whoever_sits_there(tenant: UUID) -> None:
    clinic = clinics.set_up_composed(tenant, rooms=2, most=2)
    first = clinic.hold(at(10), "one", "drip")
    second = clinic.hold(at(10, 10), "two", "drip")
    session.current().flush()
    before = worldly.stands(clinic)
    person = before.practice.practitioners[clinic.people["p0"]]
    people = {**before.practice.practitioners, person.id: replace(person, max_concurrent_patients=1)}
    assert worldly.unsafe(before, worldly.practice(before, practitioners=people)) == [
        ("seat_gone", {second.id})
    ]
    assert first.practitioner_id == second.practitioner_id


def test_a_privilege_that_ends_before_the_visit_is_missed_there_and_only_there(small: Clinic) -> None:
    tuesday = worldly.book(small, 10)
    before, person = worldly.stands(small), small.people["p0"]

    def until(day: date) -> World:
        return replace(
            before, granted={**before.granted, person: {"consultation": (Period.between(None, day),)}}
        )

    assert worldly.unsafe(before, until(TUESDAY)) == []
    assert worldly.unsafe(before, until(TUESDAY - timedelta(days=1))) == [("privilege_lost", {tuesday.id})]
    assert (
        worldly.unsafe(until(NOW.date()), until(NOW.date() - timedelta(days=1))) == []
    )  # they could not do it before


def test_each_role_is_asked_for_the_acts_of_what_was_added(tenant: UUID) -> None:
    clinic = clinics.set_up_composed(tenant)
    row = clinic.hold_with(at(10), "plasma")
    session.current().flush()
    before = worldly.stands(clinic)
    drawer, lead = clinic.people["d0"], clinic.people["p0"]
    assert worldly.unsafe(before, replace(before, granted={**before.granted, drawer: {}})) == [
        ("privilege_lost", {row.id})
    ]
    consults = {"consultation": before.granted[lead]["consultation"]}
    [lost] = [
        one
        for one in worldly.told(before, replace(before, granted={**before.granted, lead: consults}))
        if one.is_unsafe
    ]
    assert lost.reason.params["procedure"] == "prp_administer"


def test_visits_of_what_is_no_longer_offered_keep_their_promise(tenant: UUID) -> None:
    """A visit counts for its base and its add-on, whichever goes."""
    clinic = clinics.set_up_composed(tenant)
    appointments.confirm(clinic.hold_with(at(10), "plasma"), SYSTEM, NOW)
    clinic.hold_with(at(13), "plasma", holder="other")
    before = worldly.stands(clinic)
    left = {one: found for one, found in before.offerings.items() if found.slug not in ("visit", "plasma")}
    found = worldly.told(before, replace(before, offerings=left))
    assert [one for one in found if one.is_unsafe] == []
    assert [str(one.reason) for one in found if one.room == "scheduling"] == [
        f"{name} would no longer be offered. Visits with it keep what they were promised: 1; "
        "holds, until they end: 1." for name in ("Plasma", "Visit")
    ]  # fmt: skip


def test_a_log_in_ends_with_whoever_leaves(small: Clinic) -> None:
    person = small.people["p0"]
    user, _ = users.put("p0@clinic.example", "P0 Person", [Role.PRACTITIONER], SYSTEM)
    session.current().execute(update(Person).where(Person.id == person).values(user_id=user))
    before = worldly.stands(small)
    assert before.staff[person] == Employee("P0 Person", user)
    [found] = worldly.told(before, worldly.without_person(before, person), "identity")
    assert str(found.reason) == "P0 Person could no longer sign in; open sessions that end: 0."
    users.disable(user, SYSTEM, clock.now())
    assert worldly.told(before, worldly.without_person(before, person), "identity") == []


def upheaval(world: World) -> World:
    """Change something for every room at once: a price, a privilege, hours, a room, a company."""
    [place] = world.practice.places.values()
    later = replace(place, opening=Opening(), legal_entity_id=ids.new())
    changed = worldly.practice(
        worldly.costing(world, "95.00"), places={place.id: later}, by_slug={"main": later}, rooms=()
    )
    return replace(changed, granted={}, companies={}, offerings={
        one: replace(found, procedures=("dry_needling",)) for one, found in changed.offerings.items()
    })  # fmt: skip


def test_the_statements_do_not_grow_with_the_visits(small: Clinic) -> None:
    before = worldly.stands(small)
    after = upheaval(before)
    few = worldly.counted(lambda: impacts.of(before, after, NOW))
    rows = [worldly.book(small, hour, person) for hour in (9, 10, 11, 13) for person in ("p0", "p1")]
    session.current().flush()
    many = worldly.counted(lambda: impacts.of(before, after, NOW))
    assert many <= few + 1  # the versions that they were booked with
    assert many <= 2 * len(impacts.PARTS)
    found = impacts.of(before, after, NOW)
    assert {row.id for row in rows} <= {one for found_one in found for one in found_one.subjects}
    assert worldly.counted(lambda: impacts.of(before, before, NOW)) == 0


def _claims(row: Appointment) -> Iterator[Any]:
    yield from reading.claims_of(row.id)
