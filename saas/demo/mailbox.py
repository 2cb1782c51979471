"""The demo's mailbox: a Maildir in the data directory, where mail lands instead of leaving."""

import mailbox
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from saas.kernel.errors import NotFound


@dataclass(frozen=True)
class Message:
    """One mail, as its page shows it."""

    id: str
    sender: str
    to: str
    subject: str
    sent_at: datetime
    body: str


def put(data_dir: Path, message: EmailMessage) -> None:
    """Keep *message*; the Maildir makes sure that it is whole or not there."""
    _box(data_dir).add(message.as_bytes(policy=policy.SMTP))


def list_newest(data_dir: Path, limit: int = 200) -> list[Message]:
    """Return the newest messages first."""
    messages = [_read(key, box_bytes) for key, box_bytes in _raw(data_dir)]
    return sorted(messages, key=lambda message: message.sent_at, reverse=True)[:limit]


def get(data_dir: Path, message_id: str) -> Message:
    """Return one message; NotFound."""
    for key, content in _raw(data_dir):
        if key == message_id:
            return _read(key, content)
    raise NotFound


def _box(data_dir: Path) -> mailbox.Maildir:
    return mailbox.Maildir(data_dir / "mail", create=True)


def _raw(data_dir: Path) -> list[tuple[str, bytes]]:
    box = _box(data_dir)
    return [(key, box.get_bytes(key)) for key in box.keys()]  # noqa: SIM118 - a Maildir iterates over messages


def _read(key: str, content: bytes) -> Message:
    mail = BytesParser(policy=policy.default).parsebytes(content)
    body = mail.get_body(("plain", "html"))
    return Message(
        id=key, sender=str(mail["From"]), to=str(mail["To"]), subject=str(mail["Subject"]),
        sent_at=parsedate_to_datetime(str(mail["Date"])), body=body.get_content() if body else "",
    )  # fmt: skip
