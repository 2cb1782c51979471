"""A patient younger than a device's label says: not searched, booked nor checked in, unless answered for."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from saas.booking import agreed, explaining, searching, suitable
from saas.booking.suitable import NotForPatient
from saas.catalogue import offerings
from saas.credentials import attesting
from saas.credentials.attesting import Stance
from saas.db import session
from saas.practice.models import Device
from saas.tenancy import tenants
from tests.booking import clinic as clinics
from tests.booking.clinic import NOW, TUESDAY, Clinic, at, content
from tests.booking.test_suitable import STAFF, book, known

SPIN = [{"kind": "hands_on", "minutes": 30, "room": "consultation", "devices": ["centrifuge"]}]
CLAUSE = {"use": "under_age", "clause": {"en": "I know that I am younger than the label says."}}
ANSWERED = {"model": "C8", "use": "under_age", "attested_by": "p0", "attested_on": "2026-11-02"}
GROWN_ON = TUESDAY + timedelta(days=1)


@pytest.fixture
def clinic(tenant: UUID) -> Clinic:
    """A visit that uses a device whose label is for people of 22 years and older."""
    made = clinics.set_up_composed(tenant)
    offer(made)
    return made


def offer(clinic: Clinic, age: int = 22, **more: object) -> None:
    session.current().execute(update(Device).values(model="C8", label_min_age=age))
    offerings.put("spin", content(segments=SPIN, **more))
    tenants.raise_config_version(clinic.tenant_id)


def born(on: date = GROWN_ON) -> UUID:
    """Return a patient who is 22 on a day."""
    return known(on.replace(year=on.year - 22))


def test_days_before_the_birthday_are_not_searched_and_say_why(clinic: Clinic) -> None:
    wish = suitable.for_patient(clinic.wish("spin"), born())
    found = searching.by_day(wish, searching.find(wish, TUESDAY, 2, NOW))
    assert [bool(day.slots) for day in found] == [False, True]
    [why] = explaining.explain(wish, at(10), NOW)
    assert str(why) == (
        "The label of C8 is for people of 22 years and older; the clinic has to answer for this use first."
    )
    assert not suitable.for_patient(clinic.wish("spin"), known()).away


def test_who_is_too_young_is_not_booked_nor_checked_in_until_answered_for(clinic: Clinic) -> None:
    with pytest.raises(NotForPatient, match="22 years"), session.current().begin_nested():
        book(clinic, born(), TUESDAY, "spin")
    row = book(clinic, born(), GROWN_ON, "spin")
    suitable.require_label(row, clinic.version())
    offer(clinic, 23)
    with pytest.raises(NotForPatient, match="23 years"):
        suitable.require_label(row, clinic.version())
    attesting.put_policy(Stance(restrictions=[], off_label=[ANSWERED]), STAFF)
    offer(clinic, 23, off_label=[CLAUSE])
    with pytest.raises(NotForPatient):  # it was booked without the clause
        suitable.require_label(row, clinic.version())
    young = book(clinic, born(), TUESDAY, "spin", 14)
    assert agreed.terms(young, "Come in time.", "en") == f"Come in time.\n\n{CLAUSE['clause']['en']}"
