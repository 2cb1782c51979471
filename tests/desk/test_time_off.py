"""Time off: noted, taken back, one's own or anybody's, and whom it strands."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from saas.identity.roles import Role
from saas.kernel import clock
from saas.practice import absences, people
from saas.practice.models import Person
from saas.tenancy import tenants
from tests.desk.desk import KWABENA, TEODORA, Desk, sentences
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Browser

PATH = "/staff/time-off"


def person(desk: Desk, slug: str) -> UUID:
    with within(desk.clinic.id) as current:
        return current.scalars(select(Person.id).where(Person.slug == slug)).one()


def version(desk: Desk) -> int:
    with within(desk.clinic.id):
        return tenants.config_version(desk.clinic.id)


def ahead(desk: Desk) -> list[UUID]:
    with within(desk.clinic.id):
        return [row.person_id for row in absences.list_ahead(clock.now())]


def log_in_as(desk: Desk, slug: str) -> Browser:
    """Return the browser of a practitioner by name."""
    with within(desk.clinic.id) as current:
        user = current.scalars(select(Person.user_id).where(Person.slug == slug)).one()
        assert user is not None
        browser = kit.visit(desk.clinic)
        browser.take_cookie(kit.SESSION, kit.sessions.open_for(user, "a test", browser.address, clock.now()))
    return browser


def test_an_absence_closes_the_calendar_at_once_and_tells_whom_it_strands(desk: Desk) -> None:
    manager, before = desk.browser(Role.MANAGER), version(desk)
    answer = manager.post(PATH, person=str(person(desk, KWABENA)), first=str(desk.day), reason="Flu")
    assert answer.status_code == 302
    page = manager.get(PATH).text
    said = sentences(page)
    assert "1 visit has nobody to do it." in said
    assert "Ann Okafor" in said
    assert "Flu" in said
    assert f"/staff/appointments/{desk.visit}/move" in page
    assert version(desk) == before + 1
    assert "away" in {s["kind"] for s in manager.get(desk.feed).get_json()["shades"]}
    assert desk.send(manager, desk.wall(14), KWABENA).status_code == 422
    assert desk.send(manager, desk.wall(14), TEODORA).status_code == 200
    assert "Ann Okafor" not in manager.get(PATH).text


def test_an_absence_that_is_taken_back_opens_the_calendar_again(desk: Desk) -> None:
    manager = desk.browser(Role.MANAGER)
    manager.post(PATH, person=str(person(desk, KWABENA)), first=str(desk.day))
    before = version(desk)
    cancel = re.search(rf"{PATH}/[0-9a-f-]+/cancel", manager.get(PATH).text)
    assert cancel
    assert manager.post(cancel[0]).status_code == 302
    assert version(desk) == before + 1
    assert desk.send(manager, desk.wall(14), KWABENA).status_code == 200
    assert manager.post(cancel[0]).status_code == 404


def test_hours_of_a_day_are_taken_in_the_person_s_own_clock(desk: Desk) -> None:
    manager = desk.browser(Role.MANAGER)
    fields = {"first": str(desk.day), "starts": "13:00", "ends": "15:00"}
    assert manager.post(PATH, person=str(person(desk, KWABENA)), **fields).status_code == 302
    away = [s for s in manager.get(desk.feed).get_json()["shades"] if s["kind"] == "away"]
    assert [(s["start"][11:], s["end"][11:]) for s in away] == [("13:00", "15:00")]
    assert "nobody to do" not in manager.get(PATH).text


def test_a_practitioner_manages_their_own_alone(desk: Desk) -> None:
    mine = log_in_as(desk, KWABENA)
    other = person(desk, TEODORA)
    assert mine.post(PATH, person=str(other), first=str(desk.day)).status_code == 404
    assert mine.post(PATH, person=str(person(desk, KWABENA)), first=str(desk.day)).status_code == 302
    assert ahead(desk) == [person(desk, KWABENA)]
    cancel = re.search(rf"{PATH}/[0-9a-f-]+/cancel", mine.get(PATH).text)
    assert cancel
    colleague = log_in_as(desk, TEODORA)
    assert cancel[0] not in colleague.get(PATH).text
    assert colleague.post(cancel[0]).status_code == 404
    assert mine.post(cancel[0]).status_code == 302


@pytest.mark.parametrize(
    "fields",
    [{"first": ""}, {"first": "soon"}, {"first": "2027-02-02", "last": "2027-02-01"},
     {"first": "2027-02-02", "starts": "15:00", "ends": "14:00"}, {"first": "9999-12-31"},
     {"first": "2027-02-02", "reason": "x" * 500}],
)  # fmt: skip
def test_an_absence_that_cannot_be_is_refused(desk: Desk, fields: dict[str, str]) -> None:
    answer = desk.browser(Role.MANAGER).post(PATH, person=str(person(desk, KWABENA)), **fields)
    assert answer.status_code == 422
    assert ahead(desk) == []


def test_the_desk_does_not_grant_time_off(desk: Desk) -> None:
    assert desk.browser(Role.FRONT_DESK).get(PATH).status_code == 403


def test_who_treats_nobody_is_told_so(desk: Desk) -> None:
    with within(desk.clinic.id):
        user, _ = kit.hire_here(Role.PRACTITIONER)
        assert people.find_by_user(user) is None
        browser = kit.visit(desk.clinic)
        browser.take_cookie(kit.SESSION, kit.sessions.open_for(user, "a test", browser.address, clock.now()))
    assert "You treat nobody" in browser.get(PATH).text
    assert "You treat nobody" in browser.get("/staff/day").text
