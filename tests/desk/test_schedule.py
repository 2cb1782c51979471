"""The schedule: complete without script, and a feed that costs next to nothing while nothing changes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from saas.booking import hold
from saas.booking.hold import Asked, Holder
from saas.db import session
from saas.identity.roles import Role
from saas.journal.models import AuditEntry
from saas.kernel import clock
from saas.kernel.actors import Actor, ActorKind
from saas.tenancy import tenants
from tests.desk.desk import Desk, sentences
from tests.ground import within

STATEMENTS = 4
RENDERING = 9


@contextmanager
def statements() -> Iterator[list[str]]:
    """Note every statement that is sent."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(session.engine(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(session.engine(), "before_cursor_execute", note)


@pytest.mark.parametrize("view", ["day", "week", "agenda"])
def test_every_view_is_complete_without_script(desk: Desk, view: str) -> None:
    page = desk.browser().get(f"/staff/schedule?location=phoenix&on={desk.day}&view={view}").text
    shown = re.sub(r"data-drawn='[^']*'", "", page[page.index('<div class="desk') : page.index("<dialog")])
    assert f'href="/staff/appointments/{desk.visit}"' in shown
    said = sentences(shown)
    assert "A. Okafor First consultation" in said
    assert "10:00" in said


def test_people_rooms_and_devices_of_the_place_stand_side_by_side(desk: Desk) -> None:
    browser = desk.browser()
    drawn = browser.get(desk.feed).get_json()
    names = [resource["name"] for resource in drawn["resources"]]
    assert {"Kwabena Asante", "Juniper", "Centrifuge"} <= set(names)
    assert "Hana Kobayashi" not in names
    mine = [e for e in drawn["events"] if e["visit"] == str(desk.visit)]
    assert [(e["lead"], e["start"][11:], e["end"][11:]) for e in mine] == [
        (True, "10:00", "10:30"), (False, "10:00", "10:40")]  # fmt: skip
    people = browser.get(desk.feed + "&show=people").get_json()["resources"]
    assert {resource["kind"] for resource in people} == {"practitioner"}


def test_times_are_the_place_s_own_whatever_the_browser_s(desk: Desk) -> None:
    drawn = desk.browser().get(desk.feed, headers={"Accept-Language": "de"}).get_json()
    assert drawn["offset"] == "-07:00"
    assert drawn["first"] == "08:00"
    assert {e["at"] for e in drawn["events"]} == {f"{desk.day}T10:00"}


def test_absence_and_closing_are_shaded(desk: Desk) -> None:
    drawn = desk.browser().get(desk.feed).get_json()
    kinds = {shade["kind"] for shade in drawn["shades"]}
    assert kinds == {"closed", "off"}
    sunday = desk.day + timedelta(days=5)
    path = f"/staff/schedule/feed?location=phoenix&from={sunday}&days=1"
    shades = desk.browser().get(path).get_json()["shades"]
    assert {(shade["start"][11:], shade["end"][11:]) for shade in shades} == {("00:00", "00:00")}


def test_the_feed_is_silent_while_nothing_changes(desk: Desk) -> None:
    browser = desk.browser()
    first = browser.get(desk.feed)
    tag = first.headers["ETag"]
    with statements() as seen:
        again = browser.get(desk.feed, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert len(seen) <= STATEMENTS, seen


def test_a_fresh_feed_costs_the_same_however_full_the_day_is(desk: Desk) -> None:
    browser, counts = desk.browser(), []
    browser.get(desk.feed)
    for hour in (11, 14, 15):
        desk.book(desk.at(hour))
        with statements() as seen:
            assert browser.get(desk.feed).status_code == 200
        counts.append(len(seen))
    assert len(set(counts)) == 1
    assert counts[0] <= RENDERING, seen


def test_whatever_happens_changes_the_tag(desk: Desk) -> None:
    browser = desk.browser()
    tags = [browser.get(desk.feed).headers["ETag"]]
    other = desk.book(desk.at(14))
    tags.append(browser.get(desk.feed).headers["ETag"])
    assert desk.send(browser, desk.wall(15), visit=other).status_code == 200
    tags.append(browser.get(desk.feed).headers["ETag"])
    browser.post(f"/staff/appointments/{other}/cancel", version=str(desk.read(other).version))
    tags.append(browser.get(desk.feed).headers["ETag"])
    with within(desk.clinic.id):
        tenants.raise_config_version(desk.clinic.id)
    tags.append(browser.get(desk.feed).headers["ETag"])
    assert len(set(tags[:3])) == 3
    assert tags[3] == tags[0]  # back to what it was
    assert tags[4] not in tags[:4]


def test_a_hold_is_there_without_a_name(desk: Desk) -> None:
    visitor = Actor(ActorKind.VISITOR)
    with within(desk.clinic.id):
        asked = Asked("first-consultation", "phoenix", desk.at(14), "kwabena-asante")
        hold.hold(asked, Holder("a visitor"), tenants.config_version(desk.clinic.id), visitor, clock.now())
    events = desk.browser().get(desk.feed).get_json()["events"]
    held = [e for e in events if e["state"] == "held" and e["lead"]]
    assert [(e["title"], e["movable"]) for e in held] == [("Being booked", False)]
    with within(desk.clinic.id):
        hold.release_former(Holder("a visitor"), visitor)


@pytest.mark.parametrize("query", ["", "&from=x&days=1", "&from=2026-01-01&days=0", "&from=2026-01-01&days=99",
                                   "&from=2026-01-01&days=-1", "&from=9999-12-31&days=1"])  # fmt: skip
def test_a_feed_of_nonsense_is_refused(desk: Desk, query: str) -> None:
    assert desk.browser().get(f"/staff/schedule/feed?location=phoenix{query}").status_code == 422


def test_a_place_of_nobody_s_is_not_there(desk: Desk) -> None:
    assert desk.browser().get("/staff/schedule?location=nowhere").status_code == 404
    assert desk.browser().get("/staff/schedule?location=phoenix&on=soon&view=year").status_code == 200


def test_who_looks_only_reads(desk: Desk) -> None:
    browser = desk.browser(Role.PRACTITIONER)
    assert not any(e["movable"] for e in browser.get(desk.feed).get_json()["events"])
    page = browser.get(f"/staff/appointments/{desk.visit}").text
    assert "Ann Okafor" in page
    assert "/move" not in page
    assert desk.send(browser, desk.wall(14)).status_code == 403


def test_a_list_and_an_opening_are_one_audit_entry_each(desk: Desk) -> None:
    browser = desk.browser()
    before = trail(desk)
    browser.get(f"/staff/schedule?location=phoenix&on={desk.day}")
    browser.get(f"/staff/appointments/{desk.visit}")
    assert trail(desk)[len(before) :] == [("listed", [str(desk.ann)], {}), ("opened", [str(desk.ann)], {})]


def trail(desk: Desk) -> list[tuple[str, list[str], dict[str, object]]]:
    with within(desk.clinic.id) as current:
        rows = current.scalars(select(AuditEntry).order_by(AuditEntry.recorded_at, AuditEntry.id))
        return [(row.action, row.subject_ids, row.data) for row in rows]
