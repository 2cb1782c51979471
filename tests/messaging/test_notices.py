"""What the staff hear by mail: whose credential ends, and which visit waits for a decision; each of them once."""

from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from saas.booking import requesting, reschedule
from saas.booking.reschedule import NewTime
from saas.catalogue import offerings
from saas.credentials import records, reminding
from saas.db import session
from saas.identity import roles, users
from saas.identity.roles import Role
from saas.journal.models import Event
from saas.kernel.actors import SYSTEM
from saas.kernel.permissions import Permission
from saas.messaging import jobs, notices, recipients
from saas.messaging.models import Notice
from saas.messaging.settings import Settings
from saas.practice import configuring
from saas.scheduling.models import Appointment
from tests.booking.clinic import MONDAY, NOW, TUESDAY, at, content
from tests.booking.test_eligibility import changed, let
from tests.credentials.qualifying import attest, seen
from tests.messaging.kit import Desk, part
from tests.messaging.test_requests import DIRECTOR, asked

__all__ = ["asked"]
LAST = MONDAY + timedelta(days=30)
STAFF = {
    "olga@needles.test": Role.OWNER, "cleo@needles.test": Role.CLINICAL_ADMIN,
    "dora@needles.test": Role.MEDICAL_DIRECTOR, "mia@needles.test": Role.MANAGER, "fred@needles.test": Role.FRONT_DESK,
}  # fmt: skip


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """A clinic with somebody in each role; p0 logs in too, and their license ends in thirty days."""
    desk.now = NOW
    for email, role in STAFF.items():
        users.put(email, email.split("@")[0].title(), [role], SYSTEM)
    mine, _ = users.put("p0@needles.test", "P0", [Role.PRACTITIONER], SYSTEM)
    person = session.current().get(configuring.Person, (desk.clinic.tenant_id, desk.clinic.people["p0"]))
    assert person is not None
    person.user_id = mine
    licensed(desk, LAST)
    return desk


def licensed(desk: Desk, ends: date, **values: object) -> None:
    row = {"kind": "licence", "profession": "LAC", "jurisdiction": "US-NY", "number": "NY-77",
           "issued_on": date(2015, 6, 1), "expires_on": ends, **seen(), **values}  # fmt: skip
    records.put(desk.clinic.people["p0"], [row])


def remind(desk: Desk, day: date = MONDAY) -> None:
    reminding.remind(desk.clinic.version(), day)
    hear("credential.reminded", jobs.announce_ending)


def hear(kind: str, job: object) -> None:
    """Let messaging hear of every event of *kind*, as often as it likes."""
    session.current().flush()
    for one in session.current().scalars(select(Event).where(Event.kind == kind)):
        job(event_id=str(one.id), subject_id=str(one.subject_id))  # type: ignore[operator]  # a task is called to run it


def sent(desk: Desk) -> dict[str, EmailMessage]:
    """Send what waits, and return all mails by whom they are for."""
    for notice_id in session.current().scalars(select(Notice.id)):
        notices.send(notice_id, desk.later, desk.settings, desk.now)
    mails = desk.mails()
    found = {str(mail["To"]): mail for mail in mails}
    assert len(found) == len(mails)
    return found


def test_whose_it_is_and_who_looks_after_them_hear_of_what_ends_once(staffed: Desk) -> None:
    for _run in range(2):
        remind(staffed)
    found = sent(staffed)
    assert set(found) == {"p0@needles.test", "olga@needles.test", "cleo@needles.test"}
    assert set(sent(staffed)) == set(found)
    text = part(found["olga@needles.test"], "text/plain")
    for said in (
        "ends in 30 days.",
        "License · licensed acupuncturist",
        "New York",
        "Number NY-77",
        "No visit is",
    ):
        assert said in text
    assert "http://needles.test:8000/staff/practice/expiries" in text
    assert "/staff/practice/expiries" in part(found["cleo@needles.test"], "text/html")
    assert "/staff/practice" not in part(found["p0@needles.test"], "text/plain")
    assert str(found["p0@needles.test"]["Subject"]).startswith("P0 ")


