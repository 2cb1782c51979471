"""Completing, moving, calling off, blocking, absences and sweeping up."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from saas.booking import blocking, cancel, complete, confirm, links, reschedule, roster, searching, sweeping
from saas.booking.asking import Channel
from saas.booking.blocking import Blocked
from saas.db import session
from saas.kernel import clock, ids
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.errors import NotFound
from saas.patients import records
from saas.patients.models import Patient
from saas.patients.records import Details, DetailsRefused
from saas.scheduling.models import Appointment, Claim
from saas.scheduling.refusals import MoveRefused, NotBookable, OldVersion, PatientBusy, SlotTaken
from tests.booking.clinic import NOW, TUESDAY, VISITOR, Clinic, at, set_up
from tests.booking.test_hold import ANN, expire

STAFF = Actor(ActorKind.USER)


@pytest.fixture
def clinic(tenant: UUID) -> Clinic:
    return set_up(tenant, people=2, rooms=2)


def booked(clinic: Clinic, hour: int = 10, holder: str = "me", practitioner: str = "p0") -> Appointment:
    row = clinic.hold(at(hour), holder, practitioner=practitioner)
    complete.complete(row, complete.Completion(ANN, terms="yes"), VISITOR, NOW)
    confirm.confirm(row, VISITOR, NOW)
    return row


def move(row: Appointment, clinic: Clinic, to: reschedule.NewTime, actor: Actor = STAFF) -> None:
    reschedule.reschedule(row, to, clinic.version(), actor, NOW)


def test_a_visitor_is_always_somebody_new(clinic: Clinic) -> None:
    one, other = booked(clinic, 10, "one"), booked(clinic, 10, "other", "p1")
    assert one.patient_id != other.patient_id
    statuses = session.current().scalars(select(Patient.status)).all()
    assert statuses == ["provisional", "provisional"]


def test_correcting_ones_details_changes_the_same_record(clinic: Clinic) -> None:
    row = clinic.hold(at(10))
    complete.complete(row, complete.Completion(ANN), VISITOR, NOW)
    first = row.patient_id
    corrected = Details("Anne", "Lee", "anne@mail.example", "212 555 0124")
    complete.complete(row, complete.Completion(corrected), VISITOR, NOW)
    assert row.patient_id == first
    assert records.get(row.patient_id).email == "anne@mail.example"


@pytest.mark.parametrize(("details", "code"), [
    (Details("", "Lee", "a@b.example", "212 555 0123"), "given_name_missing"),
    (Details("A" * 10_000, "Lee", "a@b.example", "212 555 0123"), "given_name_too_long"),
    (Details("Ann", "12345", "a@b.example", "212 555 0123"), "family_name_unreadable"),
    (Details("Ann", "Lee", "nobody", "212 555 0123"), "email_invalid"),
    (Details("Ann", "Lee", "a@b.example", "12"), "phone_invalid"),
    (Details("Ann", "Lee", "a@b.example", "212 555 0123", NOW.date() + timedelta(days=1)), "birth_date_future"),
])  # fmt: skip
def test_details_that_cannot_be_are_refused_and_nothing_is_written(
    clinic: Clinic, details: Details, code: str
) -> None:
    row = clinic.hold(at(10))
    with pytest.raises(DetailsRefused) as refused:
        complete.complete(row, complete.Completion(details), VISITOR, NOW)
    assert [reason.code for reason in refused.value.reasons] == [code]
    assert row.patient_id is None
    assert session.current().scalars(select(Patient)).all() == []


@pytest.mark.parametrize("name", ["李", "محمد", "Ærøskøbing", "O’Neil-Şahin", "नमिता", "J"])
def test_a_name_in_any_script_is_a_name(clinic: Clinic, name: str) -> None:
    row = clinic.hold(at(10))
    complete.complete(
        row, complete.Completion(Details(name, name, "a@b.example", "212 555 0123")), VISITOR, NOW
    )
    assert records.get(row.patient_id).given_name == name


def test_staff_cannot_book_a_patient_twice_at_once(clinic: Clinic) -> None:
    patient = records.add(ANN, STAFF, NOW.date(), provisional=False)
    for holder, practitioner in (("one", "p0"), ("two", "p1")):
        row = clinic.hold(at(10), holder, practitioner=practitioner)
        if holder == "one":
            complete.complete(row, complete.Completion(patient_id=patient.id), STAFF, NOW)
        else:
            with pytest.raises(PatientBusy):
                complete.complete(row, complete.Completion(patient_id=patient.id), STAFF, NOW)


def test_a_move_frees_the_old_time_and_takes_the_new(clinic: Clinic) -> None:
    row = booked(clinic)
    version = row.version
    move(row, clinic, reschedule.NewTime(at(14), "p1", version))
    assert (row.starts_at, row.practitioner_id, row.version) == (at(14), clinic.people["p1"], version + 1)
    assert clinic.hold(at(10), "next", practitioner="p0").state == "held"
    with pytest.raises(SlotTaken):
        clinic.hold(at(14), "more", practitioner="p1")


def test_a_visit_may_be_moved_into_its_own_time(clinic: Clinic) -> None:
    row = booked(clinic)
    move(row, clinic, reschedule.NewTime(at(10, 15)))
    assert row.starts_at == at(10, 15)


def test_a_move_with_an_old_version_changes_nothing(clinic: Clinic) -> None:
    row = booked(clinic)
    with pytest.raises(OldVersion):
        move(row, clinic, reschedule.NewTime(at(14), None, row.version - 1))
    assert row.starts_at == at(10)


def test_a_refused_move_leaves_the_visit_where_it_was(clinic: Clinic) -> None:
    row = booked(clinic)
    booked(clinic, 14, "other")
    with pytest.raises(SlotTaken):
        move(row, clinic, reschedule.NewTime(at(14), "p0"))
    with pytest.raises(NotBookable):
        move(row, clinic, reschedule.NewTime(at(20), "p0"))
    claims = session.current().scalars(
        select(Claim.starts_at).where(Claim.appointment_id == row.id, Claim.state == "confirmed")
    )
    assert set(claims) == {at(10)}


def test_a_patient_cannot_change_a_visit_that_has_begun(clinic: Clinic) -> None:
    row = booked(clinic)
    with pytest.raises(reschedule.TooLate):
        cancel.cancel(row, VISITOR, at(10, 1))
    cancel.cancel(row, STAFF, at(10, 1))
    assert row.state == "cancelled"


def test_a_cancelled_visit_is_free_at_once_and_cannot_be_moved(clinic: Clinic) -> None:
    row = booked(clinic)
    cancel.cancel(row, VISITOR, NOW, cancel.Reasons("ill"))
    assert clinic.hold(at(10), "next", practitioner="p0").state == "held"
    with pytest.raises(MoveRefused):
        move(row, clinic, reschedule.NewTime(at(14)))


def test_a_visit_moves_to_where_the_patients_own_hold_has_expired(clinic: Clinic) -> None:
    row, held = booked(clinic, 10), clinic.hold(at(14), "again", practitioner="p1")
    complete.complete(held, complete.Completion(patient_id=row.patient_id), STAFF, NOW)
    with pytest.raises(PatientBusy):
        move(row, clinic, reschedule.NewTime(at(14), "p0"))
    expire(held)
    move(row, clinic, reschedule.NewTime(at(14), "p0"))
    session.current().refresh(held)
    assert (row.starts_at, held.state) == (at(14), "lapsed")


def test_a_block_takes_the_time_like_a_visit(clinic: Clinic) -> None:
    asked = Blocked("main", clinic.people["p0"], at(12), at(13), "Lunch")
    row = blocking.block(asked, clinic.version(), STAFF)
    with pytest.raises(SlotTaken):
        clinic.hold(at(12, 30), practitioner="p0")
    cancel.cancel(row, STAFF, NOW)
    assert clinic.hold(at(12, 30), practitioner="p0").state == "held"


@pytest.mark.parametrize(("start", "end"), [(at(13), at(12)), (at(12), at(12)), (at(1), at(23))])
def test_a_block_that_is_no_span_of_a_day_is_refused(clinic: Clinic, start, end) -> None:
    with pytest.raises(blocking.BlockRefused):
        blocking.block(Blocked("main", clinic.people["p0"], start, end, ""), clinic.version(), STAFF)
    with pytest.raises(NotFound):
        blocking.block(Blocked("main", ids.new(), at(12), at(13), ""), clinic.version(), STAFF)


def test_time_off_ends_what_is_offered_and_lists_whom_it_strands(clinic: Clinic) -> None:
    row = booked(clinic)
    stranded = roster.take_time_off(clinic.people["p0"], at(9), at(12), "ill", STAFF)
    assert [visit.id for visit in stranded] == [row.id]
    free = searching.find(clinic.wish(practitioner="p0"), TUESDAY, 1, NOW)
    first = min(slot.starts_at for slot in searching.slots(clinic.wish(practitioner="p0"), free))
    assert first == at(12)


def test_staff_may_book_at_short_notice_and_between_the_grid(clinic: Clinic) -> None:
    wish = clinic.wish(channel=Channel.STAFF)
    found = searching.find(wish, TUESDAY, 1, at(10, 2))
    starts = {slot.starts_at for slot in searching.slots(wish, found)}
    assert min(starts) == at(10, 5)


def test_a_link_opens_any_time_and_is_spent_once(clinic: Clinic) -> None:
    row = booked(clinic)
    secret = links.mint(row)
    session.current().flush()
    assert links.open_(secret, NOW).appointment_id == row.id
    assert links.open_(secret, NOW).spent_at is None
    links.spend(secret, NOW)
    for late in (links.open_, links.spend):
        with pytest.raises(links.LinkSpent):
            late(secret, NOW)
    with pytest.raises(links.LinkSpent):
        links.open_(links.mint(row), row.ends_at)


def test_expired_holds_and_visitors_who_never_booked_are_swept_up(clinic: Clinic) -> None:
    lasting = booked(clinic, 9, "lasting")
    row = clinic.hold(at(11), "gone")
    complete.complete(row, complete.Completion(ANN), VISITOR, NOW)
    session.current().flush()
    expire(row)
    session.current().refresh(row)
    assert sweeping.lapse_holds(clock.now()) == 1
    assert sweeping.forget_visitors(clock.now() + timedelta(days=2)) == 1
    session.current().expire_all()
    assert (row.state, row.patient_id) == ("lapsed", None)
    assert records.get(lasting.patient_id).given_name == "Ann"
