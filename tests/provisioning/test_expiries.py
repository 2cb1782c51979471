"""What ends, whom it strands, and what becomes of it: flagged at once, found no more, moved with one button."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from saas.booking import asking, searching
from saas.booking.asking import Channel
from saas.booking.hold import Asked
from saas.credentials import privileges, records, reminding, rules
from saas.desk import appointing
from saas.desk.appointing import Guest
from saas.identity.roles import Role
from saas.journal.models import Event
from saas.kernel import clock
from saas.kernel.actors import SYSTEM
from saas.messaging import jobs
from saas.messaging.models import Notice
from saas.practice import snapshot
from saas.provisioning import expiring
from saas.tenancy import tenants
from tests.booking.patients import Page
from tests.desk.desk import KWABENA, Desk
from tests.desk.test_schedule import statements
from tests.desk.test_time_off import log_in_as
from tests.ground import within
from tests.provisioning.drafting_pages import Editor, editor

INGRID = "ingrid-halvorsen"
BOARD = "/expiries"


@dataclass(frozen=True)
class Needled:
    """A desk at which Ann's dry needling is booked on the Tuesday at two, with Kwabena; Ingrid is free then."""

    desk: Desk
    owner: Editor
    visit: UUID

    def revoke(self) -> Page:
        """Let the owner revoke Kwabena's licence on his edit page."""
        path = f"/edit/people/{KWABENA}"
        return self.owner.apply(self.owner.send(path, self.change(path)), reason="The board told us.")

    def change(self, path: str) -> dict[str, object]:
        answers = self.owner.open(path)
        at = next(name for name, values in answers.items() if name.endswith(".kind") and "licence" in values)
        return {**answers, at.replace(".kind", ".status"): "revoked"}

    def starts(self, person: str) -> list[datetime]:
        """Return when somebody could begin a dry needling on the day."""
        with within(self.desk.clinic.id):
            version = tenants.config_version(self.desk.clinic.id)
            wish = asking.wish("dry-needling", "phoenix", version, Channel.STAFF, person)
            times = searching.find(wish, self.desk.day, 1, clock.now())
            return [one.starts_at for one in searching.slots(wish, times)]

    def end(self, person: str, on: date) -> None:
        """Let the privilege of dry needling end."""
        with within(self.desk.clinic.id):
            version = tenants.config_version(self.desk.clinic.id)
            someone = next(
                one for one in asking.snapshot.read(version).practitioners.values() if one.slug == person
            )
            held = privileges.everybody(version)[someone.id]
            rows = [{"procedure": one, "starts_on": None, "ends_on": on if one == "dry_needling" else None}
                    for one in held]  # fmt: skip
            privileges.put(someone.id, rows)
            tenants.raise_config_version(self.desk.clinic.id)


@pytest.fixture
def needled(booked: Desk) -> Needled:
    with within(booked.clinic.id):
        asked = Asked("dry-needling", "phoenix", booked.at(14), KWABENA)
        version = tenants.config_version(booked.clinic.id)
        row = appointing.book(asked, Guest(booked.ann), version, SYSTEM, clock.now())
        visit = row.id
    return Needled(booked, editor(booked.clinic), visit)


def test_with_everything_in_order_nothing_is_to_be_moved(needled: Needled) -> None:
    assert "None: everybody who is booked may do it on the day." in needled.owner.look(BOARD).text


def test_a_licence_revoked_on_a_page_ends_search_with_the_next_request(needled: Needled) -> None:
    assert needled.starts(KWABENA)
    assert "Applied." in needled.revoke().text
    assert needled.starts(KWABENA) == []
    assert needled.starts(INGRID)


def test_its_visits_are_flagged_where_the_desk_opens_them(needled: Needled) -> None:
    url = f"/staff/appointments/{needled.visit}"
    browser = needled.desk.browser()
    assert "may no longer perform this" not in Page(browser.get(url)).text
    needled.revoke()
    page = Page(browser.get(url))
    assert "Kwabena Asante may no longer perform this on the day." in page.text
    assert "suspended or revoked" in page.text
    with needled.desk.moment(11):
        front = needled.desk.browser()
        refused = Page(front.post(f"{url}/check-in", None))
        assert refused.status == 422
        assert "is not checked in: this visit may not be performed as it is booked." in refused.text
        assert "Move to Ingrid Halvorsen" in refused.text
        sent = {name: refused.value(name) for name in ("on", "at", "practitioner", "version")}
        assert front.post(f"{url}/move", None, **sent).status_code == 302
        assert "may no longer perform this" not in Page(front.get(url)).text
    assert needled.desk.read(needled.visit).checked_in_at is None


