"""The tax of a bill for review, settled at its visit by who may. In New York nobody stated one for aesthetics."""

from datetime import timedelta
from uuid import UUID

import pytest

from saas.billing import bills, visits
from saas.booking import asking, searching
from saas.booking.asking import Channel
from saas.booking.hold import Asked
from saas.desk import appointing
from saas.desk.appointing import Guest
from saas.identity.roles import Role
from saas.kernel import clock
from saas.kernel.actors import SYSTEM, Actor, ActorKind
from saas.scheduling import appointments
from saas.tenancy import tenants
from tests.desk.desk import Desk
from tests.ground import within


@pytest.fixture
def billed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> UUID:
    clerk = Actor(ActorKind.USER, desk.clinic.staff[Role.FRONT_DESK])
    with within(desk.clinic.id):
        version = tenants.config_version(desk.clinic.id)
        wish = asking.wish("micro-needling", "new-york", version, Channel.STAFF)
        free = searching.slots(wish, searching.find(wish, desk.day, 7, clock.now()))
        starts_at = next(iter(free)).starts_at
        asked = Asked("micro-needling", "new-york", starts_at, None)
        visit = appointing.book(asked, Guest(desk.ann), version, clerk, clock.now()).id
    now = starts_at + timedelta(minutes=30)
    monkeypatch.setattr(clock, "now", lambda: now)
    with within(desk.clinic.id):
        bills.issue(visits.of(appointments.get(visit)), SYSTEM, now)
    return visit


def test_it_is_settled_for_a_reason_and_once(desk: Desk, billed: UUID) -> None:
    browser, page = desk.browser(Role.MANAGER), f"/staff/appointments/{billed}"
    assert f"{page}/tax" in browser.get(page).text
    assert "No tax rate is stated yet for aesthetic in US-NY" in browser.get(f"{page}/tax").text
    assert browser.post(f"{page}/tax").status_code == 409
    assert browser.post(f"{page}/tax", none_due="y", reason=" ").status_code == 422
    assert browser.post(f"{page}/tax", none_due="y", reason="Exempt").status_code == 302
    assert browser.post(f"{page}/tax", none_due="y", reason="Exempt").status_code == 409
    assert f"{page}/tax" not in browser.get(page).text
    assert str(billed) not in desk.browser(Role.OWNER).get("/staff/ledger/review").text


def test_the_front_desk_settles_none(desk: Desk, billed: UUID) -> None:
    browser, page = desk.browser(Role.FRONT_DESK), f"/staff/appointments/{billed}"
    assert f"{page}/tax" not in browser.get(page).text
    assert browser.get(f"{page}/tax").status_code in (403, 404)
