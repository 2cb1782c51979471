"""New appointments, walk-ins and blocks at the desk."""

import re
from datetime import timedelta

import pytest

from saas.booking.hold import Asked
from saas.desk import appointing
from saas.desk.appointing import Guest
from saas.identity.roles import Role
from saas.kernel import clock
from saas.kernel.actors import Actor, ActorKind
from saas.patients import records
from saas.tenancy import tenants
from tests.desk.desk import KWABENA, Desk, sentences
from tests.ground import within

TEAM = Actor(ActorKind.USER)
NEW = "/staff/appointments/new?location=phoenix&offering=first-consultation"


def chosen(desk: Desk, hour: int, practitioner: str = KWABENA) -> str:
    return f"{NEW}&practitioner={practitioner}&at={desk.wall(hour)}"


def details(**other: str) -> dict[str, str]:
    given = {
        "given_name": "Mei",
        "family_name": "Whitaker",
        "phone": "602 555 0177",
        "email": "mei@example.com",
    }
    return {**given, **other}


def test_somebody_new_is_booked_in_one_go(desk: Desk) -> None:
    browser, unique = desk.browser(), f"mei-{desk.visit.hex}@example.com"
    page = browser.get(f"{NEW}&on={desk.day}").text
    assert desk.wall(14).replace(":", "%3A") in page or desk.wall(14) in page
    assert "For whom?" in browser.get(chosen(desk, 14)).text
    answer = browser.post(chosen(desk, 14), new="1", **details(email=unique))
    assert answer.status_code == 302, sentences(answer.text)
    page = sentences(browser.get(answer.headers["Location"]).text)
    assert "Mei Whitaker" in page
    assert "booked by the team" in page
    with within(desk.clinic.id):
        (patient,) = records.search(unique)
        assert patient.status == "active"


def test_somebody_known_is_found_and_booked(desk: Desk) -> None:
    browser = desk.browser()
    page = browser.post(chosen(desk, 14), search="1", words="okafor").text
    assert f'value="{desk.ann}"' in page
    answer = browser.post(chosen(desk, 14), patient=str(desk.ann))
    assert answer.status_code == 302
    assert "Ann Okafor" in browser.get(answer.headers["Location"]).text
    assert "Nobody by this name" in browser.post(chosen(desk, 15), search="1", words="nobody").text


def test_who_is_known_already_is_not_entered_twice_by_mistake(desk: Desk) -> None:
    browser = desk.browser()
    answer = browser.post(chosen(desk, 14), **details(email="ann@example.com"))
    assert answer.status_code == 409
    assert "known already" in answer.text
    assert f'value="{desk.ann}"' in answer.text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "not an address", "This does not look like an e-mail address."),
        ("phone", "12", "This does not look like a phone number."),
        ("family_name", "", "Please tell us the name."),
        ("given_name", "…", "A name has at least one letter."),
        ("given_name", "x" * 150, "A name has at most 80 characters."),
        ("given_name", "x" * 10_000, "Field cannot be longer than 200 characters."),
    ],
)
def test_faulty_details_are_named_beside_their_field(
    desk: Desk, field: str, value: str, sentence: str
) -> None:
    answer = desk.browser().post(chosen(desk, 14), new="1", **details(**{field: value}))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="{field}-error"' in answer.text


def test_a_name_in_any_script_is_a_name(desk: Desk) -> None:
    said = details(
        given_name="Đặng", family_name="Петросян", email=f"p-{desk.visit.hex}@example.com", new="1"
    )
    answer = desk.browser().post(chosen(desk, 14), **said)
    assert answer.status_code == 302


def test_a_time_that_went_meanwhile_is_refused_with_fresh_ones(desk: Desk) -> None:
    browser = desk.browser()
    desk.book(desk.at(14))
    answer = browser.post(chosen(desk, 14), patient=str(desk.ann))
    assert answer.status_code == 409
    assert "Kwabena Asante is taken then." in sentences(answer.text)
    assert 'class="time"' in answer.text
    assert "Kwabena Asante is taken then." in sentences(browser.get(chosen(desk, 14)).text)


def test_a_patient_is_not_booked_twice_at_once_and_no_hold_is_left(desk: Desk) -> None:
    answer = desk.browser().post(chosen(desk, 10, "teodora-blagoeva"), patient=str(desk.ann))
    assert answer.status_code == 409
    drawn = desk.browser().get(desk.feed).get_json()
    assert {event["visit"] for event in drawn["events"]} == {str(desk.visit)}


def test_a_walk_in_is_offered_the_soonest_time(desk: Desk) -> None:
    page = desk.browser().get(NEW).text
    soonest = re.search(r'class="card soonest" href="([^"]+)"', page)
    assert soonest
    assert "For whom?" in desk.browser().get(soonest[1].replace("&amp;", "&")).text


@pytest.mark.parametrize("query", ["&offering=none", "&practitioner=nobody", "&location=nowhere"])
def test_what_is_not_there_cannot_be_booked(desk: Desk, query: str) -> None:
    path = (
        f"/staff/appointments/new?at={desk.wall(14)}&"
        + {
            "&offering=none": "location=phoenix&offering=none",
            "&practitioner=nobody": "location=phoenix&offering=first-consultation&practitioner=nobody",
            "&location=nowhere": "location=nowhere&offering=first-consultation",
        }[query]
    )
    assert desk.browser().get(path).status_code == 404


