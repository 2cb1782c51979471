"""Holds: what search offers can be held, what it does not is refused, with the reason."""

from dataclasses import replace
from datetime import time, timedelta
from uuid import UUID

import pytest

from saas.booking import asking, blocking, complete, confirm, explaining, searching
from saas.booking.blocking import Blocked
from saas.db import session
from saas.kernel import clock
from saas.kernel.errors import DomainError
from saas.patients.records import Details
from saas.practice.hours import Special
from saas.scheduling import masks
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import CapReached, HoldLapsed, NoSuchHold, NotBookable, SlotTaken
from tests.booking.clinic import NOW, TUESDAY, VISITOR, at, set_up

ANN = Details("Ann", "Lee", "ann@mail.example", "212 555 0123")


def expire(row: Appointment) -> None:
    """Let a hold have ended, as the database sees it."""
    past = {"past": clock.now() - timedelta(minutes=1), "id": row.id}
    connection = session.current().connection()
    connection.exec_driver_sql("UPDATE appointments SET held_until = %(past)s WHERE id = %(id)s", past)
    connection.exec_driver_sql("UPDATE claims SET held_until = %(past)s WHERE appointment_id = %(id)s", past)


@pytest.fixture
def clinic(tenant: UUID):
    return set_up(tenant)


def test_every_slot_can_be_held_and_every_other_start_of_the_day_is_refused_with_its_reason(clinic) -> None:
    clinic.hold(at(10), "other")
    wish = clinic.wish()
    times = searching.find(wish, TUESDAY, 1, NOW)
    offered = 0
    for mask in times.by_practitioner.values():
        offered |= mask
    for granule in range(8 * 12, 18 * 12):
        starts_at = times.window.instant(granule)
        savepoint = session.current().begin_nested()
        reasons = explaining.explain(wish, starts_at, NOW)
        if offered >> granule & 1:
            assert reasons == []
            assert clinic.hold(starts_at).state == "held"
        else:
            with pytest.raises(DomainError) as refused:
                clinic.hold(starts_at)
            assert [r.code for r in refused.value.reasons] == [r.code for r in reasons] != []
        savepoint.rollback()
    assert offered.bit_count() > 10


@pytest.mark.parametrize(("starts_at", "code"), [
    (at(5), "past"),
    (at(9, day=NOW.date()) - timedelta(hours=1, minutes=30), "lead_time"),
    (at(10, 5), "off_grid"),
    (at(10) + timedelta(seconds=1), "off_grid"),
    (at(8), "closed"),
    (at(16, 45), "closed"),
    (at(10, day=TUESDAY + timedelta(days=4)), "closed"),
    (at(10, day=TUESDAY + timedelta(days=42)), "horizon"),
])  # fmt: skip
def test_a_start_outside_the_rules_is_refused_with_its_reason(clinic, starts_at, code: str) -> None:
    now = at(5, 30) if code == "past" else NOW
    with pytest.raises(NotBookable) as refused:
        clinic.hold(starts_at, now=now)
    assert [reason.code for reason in refused.value.reasons] == [code]


def test_a_time_shown_just_before_it_came_too_near_may_still_be_taken(clinic) -> None:
    last = at(11) - timedelta(minutes=120)
    with pytest.raises(NotBookable) as refused:
        clinic.hold(at(11), now=last + asking.SHOWN_FOR + timedelta(seconds=1))
    assert [reason.code for reason in refused.value.reasons] == ["lead_time"]
    assert clinic.hold(at(11), now=last + asking.SHOWN_FOR).state == "held"


def test_a_taken_time_says_so_and_the_one_room_is_the_limit(clinic) -> None:
    clinic.hold(at(10), "one")
    with pytest.raises(SlotTaken) as refused:
        clinic.hold(at(10), "two")
    assert [reason.code for reason in refused.value.reasons] == ["room_busy"]
    with pytest.raises(SlotTaken):
        clinic.hold(at(10, 30), "two")  # the room is being made ready
    assert clinic.hold(at(10, 45), "two").state == "held"


