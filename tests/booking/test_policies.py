"""Policies at the doors: kept with the visit when it is booked, and asked whenever it is moved or missed."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from saas.billing import quotes
from saas.booking import complete, confirm, no_show, reschedule
from saas.booking.no_show import NoShowStands, NotYetMissed
from saas.booking.reschedule import NewTime, RescheduleByCall, RescheduleLimit, RescheduleTooLate
from saas.catalogue import policies, rulebook
from saas.catalogue.terms import Kind, NoShowPolicy
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.money import Money
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import MoveRefused
from saas.tenancy import tenants
from tests.booking.clinic import MONDAY, NOW, TUESDAY, VISITOR, Clinic, at, set_up
from tests.booking.test_hold import ANN

STAFF = Actor(ActorKind.USER)
PRICED = {"prices": [{"amount": "100.00"}], "tax_purpose": "therapeutic"}


@pytest.fixture
def clinic(tenant: UUID) -> Clinic:
    return set_up(tenant, people=1, rooms=1, **PRICED)


def rule(clinic: Clinic, kind: Kind, *rules: dict[str, object]) -> None:
    rulebook.put(kind, rules)
    tenants.raise_config_version(clinic.tenant_id)


def booked(clinic: Clinic, hour: int = 10) -> Appointment:
    row = clinic.hold(at(hour))
    complete.complete(row, complete.Completion(ANN, terms="yes"), VISITOR, NOW)
    confirm.confirm(row, STAFF, NOW)
    return row


def move(row: Appointment, clinic: Clinic, hour: int, actor: Actor = VISITOR, now: datetime = NOW) -> None:
    reschedule.reschedule(row, NewTime(at(hour)), clinic.version(), actor, now)


def test_who_books_online_pays_the_deposit_of_a_first_visit(clinic: Clinic) -> None:
    rule(clinic, Kind.DEPOSIT, {"percent": "20"}, {"first_visit": True, "percent": "50"})
    quoted = quotes.find(clinic.hold(at(10)).id)
    assert quoted is not None
    assert quoted.deposit == Money(5000, "USD")


def test_what_was_booked_keeps_its_policies_whatever_is_written_later(clinic: Clinic) -> None:
    rule(clinic, Kind.NO_SHOW, {"fee_percent": "80"})
    rule(clinic, Kind.RESCHEDULE, {"most_times": 1})
    row = booked(clinic)
    rule(clinic, Kind.NO_SHOW)
    rule(clinic, Kind.RESCHEDULE, {"most_times": 0})
    quoted = quotes.find(row.id)
    assert quoted is not None
    assert quoted.policies.no_show == NoShowPolicy(fee_percent="80")
    move(row, clinic, 11)
    with pytest.raises(RescheduleLimit):
        move(row, clinic, 12)


def test_a_patient_moves_a_visit_as_often_and_as_late_as_its_policy_says(clinic: Clinic) -> None:
    rule(clinic, Kind.RESCHEDULE, {"until_hours": 24, "most_times": 2})
    row = booked(clinic)
    move(row, clinic, 11)
    move(row, clinic, 12, STAFF)
    late = at(12, day=MONDAY)
    with pytest.raises(RescheduleTooLate):
        move(row, clinic, 13, now=late)
    move(row, clinic, 13, now=late - timedelta(minutes=1))
    with pytest.raises(RescheduleLimit, match="2 times at most"):
        move(row, clinic, 14)
    move(row, clinic, 14, STAFF, late)
    assert row.moves_online == 2


def test_a_program_is_held_to_what_a_patient_is(clinic: Clinic) -> None:
    rule(clinic, Kind.RESCHEDULE, {"most_times": 0})
    row = booked(clinic)
    with pytest.raises(RescheduleByCall):
        move(row, clinic, 11, Actor(ActorKind.TOKEN))


def test_a_free_visit_has_its_limits_too(tenant: UUID) -> None:
    clinic = set_up(tenant, people=1, rooms=1)
    rule(clinic, Kind.RESCHEDULE, {"most_times": 0})
    with pytest.raises(RescheduleByCall):
        move(booked(clinic), clinic, 11)


def test_nobody_is_missed_before_the_visit_has_waited(clinic: Clinic) -> None:
    rule(clinic, Kind.LATE_ARRIVAL, {"grace_minutes": 10, "no_show_after_minutes": 20})
    row = booked(clinic)
    with pytest.raises(NotYetMissed):
        no_show.note(row, STAFF, at(10, 19))
    assert not no_show.may_note(row, at(10, 19))
    no_show.note(row, STAFF, at(10, 20))
    assert row.state == "no_show"
    assert no_show.note(row, STAFF, at(10, 25)) is None


def test_it_is_taken_back_on_the_same_day_and_not_on_the_next(clinic: Clinic) -> None:
    row = booked(clinic)
    no_show.note(row, STAFF, at(10))
    with pytest.raises(NoShowStands):
        no_show.undo(row, STAFF, at(0, 0, TUESDAY + timedelta(days=1)))
    no_show.undo(row, STAFF, at(23, 59))
    assert (row.state, row.missed_at) == ("confirmed", None)
    with pytest.raises(MoveRefused):
        no_show.undo(row, STAFF, at(23, 59))


def test_a_late_arrivals_text_is_kept(clinic: Clinic) -> None:
    rule(clinic, Kind.LATE_ARRIVAL, {"grace_minutes": 10, "text": {"en": "We may shorten the visit."}})
    late = policies.read_snapshot(booked(clinic).policy).late_arrival
    assert late is not None
    assert late.text == {"en": "We may shorten the visit."}