def test_what_is_booked_past_it_is_counted_and_what_could_not_be(staffed: Desk) -> None:
    licensed(staffed, MONDAY)
    staffed.book(at(10, day=MONDAY))
    staffed.book(at(11, day=TUESDAY))
    remind(staffed)
    text = part(sent(staffed)["olga@needles.test"], "text/plain")
    assert "ends today." in text
    assert "1 visit is booked past that day." in text
    assert "may still perform them" in text


def test_what_could_not_be_performed_past_it_is_counted_too_and_a_mail_not_taken_goes_later(
    staffed: Desk,
) -> None:
    offerings.put("visit", content(procedures=["dry_needling"]))
    for person in staffed.clinic.people.values():
        let(staffed.clinic, person, "LAC")
    attest("US-NY.dry_needling")
    changed(staffed.clinic)
    reschedule.reschedule(staffed.book(at(11)), NewTime(at(12), "p0"), staffed.clinic.version(), SYSTEM, NOW)
    licensed(staffed, MONDAY)
    changed(staffed.clinic)
    remind(staffed)
    (first, *_) = session.current().scalars(select(Notice))
    notices.send(first.id, staffed.later, Settings(), NOW)
    assert (first.state, first.attempts, first.due_at) == ("queued", 1, NOW + timedelta(seconds=3))
    staffed.now += timedelta(seconds=3)
    text = part(sent(staffed)["olga@needles.test"], "text/plain")
    assert "1 visit is booked past that day." in text
    assert "P0 Person may not perform 1 of them." in text


@pytest.mark.parametrize(
    "then", [{"ends": LAST + timedelta(days=400)}, {"ends": LAST, "status": "suspended"}]
)
def test_what_is_no_longer_so_is_not_sent(staffed: Desk, then: dict[str, object]) -> None:
    remind(staffed)
    licensed(staffed, **then)  # type: ignore[arg-type]  # what changed
    assert sent(staffed) == {}
    assert set(session.current().scalars(select(Notice.state))) == {"dropped"}


def test_who_decides_hears_once_of_what_waits_and_no_patient_is_named(
    staffed: Desk, asked: Appointment
) -> None:
    for _heard in range(2):
        hear("appointment.requested", jobs.ask_deciders)
    found = sent(staffed)
    assert set(found) == {"dora@needles.test", "cleo@needles.test"}
    text = part(found["dora@needles.test"], "text/plain")
    assert f"http://needles.test:8000/staff/appointments/{asked.id}" in text
    assert "Please decide by" in text
    for mail in found.values():
        assert "Ann" not in part(mail, "text/plain") + part(mail, "text/html") + str(mail["Subject"])


def test_what_was_decided_meanwhile_is_not_asked_any_more(staffed: Desk, asked: Appointment) -> None:
    hear("appointment.requested", jobs.ask_deciders)
    requesting.refuse(asked, "No.", DIRECTOR, NOW)
    assert sent(staffed) == {}


def test_where_nobody_is_in_such_a_role_owners_hear_and_who_left_hears_nothing(staffed: Desk) -> None:
    olga, cleo, dora = (users.find(one) for one in list(STAFF)[:3])
    assert olga is not None
    assert cleo is not None
    assert dora is not None
    for one in (cleo, dora):
        users.disable(one.id, SYSTEM, NOW)
    assert recipients.deciders() == [olga.id]
    assert recipients.keepers(cleo.id) == [olga.id]


def test_who_is_asked_to_decide_or_look_after_credentials_may_open_what_the_mail_leads_to() -> None:
    for one in recipients.DECIDERS:
        assert roles.may([one], Permission.REVIEW_DECIDE)
    for one in recipients.KEEPERS:
        assert roles.may([one], Permission.PRACTICE_READ)