@pytest.mark.parametrize("at", ["soon", "2026-99-99T10:00", "0001-01-01T00:00", "2027-01-01T10:00+05:00"])
def test_a_time_that_is_none_is_refused(desk: Desk, at: str) -> None:
    answer = desk.browser().get(f"{NEW}&at={at.replace('+', '%2B')}")
    assert answer.status_code == 200
    assert "There is no such time" in answer.text or "passed" in answer.text


def block(desk: Desk, **fields: str) -> dict[str, str]:
    drawn = desk.browser().get(desk.feed).get_json()
    kwabena = next(r["id"] for r in drawn["resources"] if r["slug"] == KWABENA)
    given = {
        "resource": kwabena,
        "on": str(desk.day),
        "starts": "14:00",
        "ends": "15:00",
        "label": "Staff meeting",
    }
    return {**given, **fields}


def test_blocked_time_is_shown_refuses_visits_and_can_be_removed(desk: Desk) -> None:
    browser, path = desk.browser(), "/staff/schedule/block?location=phoenix"
    assert browser.post(path, **block(desk)).status_code == 302
    (blocked,) = [e for e in browser.get(desk.feed).get_json()["events"] if e["kind"] == "block"]
    assert (blocked["title"], blocked["movable"]) == ("Staff meeting", False)
    assert desk.send(browser, desk.wall(14), KWABENA).status_code == 409
    page = browser.get(blocked["url"])
    assert "Remove the block" in page.text
    assert browser.get(f"{blocked['url']}/move").status_code == 200
    assert desk.send(browser, desk.wall(16), visit=blocked["visit"]).status_code == 409
    removed = browser.post(f"{blocked['url']}/cancel", version=str(blocked["version"]))
    assert removed.status_code == 302
    assert desk.send(browser, desk.wall(14), KWABENA).status_code == 200


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"starts": "10:00", "ends": "10:30"}, 409, "There is a visit then. Move it first."),
        ({"starts": "15:00", "ends": "14:00"}, 422, "A block begins before it ends"),
        ({"starts": "", "ends": "14:00"}, 422, "Choose a time."),
        ({"label": "x" * 500}, 422, "Field cannot be longer than 120 characters."),
    ],
)
def test_a_block_that_cannot_be_is_refused(
    desk: Desk, fields: dict[str, str], status: int, sentence: str
) -> None:
    answer = desk.browser().post("/staff/schedule/block?location=phoenix", **block(desk, **fields))
    assert answer.status_code == status
    assert sentence in sentences(answer.text)


def test_what_is_no_resource_cannot_be_blocked(desk: Desk) -> None:
    for resource in ("x", str(desk.visit)):
        answer = desk.browser().post(
            "/staff/schedule/block?location=phoenix", **block(desk, resource=resource)
        )
        assert answer.status_code == 404


def test_practitioners_do_not_book(desk: Desk) -> None:
    assert desk.browser(Role.PRACTITIONER).post(chosen(desk, 14), patient=str(desk.ann)).status_code == 403


def test_the_desk_chooses_the_area_and_books_it(desk: Desk) -> None:
    browser = desk.browser()
    asked = f"/staff/appointments/new?location=phoenix&offering=dry-needling&on={desk.day}"
    page = sentences(browser.get(asked).text)
    assert "One region" in page
    assert "Two regions" in page
    booking = f"{asked}&variant=two-regions&practitioner={KWABENA}&at={desk.wall(14)}"
    answer = browser.post(booking, patient=str(desk.ann))
    assert answer.status_code == 302, sentences(answer.text)
    assert "Dry needling · Two regions" in browser.get(answer.headers["Location"]).text


def test_days_too_near_to_another_visit_of_the_chosen_patient_are_left_out_with_the_reason(
    desk: Desk,
) -> None:
    browser, needling = desk.browser(), NEW.replace("first-consultation", "micro-needling")
    asked = Asked("micro-needling", "phoenix", desk.at(14), None, ("superficial-peel",))
    with within(desk.clinic.id):
        appointing.book(asked, Guest(desk.ann), tenants.config_version(desk.clinic.id), TEAM, clock.now())
    on = f"&on={desk.day + timedelta(days=7)}"
    assert 'class="time"' in browser.get(f"{needling}{on}").text
    page = browser.get(f"{needling}{on}&patient={desk.ann}").text
    assert 'class="time"' not in page
    assert (
        sentences(page).count("14 days have to lie between Micro-needling · Face and Superficial peel.") > 4
    )
    assert "For Ann Okafor." in sentences(page)
    chosen = f"{needling}&at={desk.wall(14, day=desk.day + timedelta(days=8))}"
    refused = browser.get(f"{chosen}&patient={desk.ann}")
    assert "14 days have to lie" in refused.text
    answer = browser.post(chosen, patient=str(desk.ann))
    assert answer.status_code == 422
    assert f"patient={desk.ann}" in answer.text