def test_a_new_hold_lets_the_visitors_former_one_go(clinic) -> None:
    first = clinic.hold(at(10))
    second = clinic.hold(at(10, 15))
    assert (first.state, second.state) == ("released", "held")
    assert clinic.hold(at(11), "somebody else").state == "held"


def test_an_expired_hold_frees_its_time_without_anyone_sweeping(clinic) -> None:
    first = clinic.hold(at(10), "one")
    expire(first)
    assert clinic.hold(at(10), "two").state == "held"
    session.current().refresh(first)
    assert first.state == "lapsed"
    with pytest.raises(HoldLapsed):
        complete.complete(first, complete.Completion(ANN), VISITOR, NOW)


def test_a_block_goes_where_a_hold_has_expired(clinic) -> None:
    held = clinic.hold(at(10), practitioner="p0")
    asked = Blocked("main", clinic.people["p0"], at(10), at(11), "Meeting")
    with pytest.raises(SlotTaken):
        blocking.block(asked, clinic.version(), VISITOR)
    expire(held)
    assert blocking.block(asked, clinic.version(), VISITOR).state == "confirmed"


def test_a_hold_is_confirmed_once_nothing_is_open(clinic) -> None:
    held = clinic.hold(at(10))
    with pytest.raises(complete.NeedsOpen):
        confirm.confirm(held, VISITOR, NOW)
    assert complete.complete(held, complete.Completion(ANN), VISITOR, NOW) == ("terms",)
    assert complete.complete(held, complete.Completion(terms="As agreed"), VISITOR, NOW) == ()
    confirm.confirm(held, VISITOR, NOW)
    confirm.confirm(held, VISITOR, NOW)
    assert (held.state, held.held_until, held.terms) == ("confirmed", None, "As agreed")


def test_the_last_place_of_a_weeks_cap_is_taken_once_and_comes_back(tenant: UUID) -> None:
    clinic = set_up(tenant, people=3, rooms=3, weekly_new_patients=2)
    one, _two = clinic.hold(at(10), "one"), clinic.hold(at(11), "two")
    with pytest.raises(CapReached):
        clinic.hold(at(12), "three")
    assert searching.find(clinic.wish(), TUESDAY, 1, NOW).by_practitioner == {}
    next_week = at(10, day=TUESDAY + timedelta(days=7))
    assert clinic.hold(next_week, "four").state == "held"
    clinic.hold(next_week + timedelta(hours=1), one.holder_digest)
    assert clinic.hold(at(12), "three").state == "held"


def test_a_hold_opens_to_whoever_made_it_alone(clinic) -> None:
    held = clinic.hold(at(10), "mine")
    assert complete.get_hold(held.id, "mine").id == held.id
    with pytest.raises(NoSuchHold):
        complete.get_hold(held.id, "yours")


def test_the_least_busy_practitioner_is_chosen_when_anyone_will_do(tenant: UUID) -> None:
    clinic = set_up(tenant, people=2, rooms=2)
    first = clinic.hold(at(9), "one")
    second = clinic.hold(at(15), "two")
    assert first.practitioner_id != second.practitioner_id
    assert masks.granules(30) == 6


def test_a_day_that_is_different_names_its_reason(tenant: UUID) -> None:
    clinic = set_up(tenant, people=2, rooms=2)
    asked, inventory = clinic.wish(), (("en", "inventory"),)

    def said(special: Special) -> tuple[str, str]:
        opening = replace(asked.place.opening, specials=(special,))
        place = replace(asked.place, opening=opening)
        [reason] = explaining.explain(replace(asked, place=place), at(10), NOW)
        return reason.code, str(reason)

    day = Special(TUESDAY, TUESDAY, reason=inventory)
    assert said(day) == ("closed_for", "Main is closed that day for inventory.")
    assert said(replace(day, reason=())) == ("closed", "Main is closed then.")
    short = replace(day, spans=((time(13), time(17)),))
    assert said(short) == ("other_hours", "Main has other hours that day (inventory).")
