"""Everything of a visit goes by another slug, and it is seen, moved and called off by everybody as before."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from saas.booking import links
from saas.booking.hold import Asked
from saas.desk import appointing
from saas.desk.appointing import Guest
from saas.kernel import clock
from saas.kernel.actors import SYSTEM, Actor, ActorKind
from saas.provisioning import applying, planning, reading, standing
from saas.provisioning.applying import Terms
from saas.provisioning.comparing import What
from saas.scheduling.models import Appointment
from saas.tenancy import tenants
from tests.booking.patients import Visitor
from tests.desk.desk import Desk, sentences
from tests.ground import within
from tests.provisioning.test_laws import renamed

STAFF = Actor(ActorKind.USER)
ANYWAY = Terms(reason="put back")
RENAMED = ("phoenix", "teodora-blagoeva", "micro-needling", "prp")


@dataclass(frozen=True)
class Renamed:
    """The clinic after it was renamed, and the visit that was booked before."""

    desk: Desk
    visit: UUID
    secret: str
    phoenix: str

    def row(self) -> Appointment:
        return self.desk.read(self.visit)


@pytest.fixture
def visit(booked: Desk) -> Iterator[Renamed]:
    """Micro-needling with PRP at two o'clock, after place, person, both offerings and a room were renamed."""
    with within(booked.clinic.id):
        before = standing.read().files
        asked = Asked("micro-needling", "phoenix", booked.at(14), None, ("prp",))
        row = appointing.book(
            asked, Guest(booked.ann), tenants.config_version(booked.clinic.id), STAFF, clock.now()
        )
        visit, secret = row.id, links.mint(row)
    after = before
    for slug in RENAMED:
        after = renamed(after, slug, lambda _: {})
    after["locations/phoenix-new.yaml"]["rooms"][0]["slug"] = "somewhere"
    with within(booked.clinic.id):
        plan = planning.plan(reading.read_form(after), clock.now())
        assert {one.what for one in plan.changes} <= {What.RENAME, What.UPDATE}
        assert [one.reason.code for one in plan.impacts] == []
        applying.apply(reading.read_form(after), SYSTEM)
    yield Renamed(booked, visit, secret, "phoenix-new")
    with within(booked.clinic.id):
        applying.apply(reading.read_form(before), SYSTEM, ANYWAY)


def test_the_desk_sees_and_moves_it(visit: Renamed) -> None:
    desk, browser = visit.desk, visit.desk.browser()
    own = f"/staff/appointments/{visit.visit}"
    for path in (
        own, f"{own}/money", f"{own}/move", f"{own}/cancel",
        f"/staff/schedule?location={visit.phoenix}&on={desk.day}",
        f"/staff/schedule/feed?location={visit.phoenix}&from={desk.day}&days=1",
    ):  # fmt: skip
        answer = browser.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
    assert "Platelet-rich plasma" in sentences(browser.get(own).text)
    assert desk.send(browser, desk.wall(14, 5), visit=visit.visit).status_code == 200
    assert visit.row().wall_start == desk.wall(14, 5)


def test_its_patient_sees_moves_and_calls_it_off(visit: Renamed) -> None:
    patient = Visitor(visit.desk.clinic)
    assert "Platelet-rich plasma" in patient.look(f"/m/{visit.secret}").text
    times = patient.look(f"/m/{visit.secret}/times?day={visit.desk.day}")
    moved = patient.send(patient.press(times.slots()[-1]))
    assert "Your visit is moved" in moved.text
    with within(visit.desk.clinic.id):
        again = links.mint(visit.row())
    done = patient.send(patient.look(f"/m/{again}"))
    assert "Your visit is cancelled" in done.text
    assert visit.row().state == "cancelled"


def test_who_books_again_finds_what_there_is_now(visit: Renamed) -> None:
    patient = Visitor(visit.desk.clinic)
    assert patient.look(f"/book/micro-needling-new?location={visit.phoenix}&add_on=prp-new").slots()
    assert patient.get("/treatments/micro-needling-new").status_code == 200
