"""Visits as they stand, moved and called off by a program."""

from datetime import datetime, timedelta

import pytest

from saas.identity.roles import Role
from saas.kernel import ids
from tests.api.kit import Program, later, program, refused
from tests.journeys.kit import Clinic


def test_a_visit_is_moved_to_a_free_time(caller: Program) -> None:
    visit = caller.book()
    to = caller.slots(practitioner=visit["practitioner"])[-1]
    path = f"/appointments/{visit['id']}"
    foreseen = caller.get(f"{path}/consequences", action="reschedule", starts_at=to["starts_at"]).json
    assert (foreseen["possible"], foreseen["reasons"]) == (True, [])
    assert foreseen["fee"] == foreseen["price_change"] == {"amount_minor": 0, "currency": "USD"}
    moved = caller.post(f"{path}/reschedule", starts_at=to["starts_at"], version=visit["version"])
    assert moved.status_code == 200
    assert (moved.json["starts_at"], moved.json["version"]) == (to["starts_at"], visit["version"] + 1)
    assert visit["starts_at"] in {s["starts_at"] for s in caller.slots(practitioner=visit["practitioner"])}


def test_a_move_to_a_time_that_cannot_be_says_why_before_and_after(caller: Program) -> None:
    visit = caller.book()
    path, to = f"/appointments/{visit['id']}", later(visit["starts_at"], minutes=7)
    foreseen = caller.get(f"{path}/consequences", action="reschedule", starts_at=to).json
    assert [reason["code"] for reason in foreseen["reasons"]] == ["off_grid"]
    answer = caller.post(f"{path}/reschedule", starts_at=to, version=visit["version"])
    assert refused(answer, 422, "not_bookable") == ["off_grid"]


def test_an_old_version_is_told(caller: Program) -> None:
    visit = caller.book()
    path, to = f"/appointments/{visit['id']}", caller.slots()[-2]["starts_at"]
    refused(caller.post(f"{path}/reschedule", starts_at=to, version=visit["version"] - 1), 409, "old_version")
    refused(caller.post(f"{path}/cancel", version=visit["version"] - 1), 409, "old_version")
    refused(caller.post(f"{path}/reschedule", starts_at=to), 422, "invalid")


def test_a_cancelled_visit_stays_cancelled_and_its_time_is_free(caller: Program) -> None:
    visit = caller.book()
    path = f"/appointments/{visit['id']}"
    assert caller.get(f"{path}/consequences", action="cancel").json["possible"] is True
    gone = caller.post(f"{path}/cancel", reason="Ill").json
    assert (gone["state"], caller.post(f"{path}/cancel").json["version"]) == ("cancelled", gone["version"])
    assert visit["starts_at"] in {s["starts_at"] for s in caller.slots()}
    answer = caller.post(f"{path}/reschedule", starts_at=visit["starts_at"], version=gone["version"])
    refused(answer, 409, "state_refused")


def test_pages_of_visits_are_complete_and_in_order(caller: Program) -> None:
    booked = {caller.book("discovery-call", "hoboken")["id"] for _ in range(5)}
    seen, cursor = [], None
    while True:
        query = {"location": "hoboken", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = caller.get("/appointments", **query).json
        seen += page["appointments"]
        cursor = page["next"]
        if cursor is None:
            break
    assert booked <= {visit["id"] for visit in seen}
    assert len(seen) == len({visit["id"] for visit in seen})
    assert [v["starts_at"] for v in seen] == sorted(v["starts_at"] for v in seen)


def test_visits_are_found_by_day_and_practitioner(caller: Program) -> None:
    visit = caller.book()
    day = datetime.fromisoformat(visit["starts_at"]).date()
    on_day = caller.get(
        "/appointments", from_=day, to=day + timedelta(days=1), practitioner=visit["practitioner"]
    )
    assert visit in on_day.json["appointments"]
    before = caller.get("/appointments", from_=day - timedelta(days=1), to=day)
    assert visit not in before.json["appointments"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"cursor": "nonsense"}, "cursor_refused"), ({"cursor": "####"}, "cursor_refused"),
        ({"from_": "2026-03-02", "to": "2026-03-02"}, "range_refused"), ({"limit": 0}, "invalid"),
        ({"from_": "2026-01-01", "to": "2028-01-01"}, "range_refused"), ({"from_": "x"}, "invalid"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(caller: Program, query: dict[str, str], code: str) -> None:
    refused(caller.get("/appointments", **query), 422, code)


def test_a_hold_and_a_foreign_visit_are_not_found(caller: Program, elm: Clinic) -> None:
    held, booked = caller.hold(caller.slots()[0]).json["id"], caller.book()["id"]
    nobodys = caller.get(f"/appointments/{ids.new()}")
    refused(nobodys, 404, "not_found")
    for who, visit_id in ((caller, held), (program(elm), booked)):
        for answer in (who.get(f"/appointments/{visit_id}"), who.post(f"/appointments/{visit_id}/cancel")):
            assert (answer.status_code, answer.data) == (404, nobodys.data)


def test_a_practitioners_token_looks_and_does_not_touch(caller: Program, riverstone: Clinic) -> None:
    visit, looker = caller.book(), program(riverstone, Role.PRACTITIONER)
    assert looker.get(f"/appointments/{visit['id']}").status_code == 200
    refused(looker.post(f"/appointments/{visit['id']}/cancel"), 403, "not_allowed")
