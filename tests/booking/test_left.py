"""Who left performs no visit, and none takes place where the clinic is no more: neither made certain nor begun."""

from uuid import UUID

import pytest

from saas.booking import check_in, complete, confirm, requesting, reschedule
from saas.booking.complete import Completion
from saas.booking.reschedule import NewTime, PlaceGone
from saas.db import session
from saas.desk import reviewing
from saas.kernel import clock
from saas.practice import configuring
from saas.practice.models import Location
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import NotEligible
from tests.booking.clinic import NOW, VISITOR, Clinic, at
from tests.booking.test_eligibility import ANN, changed, needling
from tests.booking.test_on_request import DIRECTOR, ask_for, asking

__all__ = ["asking", "needling"]
NINE = at(9)


def held(clinic: Clinic, hour: int) -> Appointment:
    row = clinic.hold(at(hour), holder=f"at {hour}", practitioner="p0")
    complete.complete(row, Completion(details=ANN, terms="yes"), VISITOR, NOW)
    return row


def archive(clinic: Clinic, table: type[configuring.Person] | type[Location], one: UUID) -> None:
    row = session.current().get(table, (clinic.tenant_id, one))
    assert row is not None
    row.archived_at = clock.now()
    changed(clinic)


def test_who_left_gets_no_visit_certain_and_nobody_comes_in_for_them(needling: Clinic) -> None:
    booked, open_ = held(needling, 10), held(needling, 14)
    confirm.confirm(booked, VISITOR, NOW)
    archive(needling, configuring.Person, needling.people["p0"])
    with pytest.raises(NotEligible, match="does not work here any more"):
        confirm.confirm(open_, VISITOR, NOW)
    with pytest.raises(NotEligible, match="does not work here any more"):
        check_in.check_in(booked, needling.version(), VISITOR, NINE)
    reschedule.reschedule(booked, NewTime(at(11), "p1"), needling.version(), DIRECTOR, NOW)
    check_in.check_in(booked, needling.version(), VISITOR, NINE)


def test_where_the_place_is_out_of_use_each_door_says_so(needling: Clinic) -> None:
    booked, open_ = held(needling, 10), held(needling, 14)
    confirm.confirm(booked, VISITOR, NOW)
    archive(needling, Location, booked.location_id)
    for refused in (
        lambda: confirm.confirm(open_, VISITOR, NOW),
        lambda: check_in.check_in(booked, needling.version(), VISITOR, NINE),
        lambda: reschedule.reschedule(booked, NewTime(at(11)), needling.version(), DIRECTOR, NOW),
    ):
        with pytest.raises(PlaceGone):
            refused()


def test_what_waits_for_a_decision_there_is_listed_and_can_only_be_refused(asking: Clinic) -> None:
    row = ask_for(asking)
    archive(asking, Location, row.location_id)
    (found,) = reviewing.waiting(asking.version(), NOW)
    assert [one.code for one in found.reasons] == ["place_gone"]
    with pytest.raises(PlaceGone):
        requesting.release(row, "It is fine.", DIRECTOR, NOW)
    requesting.refuse(row, "The place is closed.", DIRECTOR, NOW)
