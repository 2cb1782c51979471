"""The mailed link: it shows, it moves, it calls off; once, and for its visit alone."""

import psycopg
import pytest

from saas.booking import links
from saas.db.settings import Urls
from saas.kernel import ids
from saas.scheduling import appointments
from tests.booking import patients
from tests.booking.patients import Page, Visitor
from tests.ground import within
from tests.journeys.kit import Clinic

CALL = "/book/discovery-call?day=2030-02-13"


def mailed(clinic: Clinic, path: str = CALL) -> tuple[Page, str]:
    """Book a visit; return its page and the secret of a link to it."""
    booked = Visitor(clinic).book(path)
    with within(clinic.id):
        hold_id = ids.parse(booked.path.rsplit("/", 1)[1])
        assert hold_id is not None
        return booked, links.mint(appointments.get(hold_id))


def state(database: Urls, clinic: Clinic) -> tuple[str, str]:
    with psycopg.connect(database.superuser) as connection:
        query = "SELECT state, wall_start FROM appointments WHERE tenant_id = %s ORDER BY id"
        row = connection.execute(query, [clinic.id]).fetchone()
    assert row is not None
    return row[0], row[1]


def test_opening_a_link_shows_the_visit_and_changes_nothing(elm: Clinic, database: Urls) -> None:
    _, secret = mailed(elm)
    for path in (f"/m/{secret}", f"/m/{secret}", f"/m/{secret}/times"):
        page = Visitor(elm).look(path)
        assert page.status == 200
        assert page.response.headers["Cache-Control"] == "no-store"
        assert page.response.headers["Referrer-Policy"] == "no-referrer"
        assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "Wednesday, February 13" in page.text
    assert state(database, elm) == ("confirmed", "2030-02-13T10:00")
    assert patients.count(database.superuser, elm, "patients", "proved_at IS NOT NULL") == 0


def test_the_consequence_is_said_before_it_happens(elm: Clinic) -> None:
    _, secret = mailed(elm)
    assert (
        "The time becomes free for somebody else. Nothing is charged."
        in Visitor(elm).look(f"/m/{secret}").text
    )
    times = Visitor(elm).look(f"/m/{secret}/times")
    assert "The visit keeps its treatment and moves to the new time." in times.text


def test_a_visit_is_called_off_and_its_time_is_free(elm: Clinic, database: Urls) -> None:
    _, secret = mailed(elm)
    visitor = Visitor(elm)
    done = visitor.send(visitor.look(f"/m/{secret}"))
    assert "Your visit is cancelled" in done.text
    assert "A mail that confirms it is on its way." in done.text
    assert state(database, elm)[0] == "cancelled"
    assert patients.count(database.superuser, elm, "patients", "proved_at IS NOT NULL") == 1
    assert Visitor(elm).look(CALL).slots()[0].get("data-instant") == "2030-02-13T15:00:00+00:00"


def test_a_visit_is_moved_after_a_look_at_both_times(elm: Clinic, database: Urls) -> None:
    _, secret = mailed(elm)
    visitor = Visitor(elm)
    times = visitor.look(f"/m/{secret}/times?day=2030-02-14")
    review = visitor.press(times.slots()[2])
    assert "Move it to this time?" in review.text
    assert state(database, elm)[1] == "2030-02-13T10:00"
    done = visitor.send(review)
    assert "Your visit is moved" in done.text
    assert "with a new link" in done.text
    assert state(database, elm) == ("confirmed", "2030-02-14T10:30")
    assert visitor.look("/m/done/appointment.ics").response.content_type.startswith("text/calendar")


def test_the_visit_itself_is_not_in_its_own_way(elm: Clinic) -> None:
    _, secret = mailed(elm)
    starts = [
        slot.get("data-instant") for slot in Visitor(elm).look(f"/m/{secret}/times?day=2030-02-13").slots()
    ]
    assert starts[0] == "2030-02-13T15:00:00+00:00"


def test_a_link_used_twice_helps_instead(elm: Clinic, database: Urls) -> None:
    _, secret = mailed(elm)
    visitor = Visitor(elm)
    page = visitor.look(f"/m/{secret}")
    visitor.send(page)
    for again in (visitor.send(page), visitor.look(f"/m/{secret}"), visitor.look(f"/m/{secret}/times")):
        assert again.status == 410
        assert "Look for our newest mail about the visit" in again.text


def test_a_link_of_another_clinic_or_none_is_gone(elm: Clinic, riverstone: Clinic) -> None:
    _, secret = mailed(elm)
    for page in (
        Visitor(riverstone).look(f"/m/{secret}"),
        Visitor(elm).look("/m/made-up"),
        Visitor(elm).look("/m/done"),
    ):
        assert page.status == 410
        assert "This link has done its work" in page.text


def test_a_link_ends_with_the_visit(elm: Clinic, database: Urls) -> None:
    _, secret = mailed(elm)
    with psycopg.connect(database.superuser) as connection:
        connection.execute(
            "UPDATE manage_links SET expires_at = '2030-02-11 10:59+00' WHERE tenant_id = %s", [elm.id]
        )
    assert Visitor(elm).look(f"/m/{secret}").status == 410


def test_a_move_to_a_time_taken_meanwhile_spends_nothing(elm: Clinic, database: Urls) -> None:
    _, secret = mailed(elm)
    visitor = Visitor(elm)
    review = visitor.press(visitor.look(f"/m/{secret}/times?day=2030-02-14").slots()[0])
    Visitor(elm).hold("/book/discovery-call?day=2030-02-14")
    refused = visitor.send(review)
    assert refused.status == 409
    assert "This time has just been taken." in refused.text
    assert refused.slots()
    assert state(database, elm) == ("confirmed", "2030-02-13T10:00")
    assert "Your visit is moved" in visitor.send(visitor.press(refused.slots()[0])).text


@pytest.mark.parametrize("slot", ["", "tomorrow", "linh-castellanos 2030-02-13T15:07:00+00:00"])
def test_a_move_to_no_time_moves_nothing(elm: Clinic, database: Urls, slot: str) -> None:
    _, secret = mailed(elm)
    visitor = Visitor(elm)
    review = visitor.press(visitor.look(f"/m/{secret}/times?day=2030-02-14").slots()[0])
    assert visitor.send(review, slot=slot).status in (200, 422)
    assert state(database, elm) == ("confirmed", "2030-02-13T10:00")
    assert visitor.look(f"/m/{secret}").status == 200


def test_an_old_page_does_not_undo_what_the_desk_changed(elm: Clinic, database: Urls) -> None:
    _, secret = mailed(elm)
    visitor = Visitor(elm)
    page = visitor.look(f"/m/{secret}")
    stale = visitor.send(page, version="1")
    assert stale.status == 409
    assert "This visit was changed in the meantime" in stale.text
    assert state(database, elm)[0] == "confirmed"
    assert visitor.look(f"/m/{secret}").status == 200


def test_a_practitioner_nobody_knows_is_not_found(elm: Clinic) -> None:
    _, secret = mailed(elm)
    assert Visitor(elm).look(f"/m/{secret}/times?practitioner=nobody").status == 404
