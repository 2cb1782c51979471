"""What visitors send that cannot be: a sentence beside the field, and nothing half-written."""

import pytest

from saas.db.settings import Urls
from tests.booking import patients
from tests.booking.patients import Page, Visitor
from tests.journeys.kit import Clinic

CALL = "/book/discovery-call"
CONSULTATION = "/book/first-consultation?location=phoenix"
NOTHING = "01a1f8b0-0000-7000-8000-000000000000"


def ask(visitor: Visitor, slot: str) -> Page:
    """Ask for a time that no page offered."""
    return (
        visitor.press(visitor.look(CALL).slots()[0], **{"slot": slot}) if not slot else _forged(visitor, slot)
    )


def _forged(visitor: Visitor, slot: str) -> Page:
    button = visitor.look(CALL).slots()[0]
    button.set("value", slot)
    return visitor.press(button)


@pytest.mark.parametrize(
    ("slot", "sentence"),
    [
        ("linh-castellanos 2030-02-08T15:00:00+00:00", "This time has passed."),
        ("linh-castellanos 2030-02-11T12:00:00+00:00", "This is booked at least 120 minutes ahead."),
        ("linh-castellanos 2030-02-13T15:07:00+00:00", "Visits begin every 15 minutes."),
        ("linh-castellanos 2030-02-13T15:15:00.5+00:00", "Visits begin every 15 minutes."),
        ("linh-castellanos 2030-06-12T15:00:00+00:00", "This is booked at most 42 days ahead."),
        ("linh-castellanos 2199-06-12T15:00:00+00:00", "This is booked at most 42 days ahead."),
        ("linh-castellanos 2030-02-14T04:00:00+00:00", "Elm on Bellwether Street is closed then."),
        ("linh-castellanos 9999-12-31T23:59:59-23:00", "Please choose one of the times."),
        ("linh-castellanos 0001-01-01T00:00:00+14:00", "Please choose one of the times."),
        ("linh-castellanos 2030-02-13T15:00:00", "Please choose one of the times."),
        ("tomorrow", "Please choose one of the times."),
        ("", "Please choose one of the times."),
        ("x" * 10_000, "Please choose one of the times."),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_the_reason(
    elm: Clinic, database: Urls, slot: str, sentence: str
) -> None:
    page = _forged(Visitor(elm), slot)
    assert page.status == 422
    assert sentence in page.text
    assert page.slots()
    assert patients.count(database.superuser, elm, "appointments") == 0


@pytest.mark.parametrize(
    "path",
    [
        "/book/nothing", "/book/discovery-call?location=atlantis", "/book/discovery-call?practitioner=nobody",
        "/book/%F0%9F%92%89", "/treatments/nothing", "/treatments?concern=nothing", f"/book/holds/{NOTHING}",
        f"/book/booked/{NOTHING}", f"/book/booked/{NOTHING}/appointment.ics", "/book/holds/nothing",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(elm: Clinic, path: str) -> None:
    assert Visitor(elm).look(path).status == 404


def test_an_offering_of_another_place_is_not_found(riverstone: Clinic, elm: Clinic, database: Urls) -> None:
    visitor = Visitor(riverstone)
    slot = visitor.look(CONSULTATION).slots()[0]
    assert visitor.press(slot, location="nowhere").status == 404
    assert visitor.press(slot, offering="nothing").status == 404
    assert Visitor(elm).look("/book/discovery-call?location=phoenix").status == 404
    assert patients.count(database.superuser, riverstone, "appointments") == 0


@pytest.mark.parametrize("day", ["yesterday", "2030-02-31", "0001-01-01", "9999-12-31", "\x00", "x" * 10_000])
def test_a_day_that_is_none_shows_the_days_there_are(elm: Clinic, day: str) -> None:
    for name in ("day", "from"):
        page = Visitor(elm).look(CALL, query_string={name: day})
        assert page.status == 200
        assert len(page.all("a.day")) == 14


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"given_name": ""}, "given_name", "Please tell us the name."),
        ({"given_name": "💉💉"}, "given_name", "A name has at least one letter."),
        ({"family_name": "x" * 10_000}, "family_name", "A name has at most 80 characters."),
        ({"family_name": "\x00\x07"}, "family_name", "Please tell us the name."),
        ({"email": "ann"}, "email", "This does not look like an e-mail address."),
        ({"email": "ann@" + "x" * 10_000}, "email", "This does not look like an e-mail address."),
        (
            {"email": "ann@mail.example\nBcc: all@mail.example"},
            "email",
            "This does not look like an e-mail address.",
        ),
        ({"phone": "call me"}, "phone", "This does not look like a phone number."),
        ({"phone": "1" * 10_000}, "phone", "This does not look like a phone number."),
        ({"birth_date": "2030-02-12"}, "birth_date", "A date of birth cannot lie in the future."),
        ({"birth_date": "1890-01-01"}, "birth_date", "Please check the year of birth."),
        ({"birth_date": "soon"}, "birth_date", "Please write the date as year, month and day."),
        ({"terms": ""}, "terms", "Please read and accept how we book."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    elm: Clinic, database: Urls, typed: dict[str, str], field: str, sentence: str
) -> None:
    visitor = Visitor(elm)
    page = visitor.tell(visitor.hold(CALL), **typed)
    assert page.status == 422
    assert page.errors() == {field: sentence}
    assert page.summary() == [sentence]
    assert page.tree.xpath("//*[@class='error-summary']//a/@href") == [f"#{field}"]
    assert patients.count(database.superuser, elm, "patients") == 0
    assert patients.count(database.superuser, elm, "appointments", "state = 'held'") == 1


def test_all_faults_are_said_at_once_and_what_was_typed_stays(elm: Clinic) -> None:
    visitor = Visitor(elm)
    faults = {"given_name": "Zoë", "family_name": "", "email": "no", "phone": "", "terms": ""}
    page = visitor.tell(visitor.hold(CALL), **faults)
    assert set(page.errors()) == {"family_name", "email", "phone", "terms"}
    assert "4 things to put right" in page.text
    assert (page.value("given_name"), page.value("email")) == ("Zoë", "no")
    assert "You are booked" in visitor.tell(page).text


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("محمد", "الأحمد"),
        ("小明", "王"),
        ("Nguyễn", "Thị Ánh"),
        ("O'Neil", "d’Arc-Smith"),
        ("<b>Ann</b>", "&amp;"),
    ],
)
def test_a_name_in_any_script_is_a_name(elm: Clinic, given: str, family: str) -> None:
    page = Visitor(elm).book(CALL, given_name=given, family_name=family)
    assert f"Thank you, {given}." in page.text


def test_a_form_without_its_token_is_refused(elm: Clinic, database: Urls) -> None:
    visitor = Visitor(elm)
    about = visitor.hold(CALL)
    fields = {
        "offering": "discovery-call",
        "location": "new-york",
        "slot": "linh-castellanos 2030-02-13T15:00:00+00:00",
    }
    assert visitor.open("POST", "/book/holds", data=fields).status_code == 400
    assert visitor.open("POST", about.path, data=patients.ANN).status_code == 400
    assert patients.count(database.superuser, elm, "appointments", "state = 'confirmed'") == 0


def test_nothing_of_a_known_patient_is_shown_or_touched(elm: Clinic, database: Urls) -> None:
    Visitor(elm).book(CALL, birth_date="1980-05-05")
    other = Visitor(elm)
    about = other.hold(CALL)
    assert not about.value("given_name")
    page = other.tell(about, given_name="Somebody")
    assert "You are booked" in page.text
    assert "1980" not in page.text
    assert patients.count(database.superuser, elm, "patients", "email = 'ann@mail.example'") == 2
