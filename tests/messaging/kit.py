"""A visit whose patient has an address, and what a mail server or a folder took."""

import mailbox
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from uuid import UUID

from saas.booking import cancel, complete, confirm, reschedule
from saas.booking.reschedule import NewTime
from saas.db import session
from saas.jobs.queue import Task
from saas.journal.models import Event
from saas.kernel import clock
from saas.kernel.actors import Actor, ActorKind
from saas.messaging import outbox
from saas.messaging.models import Message
from saas.messaging.settings import Settings
from saas.patients.records import Details
from saas.scheduling.models import Appointment
from tests.booking.clinic import NOW, VISITOR, Clinic

HOST = "needles.test"
ANN = Details("Ann", "Lee", "ann.lee@mail.example", "212 555 0123")
STAFF = Actor(ActorKind.USER)


class Later(Task):
    """A job that only takes note of when it was to run."""

    def __init__(self) -> None:
        super().__init__("messaging.send", lambda: None)
        self.waits: list[int] = []

    def defer(self, *, schedule_in: dict[str, int] | None = None, **_: Any) -> None:
        self.waits.append((schedule_in or {}).get("seconds", 0))


@dataclass
class Desk:
    """Books, moves and cancels in one clinic, and lets messaging hear of it at times of its own."""

    clinic: Clinic
    folder: Path
    later: Later = field(default_factory=Later)
    now: datetime = field(default_factory=clock.now)

    @property
    def settings(self) -> Settings:
        return Settings(folder=str(self.folder), https=False, public_port=8000)

    def book(self, starts_at: datetime, details: Details = ANN) -> Appointment:
        row = self.clinic.hold(starts_at)
        complete.complete(row, complete.Completion(details, None, "Be kind."), VISITOR, NOW)
        confirm.confirm(row, VISITOR, NOW)
        return row

    def move(self, row: Appointment, starts_at: datetime, practitioner: str | None = None) -> None:
        reschedule.reschedule(row, NewTime(starts_at, practitioner), self.clinic.version(), STAFF, NOW)
        self.hear(row, "moved")

    def cancel(self, row: Appointment) -> None:
        cancel.cancel(row, STAFF, NOW)
        self.hear(row, "cancelled")

    def hear(self, row: Appointment, kind: str) -> None:
        """Run the job that hears of the newest event."""
        session.current().flush()
        query = session.current().query(Event.id).filter_by(kind=f"appointment.{kind}", subject_id=row.id)
        outbox.announce(kind, query.order_by(Event.id.desc()).limit(1).scalar(), row.id, self.later, self.now)

    def send_due(self, row: Appointment, *, after: int = 0) -> None:
        """Send what waits for the visit, some seconds on."""
        self.now += timedelta(seconds=after)
        for message in self.messages(row):
            outbox.send(message.id, self.later, self.settings, self.now)

    def messages(self, row: Appointment) -> list[Message]:
        session.current().flush()
        return outbox.of_visit(row.id)

    def states(self, row: Appointment) -> list[tuple[str, str]]:
        return [(message.kind, message.state) for message in self.messages(row)]

    def mails(self) -> list[EmailMessage]:
        return mails_in(self.folder)


def mails_in(folder: Path) -> list[EmailMessage]:
    """Return the mails of a Maildir in the order of their arrival."""
    box = mailbox.Maildir(folder / "mail", create=True)
    raw = [box.get_bytes(key) for key in sorted(box.keys())]
    return [read(content) for content in raw]


def read(content: bytes) -> EmailMessage:
    mail = BytesParser(policy=policy.default).parsebytes(content)
    assert isinstance(mail, EmailMessage)
    return mail


def part(mail: EmailMessage, kind: str) -> str:
    """Return the text of one part of a mail."""
    found = next(p for p in mail.walk() if p.get_content_type() == kind)
    content = found.get_content()
    return content.decode() if isinstance(content, bytes) else str(content)


def id_of(mail: EmailMessage) -> UUID:
    return UUID(str(mail["Message-ID"])[1:37])
