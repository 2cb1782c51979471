"""Which news becomes a mail, when, and when not."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from saas.booking import blocking, links
from saas.booking.models import ManageLink
from saas.db import session
from saas.messaging import retrying, transport
from saas.messaging.transport import TransportFailed
from tests.booking.clinic import NOW, at
from tests.messaging.kit import ANN, STAFF, Desk, id_of, part

THREE_MINUTES = 180


def test_a_confirmation_goes_at_once_with_a_link_and_a_calendar_file(desk: Desk) -> None:
    visit = desk.book(at(10))
    desk.hear(visit, "confirmed")
    assert desk.later.waits == [0]
    desk.send_due(visit)
    (mail,) = desk.mails()
    assert (mail["To"], mail["Reply-To"]) == ("ann.lee@mail.example", "hello@needles.example")
    assert str(mail["From"]) == "Needles & Co <hello@needles.example>"
    text = part(mail, "text/plain")
    assert "10:00" in text
    assert "Eastern" in text
    assert "Be kind." in text
    secret = text.split("http://needles.test:8000/m/")[1].split()[0]
    assert links.open_(secret, NOW).appointment_id == visit.id
    assert secret in part(mail, "text/html")
    assert desk.states(visit) == [("confirmed", "sent")]


def test_neither_subject_nor_calendar_says_what_it_is_for(desk: Desk) -> None:
    visit = desk.book(at(10))
    desk.hear(visit, "confirmed")
    desk.send_due(visit)
    (mail,) = desk.mails()
    calendar = part(mail, "text/calendar").replace("\r\n ", "")
    for word in ("Consultation", "Visit", "needling", "Needles"):
        assert word not in mail["Subject"]
    assert f"UID:{visit.id}@needles.test" in calendar
    assert f"SEQUENCE:{visit.version}" in calendar
    assert "METHOD:PUBLISH" in calendar
    assert "Half an hour" not in calendar


def test_an_event_is_told_once_however_often_its_job_runs(desk: Desk) -> None:
    visit = desk.book(at(10))
    for _run in range(2):
        desk.hear(visit, "confirmed")
        desk.send_due(visit)
    assert len(desk.mails()) == 1
    assert id_of(desk.mails()[0]) == desk.messages(visit)[0].id


def test_moves_within_three_minutes_are_one_mail_from_first_to_last(desk: Desk) -> None:
    visit = desk.book(at(10))
    desk.move(visit, at(11))
    desk.send_due(visit, after=100)
    desk.move(visit, at(12))
    desk.send_due(visit, after=100)
    assert desk.mails() == []
    desk.send_due(visit, after=100)
    (mail,) = desk.mails()
    text = part(mail, "text/plain")
    assert "10:00" in text.partition("It is now")[0]
    assert "12:00" in text.partition("It is now")[2]
    assert "11:00" not in text
    assert desk.later.waits[0] == THREE_MINUTES


def test_moved_there_and_back_is_no_mail(desk: Desk) -> None:
    visit = desk.book(at(10))
    desk.move(visit, at(11))
    desk.move(visit, at(10), "p0" if visit.practitioner_id == desk.clinic.people["p0"] else "p1")
    desk.send_due(visit, after=THREE_MINUTES)
    assert desk.mails() == []
    assert desk.states(visit) == [("moved", "dropped")]


def test_another_practitioner_at_the_same_time_is_news(desk: Desk) -> None:
    visit = desk.book(at(10))
    desk.move(visit, at(10), "p1" if visit.practitioner_id == desk.clinic.people["p0"] else "p0")
    desk.send_due(visit, after=THREE_MINUTES)
    assert "somebody else" in part(desk.mails()[0], "text/plain")


def test_a_move_that_the_confirmation_told_already_is_not_told_again(desk: Desk) -> None:
    visit = desk.book(at(10))
    desk.hear(visit, "confirmed")
    desk.move(visit, at(11))
    desk.send_due(visit, after=THREE_MINUTES)
    (mail,) = desk.mails()
    assert "11:00" in part(mail, "text/plain")
    assert desk.states(visit) == [("confirmed", "sent"), ("moved", "dropped")]


def test_a_cancellation_goes_at_once_and_takes_the_waiting_move_with_it(desk: Desk) -> None:
    visit = desk.book(at(10))
    desk.move(visit, at(11))
    desk.cancel(visit)
    desk.send_due(visit, after=THREE_MINUTES)
    (mail,) = desk.mails()
    assert "METHOD:CANCEL" in part(mail, "text/calendar")
    assert "/m/" not in part(mail, "text/plain")
    assert sorted(desk.states(visit)) == [("cancelled", "sent"), ("moved", "dropped")]


def test_nobody_to_tell_is_nothing_to_send(desk: Desk) -> None:
    visit = desk.book(at(10))
    desk.now = visit.ends_at
    desk.hear(visit, "confirmed")
    asked = blocking.Blocked("main", desk.clinic.people["p0"], at(14), at(15), "Lunch")
    block = blocking.block(asked, desk.clinic.version(), STAFF)
    desk.hear(block, "confirmed")
    assert desk.messages(visit) + desk.messages(block) == []


def test_what_is_over_before_it_is_sent_is_dropped(desk: Desk) -> None:
    visit = desk.book(at(10))
    desk.hear(visit, "confirmed")
    desk.now = visit.ends_at
    desk.send_due(visit)
    assert desk.states(visit) == [("confirmed", "dropped")]


def failing(*, permanent: bool = False) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise TransportFailed("SMTPDataError: 451", permanent=permanent)

    return refuse


def test_a_server_that_is_away_is_asked_ever_later_and_then_no_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = desk.book(at(10))
    desk.hear(visit, "confirmed")
    monkeypatch.setattr(transport, "deliver", failing())
    for attempt in range(1, retrying.MOST_ATTEMPTS + 1):
        desk.send_due(visit, after=3 ** (attempt - 1))
        (message,) = desk.messages(visit)
        assert (message.attempts, message.error) == (attempt, "SMTPDataError: 451")
    assert message.state == "failed"
    assert desk.later.waits == [0, *(3**n for n in range(1, retrying.MOST_ATTEMPTS))]


def test_a_refused_recipient_fails_at_once_and_leaves_no_link(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = desk.book(at(10), replace(ANN, email="gone@mail.example"))
    desk.hear(visit, "confirmed")
    monkeypatch.setattr(transport, "deliver", failing(permanent=True))
    desk.send_due(visit)
    assert desk.states(visit) == [("confirmed", "failed")]
    assert session.current().query(ManageLink).count() == 0
