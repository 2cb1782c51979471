"""A clinic with a visit in its calendar, made by the verbs, and what tests at its desk do."""

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from saas.booking import roster
from saas.booking.hold import Asked
from saas.desk import appointing
from saas.desk.appointing import Guest
from saas.identity.roles import Role
from saas.kernel import clock
from saas.kernel.actors import SYSTEM
from saas.patients import records
from saas.patients.records import Details
from saas.practice import absences, snapshot
from saas.scheduling import appointments
from saas.scheduling.models import Appointment
from saas.tenancy import tenants
from tests.ground import within
from tests.journeys import kit
from tests.journeys.kit import Browser, Clinic

ZONE = ZoneInfo("America/Phoenix")
KWABENA, TEODORA = "kwabena-asante", "teodora-blagoeva"
ANN = Details("Ann", "Okafor", "ann@example.com", "602 555 0123")
BO = Details("Bo", "Sato", "bo@example.com", "602 555 0145")


@dataclass(frozen=True)
class Desk:
    """The clinic, the day its tests are about (a Tuesday at Phoenix), and the visit of Ann's at ten."""

    clinic: Clinic
    day: date
    visit: UUID
    ann: UUID

    def at(self, hour: int, minute: int = 0, day: date | None = None) -> datetime:
        return datetime.combine(day or self.day, time(hour, minute), ZONE)

    def book(self, starts_at: datetime, who: Details | UUID = BO, with_: str | None = KWABENA) -> UUID:
        """Commit a first consultation."""
        guest = Guest(who) if isinstance(who, UUID) else Guest(details=who)
        with within(self.clinic.id):
            return book(self.clinic, starts_at, guest, with_).id

    def read(self, visit: UUID | None = None) -> Appointment:
        """Return the visit as it is committed now."""
        with within(self.clinic.id) as current:
            row = current.get(Appointment, (self.clinic.id, visit or self.visit))
            assert row is not None
            return row

    def browser(self, role: Role = Role.FRONT_DESK) -> Browser:
        return kit.log_in_as(self.clinic, role)

    def send(
        self,
        browser: Browser,
        wall: str,
        practitioner: str = "",
        version: int | None = None,
        visit: UUID | None = None,
    ) -> TestResponse:
        """Move the visit as dragging does."""
        row = self.read(visit)
        return browser.post(
            f"/staff/appointments/{row.id}/move", {"HX-Request": "true"}, on=wall[:10], at=wall[11:],
            practitioner=practitioner, version=str(version if version is not None else row.version),
        )  # fmt: skip

    @contextmanager
    def moment(self, hour: int, minute: int = 0) -> Iterator[None]:
        """Let it be that time on the day."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: self.at(hour, minute))
            yield

    def wall(self, hour: int, minute: int = 0, day: date | None = None) -> str:
        return self.at(hour, minute, day).strftime("%Y-%m-%dT%H:%M")

    @property
    def feed(self) -> str:
        return f"/staff/schedule/feed?location=phoenix&from={self.day}&days=1"


@functools.cache
def clinic_in(url: str) -> Clinic:
    """Commit a clinic to the database at *url*, once."""
    return kit.open_clinic("riverstone")


def open_desk(url: str) -> Desk:
    """Return the desk of a clinic of its own."""
    return lay_out(clinic_in(url))


def lay_out(clinic: Clinic) -> Desk:
    """Clear a clinic's calendar, and commit Ann's visit at ten o'clock, with Kwabena."""
    with within(clinic.id) as current:
        for row in current.scalars(
            select(Appointment).where(Appointment.state.in_(["confirmed", "no_show"]))
        ):
            if row.state == "no_show":
                appointments.unmiss(row, SYSTEM)
            appointments.cancel(row, SYSTEM, clock.now())
        for off in absences.list_ahead(clock.now()):
            roster.return_to_work(off.id, off.person_id, SYSTEM, clock.now())
    with within(clinic.id):
        place = snapshot.read(tenants.config_version(clinic.id)).place("phoenix")
        day = clock.now().astimezone(ZONE).date() + timedelta(days=7)
        while day.weekday() != 1 or place.closed_for(day) is not None:
            day += timedelta(days=1)
        known = records.search(ANN.email)
        guest = Guest(known[0].id) if known else Guest(details=ANN)
        row = book(clinic, datetime.combine(day, time(10), ZONE), guest, KWABENA)
        assert row.patient_id is not None
        return Desk(clinic, day, row.id, row.patient_id)


def book(clinic: Clinic, starts_at: datetime, guest: Guest, practitioner: str | None) -> Appointment:
    """Book in the current session."""
    asked = Asked("first-consultation", "phoenix", starts_at, practitioner)
    return appointing.book(asked, guest, tenants.config_version(clinic.id), SYSTEM, clock.now())


def sentences(page: str) -> str:
    """Return a page's text in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
