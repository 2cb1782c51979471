"""The outbox: which news becomes a mail, when it is due, whether it is still true, and that it goes once.

A confirmation and a cancellation go at once. A move waits three minutes after the last one and all of them
become one mail from where the visit was to where it is; moved back, there is none. Sending happens inside
the transaction that notes it, so a mail goes twice only where the process dies between the two; its
Message-ID then tells them apart from two different mails.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from saas.booking import links
from saas.db import session
from saas.jobs.queue import Task
from saas.journal import feed
from saas.messaging import letters, retrying, transport
from saas.messaging.models import Message
from saas.messaging.settings import Settings
from saas.messaging.transport import TransportFailed
from saas.patients import records
from saas.scheduling import appointments
from saas.scheduling.models import Appointment

MOVES_WAIT = timedelta(minutes=3)
WITH_LINK = frozenset({"confirmed", "moved", "requested"})
# What is told of a request, and the state in which it is still true.
OF_REQUEST = {"requested": "pending", "refused": "refused", "lapsed": "lapsed"}


def announce(kind: str, event_id: UUID, visit_id: UUID, send: Task, now: datetime) -> None:
    """Let the patient hear that their visit was *kind*, unless there is nobody to tell."""
    visit = _locked(visit_id)
    email = _address(visit, kind, now)
    if visit.patient_id is None or email is None:
        return
    if kind == "moved" and _wait_longer(visit.id, now + MOVES_WAIT):
        return
    if kind in ("cancelled", "refused", "lapsed"):
        _drop_waiting(visit.id)
    due_at = now + MOVES_WAIT if kind == "moved" else now
    made = session.current().scalar(
        insert(Message).values(
            tenant_id=session.current().tenant_id, id=event_id, kind=kind, appointment_id=visit.id,
            patient_id=visit.patient_id, to_address=email, due_at=due_at, **_moved_from(kind, event_id),
        ).on_conflict_do_nothing().returning(Message.id)
    )  # fmt: skip
    if made is not None:
        retrying.defer(send, event_id, due_at - now)


def send(message_id: UUID, again: Task, settings: Settings, now: datetime) -> None:
    """Send a message that is due and still true, and note what became of it; *again* tries later."""
    message = session.current().scalar(
        select(Message)
        .where(Message.id == message_id, Message.state == "queued")
        .with_for_update(skip_locked=True)
    )
    if message is None:
        return
    if message.due_at > now:
        retrying.defer(again, message.id, message.due_at - now)
        return
    visit = appointments.get(message.appointment_id)
    if not _is_true(message, visit, now):
        message.state = "dropped"
        return
    try:
        _hand_over(message, visit, settings, now)
    except TransportFailed as error:
        retrying.note_failure(message, error, again, now)
        return
    message.state, message.sent_at, message.told_version, message.error = "sent", now, visit.version, None


def of_visit(visit_id: UUID) -> list[Message]:
    """Return the messages about a visit, oldest first."""
    query = select(Message).where(Message.appointment_id == visit_id).order_by(Message.created_at, Message.id)
    return list(session.current().scalars(query))


def _hand_over(message: Message, visit: Appointment, settings: Settings, now: datetime) -> None:
    """Mint the link, write the mail and deliver it; a failure takes the link with it.

    The link's row is written after delivery, so that nobody who moves the visit waits for a mail server.
    """
    facts = letters.gather(visit)
    with session.current().begin_nested():
        secret = links.mint(visit) if message.kind in WITH_LINK else ""
        with session.current().no_autoflush:
            transport.deliver(letters.write(message, facts, secret, settings, now), settings)


def _is_true(message: Message, visit: Appointment, now: datetime) -> bool:
    """Whether the message still tells how things are, and something new."""
    if message.kind == "refunded":
        return True
    if visit.ends_at <= now:
        return False
    if message.kind == "cancelled":
        return visit.state == "cancelled"
    if message.kind in OF_REQUEST:
        return visit.state == OF_REQUEST[message.kind]
    if visit.state != "confirmed":
        return False
    if message.kind == "confirmed":
        return True
    is_back = (message.moved_from_at, message.moved_from_id) == (visit.starts_at, visit.practitioner_id)
    return not is_back and not _was_told(visit)


def _was_told(visit: Appointment) -> bool:
    """Whether a mail told the visit as it is now."""
    told = select(Message.id).where(Message.appointment_id == visit.id, Message.told_version >= visit.version)
    return session.current().scalar(told.limit(1)) is not None


def _locked(visit_id: UUID) -> Appointment:
    """Return the visit; who announces something else of it waits until we are done."""
    query = select(Appointment).where(Appointment.id == visit_id).with_for_update(key_share=True)
    return session.current().scalars(query).one()


def _address(visit: Appointment, kind: str, now: datetime) -> str | None:
    is_over = visit.ends_at <= now and kind != "refunded"
    if visit.kind != "visit" or visit.patient_id is None or is_over:
        return None
    return records.get(visit.patient_id).email


def _wait_longer(visit_id: UUID, due_at: datetime) -> bool:
    """Let a move that waits take this one with it; whether there is one."""
    row = session.current().scalar(
        select(Message)
        .where(Message.appointment_id == visit_id, Message.kind == "moved", Message.state == "queued")
        .with_for_update()
    )
    if row is None:
        return False
    row.due_at = due_at
    return True


def _drop_waiting(visit_id: UUID) -> None:
    waiting = update(Message).where(Message.appointment_id == visit_id, Message.state == "queued")
    session.current().execute(waiting.values(state="dropped"))


def _moved_from(kind: str, event_id: UUID) -> dict[str, Any]:
    if kind != "moved":
        return {}
    before: Mapping[str, str] = feed.get(event_id).data["before"]
    person = before["practitioner_id"]
    return {
        "moved_from_at": datetime.fromisoformat(before["starts_at"]),
        "moved_from_id": UUID(person) if person != "None" else None,
    }
