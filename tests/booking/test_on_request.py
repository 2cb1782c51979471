"""Where a clinician has to decide, a visit is to be had on request: it waits, and is released, refused or lapses."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from saas.booking import complete, confirm, deadlines, listing, requesting, searching, sweeping
from saas.booking.cancel import cancel
from saas.booking.requesting import ReasonNeeded
from saas.catalogue import offerings
from saas.credentials import attesting, records
from saas.db import session
from saas.journal.models import Event
from saas.kernel import ids
from saas.kernel.actors import Actor, ActorKind
from saas.patients.records import Details
from saas.scheduling.models import Appointment, Claim
from saas.scheduling.refusals import MoveRefused, NotEligible, OldVersion, RequestLapsed, SlotTaken
from tests.booking.clinic import MONDAY, NOW, VISITOR, Clinic, at, content, set_up
from tests.booking.test_eligibility import changed, let
from tests.credentials.qualifying import attest

ANN = Details("Ann", "Lee", "ann@mail.example", "212 555 0123")
DIRECTOR = Actor(ActorKind.USER, ids.new())
TEN = at(10)


@pytest.fixture
def asking(tenant: UUID) -> Clinic:
    """A clinic in New York where two acupuncturists needle, and the rule is not attested yet."""
    clinic = set_up(tenant, rooms=2)
    offerings.put("visit", content(procedures=["dry_needling"]))
    for person in clinic.people.values():
        let(clinic, person, "LAC")
    attesting.put([])
    changed(clinic)
    return clinic


def slots(clinic: Clinic, practitioner: str | None = None) -> list[searching.Slot]:
    wish = clinic.wish(practitioner=practitioner)
    return list(searching.slots(wish, searching.find(wish, MONDAY, 2, NOW)))


def ask_for(clinic: Clinic, starts_at: datetime = TEN, holder: str = "me") -> Appointment:
    row = clinic.hold(starts_at, holder=holder, practitioner="p0")
    complete.complete(row, complete.Completion(ANN, terms="yes"), VISITOR, NOW)
    confirm.confirm(row, VISITOR, NOW)
    return row


def told() -> list[str]:
    return [one.kind for one in session.current().scalars(select(Event).order_by(Event.id))]


def claims_of(row: Appointment) -> set[tuple[str, datetime | None]]:
    session.current().flush()
    query = select(Claim.state, Claim.held_until).where(Claim.appointment_id == row.id)
    return {(state, until) for state, until in session.current().execute(query)}


def test_what_nobody_may_without_a_word_is_offered_on_request(asking: Clinic) -> None:
    found = slots(asking)
    assert found
    assert all(slot.on_request for slot in found)


def test_where_somebody_may_the_time_is_not_on_request(asking: Clinic) -> None:
    attest("US-NY.dry_needling")
    let(asking, asking.people["p1"], "DC")  # the rule says review
    changed(asking)
    anyone = slots(asking)
    assert {(slot.practitioner.slug, slot.on_request) for slot in anyone} == {("p0", False)}
    assert {slot.on_request for slot in slots(asking, "p1")} == {True}


def test_too_near_for_a_decision_it_is_refused_with_what_is_open(asking: Clinic) -> None:
    late = at(10) - deadlines.NOTICE + timedelta(minutes=5)
    with pytest.raises(NotEligible, match="not enough time for that") as refused:
        asking.hold(at(10), now=late)
    assert [reason.code for reason in refused.value.reasons][:2] == ["for_review", "not_attested"]


def test_confirmed_it_waits_and_keeps_its_time_from_others(asking: Clinic) -> None:
    row = ask_for(asking)
    due = NOW + deadlines.DECIDE_WITHIN
    assert (row.state, row.held_until, row.on_request) == ("pending", due, True)
    assert claims_of(row) == {("held", due)}
    assert listing.get(row.id).decide_by == due
    with pytest.raises(SlotTaken):
        asking.hold(at(10), holder="other", practitioner="p0")
    confirm.confirm(row, VISITOR, NOW)
    assert told().count("appointment.requested") == 1


def test_a_visit_soon_is_decided_two_hours_before(asking: Clinic) -> None:
    assert ask_for(asking, at(12, day=MONDAY)).held_until == at(10, day=MONDAY)


def test_released_with_a_reason_it_is_certain_and_twice_is_once(asking: Clinic) -> None:
    row = ask_for(asking)
    for _again in range(2):
        requesting.release(row, "Verified by telephone.", DIRECTOR, NOW)
    assert row.state == "confirmed"
    assert claims_of(row) == {("confirmed", None)}
    assert told().count("appointment.confirmed") == 1
    with pytest.raises(MoveRefused):
        requesting.refuse(row, "No.", DIRECTOR, NOW)


def test_refused_its_time_is_free_again(asking: Clinic) -> None:
    row = ask_for(asking)
    requesting.refuse(row, "Too deep for her.", DIRECTOR, NOW)
    requesting.refuse(row, "Too deep for her.", DIRECTOR, NOW)
    assert (row.state, claims_of(row)) == ("refused", {("released", None)})
    assert told().count("appointment.refused") == 1
    assert asking.hold(at(10), holder="other", practitioner="p0")


def test_a_decision_needs_a_reason_and_the_version_one_saw(asking: Clinic) -> None:
    row = ask_for(asking)
    with pytest.raises(ReasonNeeded):
        requesting.release(row, "  ", DIRECTOR, NOW)
    with pytest.raises(OldVersion):
        requesting.refuse(row, "No.", DIRECTOR, NOW, row.version - 1)
    assert row.state == "pending"


def test_undecided_it_lapses_at_its_deadline_and_is_told(asking: Clinic) -> None:
    row = ask_for(asking)
    assert row.held_until is not None
    assert sweeping.lapse_holds(row.held_until - timedelta(seconds=1)) == 0
    assert sweeping.lapse_holds(row.held_until) == 1
    assert (row.state, claims_of(row)) == ("lapsed", {("released", None)})
    assert told()[-1] == "appointment.lapsed"
    with pytest.raises(RequestLapsed):
        requesting.release(row, "Late.", DIRECTOR, NOW)


def test_after_the_deadline_nobody_releases_it_though_no_job_has_run(asking: Clinic) -> None:
    row = ask_for(asking)
    assert row.held_until is not None
    with pytest.raises(RequestLapsed):
        requesting.release(row, "Late.", DIRECTOR, row.held_until)


def test_what_is_forbidden_meanwhile_cannot_be_released(asking: Clinic) -> None:
    row = ask_for(asking)
    records.put(asking.people["p0"], [])
    changed(asking)
    with pytest.raises(NotEligible):
        requesting.release(row, "I know her.", DIRECTOR, NOW)
    assert row.state == "pending"


def test_what_is_settled_before_it_is_confirmed_is_certain_at_once(asking: Clinic) -> None:
    row = asking.hold(at(10), practitioner="p0")
    complete.complete(row, complete.Completion(ANN, terms="yes"), VISITOR, NOW)
    attest("US-NY.dry_needling")
    changed(asking)
    confirm.confirm(row, VISITOR, NOW)
    assert row.state == "confirmed"


def test_its_patient_may_withdraw_it(asking: Clinic) -> None:
    row = ask_for(asking)
    cancel(row, VISITOR, NOW)
    assert (row.state, claims_of(row)) == ("cancelled", {("released", None)})


def test_what_waits_is_listed_the_most_urgent_first(asking: Clinic) -> None:
    later, soon = ask_for(asking), ask_for(asking, at(12, day=MONDAY), holder="other")
    assert requesting.waiting(NOW, 10) == [soon, later]
    assert requesting.waiting(NOW + timedelta(days=3), 10) == []
