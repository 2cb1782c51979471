"""What a patient hears of a visit that they asked for: that it waits, and what became of it."""

import pytest

from saas.booking import links, requesting, sweeping
from saas.catalogue import offerings
from saas.credentials import attesting
from saas.kernel import ids
from saas.kernel.actors import Actor, ActorKind
from saas.scheduling.models import Appointment
from tests.booking.clinic import NOW, at, content
from tests.booking.test_eligibility import changed, let
from tests.messaging.kit import Desk, part

DIRECTOR = Actor(ActorKind.USER, ids.new())


@pytest.fixture
def asked(desk: Desk) -> Appointment:
    """A visit that its patient asked for, about which a clinician has to decide."""
    offerings.put("visit", content(procedures=["dry_needling"]))
    for person in desk.clinic.people.values():
        let(desk.clinic, person, "LAC")
    attesting.put([])
    changed(desk.clinic)
    return desk.book(at(10))


def test_what_was_asked_for_is_told_with_the_deadline_and_a_link(desk: Desk, asked: Appointment) -> None:
    desk.hear(asked, "requested")
    desk.send_due(asked)
    (mail,) = desk.mails()
    text = part(mail, "text/plain")
    assert "A clinician decides about this visit by" in text
    secret = text.split("http://needles.test:8000/m/")[1].split()[0]
    assert links.open_(secret, NOW).appointment_id == asked.id
    assert desk.states(asked) == [("requested", "sent")]


def test_a_refusal_is_told_kindly_without_the_clinics_reason(desk: Desk, asked: Appointment) -> None:
    requesting.refuse(asked, "Contraindicated for her.", DIRECTOR, NOW)
    desk.hear(asked, "refused")
    desk.send_due(asked)
    (mail,) = desk.mails()
    text = part(mail, "text/plain")
    assert "with somebody else" in text
    assert "Contraindicated" not in text + part(mail, "text/html")


def test_a_lapse_is_told_and_a_request_that_waits_to_be_told_is_not(desk: Desk, asked: Appointment) -> None:
    desk.hear(asked, "requested")
    assert asked.held_until is not None
    sweeping.lapse_holds(asked.held_until)
    desk.hear(asked, "lapsed")
    desk.send_due(asked)
    (mail,) = desk.mails()
    assert "could decide about your request in time" in part(mail, "text/plain")
    assert desk.states(asked) == [("requested", "dropped"), ("lapsed", "sent")]
