"""Who is refused, and how soon a visit may follow another: when named, when certain, when moved, when searched."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from saas.booking import cancel, complete, confirm, reschedule, searching, suitable
from saas.booking.suitable import NotForPatient
from saas.catalogue import offerings
from saas.db import session
from saas.kernel import clock
from saas.kernel.actors import Actor, ActorKind
from saas.patients import records
from saas.patients.records import Details
from saas.scheduling.models import Appointment
from saas.scheduling.refusals import NotBookable
from saas.tenancy import tenants
from tests.booking.clinic import NOW, TUESDAY, VISITOR, Clinic, at, content, set_up

STAFF = Actor(ActorKind.USER)
CHILD = Details("Kim", "Young", "kim@mail.example", "212 555 0125", NOW.date() - timedelta(days=17 * 365))
DAY = timedelta(days=1)


def known(born: date | None = None) -> UUID:
    ann = Details("Ann", "Lee", "ann@mail.example", "212 555 0123", born)
    return records.add(ann, STAFF, NOW.date(), provisional=False).id


def offer(clinic: Clinic, slug: str, **changes: object) -> None:
    offerings.put(slug, content(**changes))
    tenants.raise_config_version(clinic.tenant_id)


def book(clinic: Clinic, patient: UUID, day: date, offering: str = "visit", hour: int = 10) -> Appointment:
    row = clinic.hold(at(hour, day=day), f"{offering}{day}{hour}", offering)
    complete.complete(row, complete.Completion(patient_id=patient, terms="yes"), STAFF, NOW)
    confirm.confirm(row, STAFF, NOW)
    return row


@pytest.fixture
def clinic(tenant: UUID) -> Clinic:
    return set_up(tenant, rooms=2)


def test_a_treatment_for_returning_patients_refuses_the_new_and_takes_who_was_here(clinic: Clinic) -> None:
    offer(clinic, "later", patients={"only": "returning"})
    ann = known()
    with pytest.raises(NotForPatient, match="been here before"), session.current().begin_nested():
        book(clinic, ann, TUESDAY + DAY, "later")
    book(clinic, ann, TUESDAY)
    assert book(clinic, ann, TUESDAY + DAY, "later", 11).state == "confirmed"


def test_a_visitor_who_types_a_known_patients_details_is_new(clinic: Clinic) -> None:
    offer(clinic, "first", patients={"only": "new"})
    ann = known()
    book(clinic, ann, TUESDAY)
    row = clinic.hold(at(10, day=TUESDAY + DAY), "stranger", "first")
    told = Details("Ann", "Lee", "ann@mail.example", "212 555 0123")
    assert complete.complete(row, complete.Completion(told, terms="yes"), VISITOR, NOW) == ()
    with pytest.raises(NotForPatient, match="new patients only"):
        complete.complete(row, complete.Completion(patient_id=ann), STAFF, NOW)


def test_an_age_limit_asks_for_the_birth_date_and_refuses_by_it(clinic: Clinic) -> None:
    offer(clinic, "grown", patients={"min_age": 18})
    row = clinic.hold(at(10), "me", "grown")
    with pytest.raises(NotForPatient, match="we need the date of birth"), session.current().begin_nested():
        complete.complete(row, complete.Completion(patient_id=known()), STAFF, NOW)
    with pytest.raises(NotForPatient, match="18 years and older"):
        complete.complete(row, complete.Completion(CHILD), VISITOR, NOW)


def test_days_too_near_are_not_searched_nor_booked_and_the_first_possible_is_named(clinic: Clinic) -> None:
    offer(clinic, "peel", procedures=["consultation"], intervals=[{"days": 2, "offering": "visit"}])
    ann = known()
    book(clinic, ann, TUESDAY)
    wish = suitable.for_patient(clinic.wish("peel"), ann)
    found = searching.by_day(wish, searching.find(wish, TUESDAY - DAY, 4, NOW))
    assert [bool(day.slots) for day in found] == [False, False, False, True]
    with pytest.raises(NotForPatient) as refused:
        book(clinic, ann, TUESDAY + DAY, "peel")
    assert refused.value.reasons[0].params["first"] == TUESDAY + 2 * DAY


def test_a_visit_cannot_be_moved_too_near_and_one_called_off_does_not_count(clinic: Clinic) -> None:
    offer(clinic, "peel", intervals=[{"days": 2, "offering": "visit"}])
    ann = known()
    first, peel = book(clinic, ann, TUESDAY), book(clinic, ann, TUESDAY + 2 * DAY, "peel")
    to = reschedule.NewTime(at(12, day=TUESDAY + DAY))
    with pytest.raises(NotBookable, match="have to lie between"):
        reschedule.reschedule(peel, to, clinic.version(), STAFF, NOW)
    cancel.cancel(first, STAFF, NOW)
    reschedule.reschedule(peel, to, clinic.version(), STAFF, NOW)
    assert peel.starts_at == to.starts_at


def test_the_other_of_the_two_keeps_the_distance_as_well(clinic: Clinic) -> None:
    offer(clinic, "peel", intervals=[{"days": 3, "offering": "visit"}])
    ann = known()
    book(clinic, ann, TUESDAY + 2 * DAY, "peel")
    with pytest.raises(NotForPatient):
        book(clinic, ann, TUESDAY)


def test_a_hold_counts_while_it_runs(clinic: Clinic) -> None:
    offer(clinic, "peel", intervals=[{"days": 2, "offering": "visit"}])
    ann = known()
    row = clinic.hold(at(10, day=TUESDAY + DAY), "me", "peel")
    complete.complete(row, complete.Completion(patient_id=ann, terms="yes"), STAFF, NOW)
    with pytest.raises(NotForPatient), session.current().begin_nested():
        book(clinic, ann, TUESDAY)
    row.held_until = clock.now() - DAY
    session.current().flush()
    assert book(clinic, ann, TUESDAY, hour=12).state == "confirmed"