def test_the_calendar_and_the_practitioner_s_day_flag_them_with_the_next_request(
    needled: Needled, monkeypatch: pytest.MonkeyPatch
) -> None:
    front, feed, asked = needled.desk.browser(), needled.desk.feed, list[object]()
    before = front.get(feed)
    assert not any(event["lost"] for event in before.json["events"])  # type: ignore[index]
    with statements() as fine:
        front.get(feed)
    needled.end(KWABENA, needled.desk.day - timedelta(days=1))
    known = {"If-None-Match": str(before.headers["ETag"])}
    after = front.get(feed, headers=known).json["events"]  # type: ignore[index]
    assert {event["lost"] for event in after if event["visit"] == str(needled.visit)} == {True}
    assert {event["lost"] for event in after if event["visit"] == str(needled.desk.visit)} == {False}
    monkeypatch.setattr(rules, "decide", lambda *given: asked.append(given))
    with statements() as lost:
        front.get(feed)
    assert (len(lost), asked) == (len(fine), [])
    agenda = Page(front.get(f"/staff/schedule?location=phoenix&on={needled.desk.day}&view=agenda")).text
    assert "dry needling" in agenda.lower()
    assert "Kwabena Asante may no longer perform it" in agenda
    mine = log_in_as(needled.desk, KWABENA).get(f"/staff/day?on={needled.desk.day}")
    assert Page(mine).text.count("Kwabena Asante may no longer perform this") == 1


def test_one_button_moves_such_a_visit_to_a_colleague_who_is_free_at_its_time(needled: Needled) -> None:
    needled.revoke()
    page = needled.owner.look(BOARD)
    assert "Move to Ingrid Halvorsen" in page.text
    before = needled.desk.read(needled.visit)
    sent = {name: page.value(name) for name in ("practitioner", "version")}
    url = f"/staff/practice/expiries/move/{needled.visit}"
    done = needled.owner.post(url, sent, follow_redirects=True)
    assert "Moved. The patient is told by mail." in done.text
    after = needled.desk.read(needled.visit)
    assert after.starts_at == before.starts_at
    assert after.practitioner_id != before.practitioner_id
    assert "None: everybody" in done.text
    again = needled.owner.post(url, sent, follow_redirects=True)
    assert "changed in the meantime" in again.text


def test_nobody_who_may_not_gets_it_by_that_button(needled: Needled) -> None:
    row = needled.desk.read(needled.visit)
    sent = {"practitioner": "teodora-blagoeva", "version": str(row.version)}
    url = f"/staff/practice/expiries/move/{needled.visit}"
    assert "Moved." not in needled.owner.post(url, sent, follow_redirects=True).text
    assert needled.desk.read(needled.visit).practitioner_id == row.practitioner_id


def test_what_ends_before_a_visit_is_listed_with_it(needled: Needled) -> None:
    needled.end(KWABENA, needled.desk.day - timedelta(days=1))
    page = needled.owner.look(BOARD)
    assert "Privilege · dry needling" in page.text
    assert "The clinic has not granted Kwabena Asante the privilege of dry needling on that day." in page.text
    assert "Move to Ingrid Halvorsen" in page.text


def test_what_ends_on_the_day_itself_strands_nothing(needled: Needled) -> None:
    needled.end(KWABENA, needled.desk.day)
    page = needled.owner.look(BOARD)
    assert "Privilege · dry needling" in page.text
    assert "None: everybody" in page.text


def test_the_board_reaches_ninety_days_and_no_further(needled: Needled) -> None:
    today = clock.now().date()
    for days, is_there in ((90, True), (91, False)):
        needled.end(KWABENA, today + timedelta(days=days))
        with within(needled.desk.clinic.id):
            found = expiring.ahead(tenants.config_version(needled.desk.clinic.id), today)
        assert any(one.procedure == "dry_needling" for one in found) is is_there


def test_the_board_is_for_whoever_runs_the_practice(needled: Needled) -> None:
    assert editor(needled.desk.clinic, Role.FRONT_DESK).look(BOARD).status == 403
    assert editor(needled.desk.clinic, Role.MANAGER).look(BOARD).status == 200


def test_the_board_tells_which_reminders_went_when(needled: Needled) -> None:
    today = clock.now().astimezone(ZoneInfo("America/Phoenix")).date()
    with within(needled.desk.clinic.id) as current:
        version = tenants.config_version(needled.desk.clinic.id)
        person = snapshot.read(version).practitioner(KWABENA)
        row = next(one for one in records.list_held(person.id) if one.kind == "licence")
        row.expires_on = today + timedelta(days=30)
        current.flush()
        (reminder,) = reminding.remind(tenants.raise_config_version(needled.desk.clinic.id), today)
        (event,) = current.scalars(select(Event).where(Event.subject_id == reminder))
        jobs.announce_ending(event_id=str(event.id), subject_id=str(reminder))
    assert "30 days: " in needled.owner.look(BOARD).text
    assert "being sent" in needled.owner.look(BOARD).text
    with within(needled.desk.clinic.id) as current:
        for notice in current.scalars(select(Notice).where(Notice.subject_id == reminder)):
            notice.state, notice.sent_at = "sent", clock.now()
    assert re.search(r"30 days: \w+ \d+, \d{4} · \d mails?", needled.owner.look(BOARD).text)
