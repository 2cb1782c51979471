"""A time that somebody else took, and a hold that ran out: fresh times, and nothing typed is lost."""

from saas.db.settings import Urls
from tests.booking import patients
from tests.booking.patients import Page, Visitor
from tests.journeys.kit import Clinic

CALL = "/book/discovery-call"


def lapsed(elm: Clinic, database: Urls, **typed: str) -> tuple[Visitor, Page]:
    """Hold a time, let it run out, and send the form."""
    visitor = Visitor(elm)
    about = visitor.hold(CALL)
    patients.lapse(database.superuser, elm)
    return visitor, visitor.tell(about, **typed)


def test_a_time_taken_meanwhile_shows_fresh_ones(elm: Clinic) -> None:
    late = Visitor(elm)
    page = late.look(CALL)
    taken = page.slots()[0]
    Visitor(elm).hold(CALL)
    refused = late.press(taken)
    assert refused.status == 409
    assert "This time has just been taken. Here are the times that are free now." in refused.text
    assert taken.get("value") not in {slot.get("value") for slot in refused.slots()}
    assert late.press(refused.slots()[0]).status == 200


def test_who_wanted_another_time_keeps_the_one_they_had(elm: Clinic, database: Urls) -> None:
    visitor = Visitor(elm)
    about = visitor.hold(CALL, 0)
    page = visitor.look(CALL)
    Visitor(elm).hold(CALL, 3)
    assert visitor.press(page.slots()[4]).status == 409
    assert visitor.look(about.path).path == about.path
    assert "You are booked" in visitor.tell(about).text


def test_a_lapsed_hold_keeps_the_answers_and_shows_fresh_times(elm: Clinic, database: Urls) -> None:
    _, page = lapsed(elm, database, given_name="Zoë", birth_date="1990-01-02")
    assert page.status == 409
    assert "Please choose anew; your details are kept." in page.text
    assert (page.value("given_name"), page.value("birth_date")) == ("Zoë", "1990-01-02")
    assert page.tree.xpath("//input[@name='terms']/@checked")
    assert "is still free: take it again" in page.text
    assert patients.count(database.superuser, elm, "patients") == 0


def test_a_new_time_goes_on_with_the_answers(elm: Clinic, database: Urls) -> None:
    visitor, page = lapsed(elm, database, given_name="Zoë")
    about = visitor.press(page.slots()[5])
    assert about.path.startswith("/book/holds/")
    assert about.value("given_name") == "Zoë"
    assert about.tree.xpath("//input[@name='terms']/@checked")
    assert "You are booked" in visitor.tell(about, given_name="Zoë").text
    assert patients.count(database.superuser, elm, "appointments", "state = 'confirmed'") == 1


def test_answers_that_cannot_be_are_kept_too(elm: Clinic, database: Urls) -> None:
    visitor, page = lapsed(elm, database, email="not yet", phone="", terms="")
    about = visitor.press(page.slots()[5])
    assert about.status == 422
    assert about.value("email") == "not yet"
    assert set(about.errors()) >= {"email", "phone"}
    assert "You are booked" in visitor.tell(about).text


def test_another_day_keeps_the_answers(elm: Clinic, database: Urls) -> None:
    visitor, page = lapsed(elm, database, given_name="Zoë", email="not yet")
    day = next(button for button in page.all("button.day") if button.get("value") == "2030-02-15")
    other = visitor.press(day)
    assert other.status == 200
    assert "Friday, February 15" in other.text
    assert (other.value("given_name"), other.value("email")) == ("Zoë", "not yet")


def test_a_fresh_time_taken_too_keeps_the_answers(elm: Clinic, database: Urls) -> None:
    visitor, page = lapsed(elm, database, given_name="Zoë")
    Visitor(elm).hold(CALL, 3)
    wanted = visitor.look(CALL).slots()
    missing = next(s for s in page.slots() if s.get("value") not in {w.get("value") for w in wanted})
    refused = visitor.press(missing)
    assert refused.status == 409
    assert "This time has just been taken." in refused.text
    assert refused.value("given_name") == "Zoë"


def test_coming_back_to_a_lapsed_hold_shows_fresh_times(elm: Clinic, database: Urls) -> None:
    visitor = Visitor(elm)
    about = visitor.hold(CALL)
    patients.lapse(database.superuser, elm)
    page = visitor.look(about.path)
    assert page.status == 409
    assert page.slots()


def test_a_lapsed_hold_leads_to_what_was_booked_since(elm: Clinic, database: Urls) -> None:
    visitor, page = lapsed(elm, database)
    booked = visitor.tell(visitor.press(page.slots()[5]))
    former = page.path
    assert visitor.look(former).path == booked.path
