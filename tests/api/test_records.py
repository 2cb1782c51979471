"""The calendar, the patients and the news, as programs read them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from saas.api.views.schedule import ScheduleBody
from saas.db import session
from saas.identity.roles import Role
from saas.journal.models import AuditEntry
from saas.kernel import ids
from tests.api.kit import ANN, Program, program, refused
from tests.ground import within
from tests.journeys.kit import Clinic


def test_the_calendar_shows_who_and_what_a_visit_takes(caller: Program) -> None:
    visit = caller.book()
    day = datetime.fromisoformat(visit["starts_at"]).date()
    shown = caller.get("/schedule", location="phoenix", from_=day)
    taken = {
        resource["kind"]: claim
        for resource in shown.json["resources"]
        for claim in resource["claims"]
        if claim["appointment"] == visit["id"]
    }
    assert ScheduleBody.model_validate(shown.json).time_zone == "America/Phoenix"
    assert set(taken) == {"practitioner", "room"}
    assert taken["practitioner"]["starts_at"] == visit["starts_at"]
    assert [part["kind"] for part in taken["room"]["segments"]] == ["hands_on", "turnaround"]
    assert [part["kind"] for part in taken["practitioner"]["segments"]] == ["hands_on"]


def test_a_calendar_that_did_not_change_is_not_sent_again(caller: Program) -> None:
    visit = caller.book()
    asked: dict[str, Any] = {"location": "phoenix", "from_": visit["starts_at"][:10]}
    tag = caller.get("/schedule", **asked).headers["ETag"]
    same = caller.get("/schedule", headers={"If-None-Match": tag}, **asked)
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    caller.post(f"/appointments/{visit['id']}/cancel")
    changed = caller.get("/schedule", headers={"If-None-Match": tag}, **asked)
    assert (changed.status_code, changed.headers["ETag"] == tag) == (200, False)


def test_a_patient_is_added_found_and_opened_on_record(caller: Program) -> None:
    added = caller.post("/patients", **{**ANN, "family_name": "Zöllner-Ó Briain", "birth_date": "1984-02-29"})
    assert added.status_code == 201
    assert (added.json["status"], added.json["phone"]) == ("active", "+16025550123")
    found = caller.get("/patients", q="zollner-o briain").json["patients"]
    assert found == [added.json]
    assert caller.get(f"/patients/{added.json['id']}").json == added.json
    with within(caller.clinic.id):
        entries = session.current().scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        mine = [entry.action for entry in entries if added.json["id"] in entry.subject_ids]
    assert mine == ["patient.added", "patient.listed", "patient.opened"]


def test_all_patients_are_paged(caller: Program) -> None:
    added = [caller.post("/patients", **ANN).json["id"] for _ in range(3)]
    seen, cursor = [], None
    while True:
        page = caller.get("/patients", limit=2, **({"cursor": cursor} if cursor else {})).json
        seen += [patient["id"] for patient in page["patients"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert set(added) <= set(seen)
    assert len(seen) == len(set(seen))


def test_a_foreign_patient_is_not_found(caller: Program, elm: Clinic) -> None:
    patient = caller.post("/patients", **ANN).json["id"]
    nobodys = program(elm).get(f"/patients/{ids.new()}")
    answer = program(elm).get(f"/patients/{patient}")
    assert (answer.status_code, answer.data) == (404, nobodys.data)


def test_the_news_are_read_on_from_a_cursor(caller: Program) -> None:
    cursor = None
    while (page := caller.get("/events", **({"cursor": cursor} if cursor else {})).json)["events"]:
        cursor = page["next"]
    visit = caller.book()
    news = caller.get("/events", cursor=cursor).json
    told = [(e["kind"], e["subject"]) for e in news["events"] if e["subject"] == visit["id"]]
    assert told == [("appointment.held", visit["id"]), ("appointment.confirmed", visit["id"])]
    assert ANN["family_name"] not in str(news)
    assert caller.get("/events", cursor=news["next"]).json == {"events": [], "next": news["next"]}


def test_news_wait_for_those_that_are_still_being_written(caller: Program) -> None:
    cursor = caller.get("/events", limit=500).json["next"]
    with within(caller.clinic.id) as running:
        running.connection()
        caller.book()
        assert caller.get("/events", cursor=cursor).json["events"] == []
    assert caller.get("/events", cursor=cursor).json["events"] != []


def test_the_front_desk_reads_no_news(riverstone: Clinic) -> None:
    refused(program(riverstone, Role.FRONT_DESK).get("/events"), 403, "not_allowed")
