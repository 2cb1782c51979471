"""When a mail goes that is not due yet, and when it is tried again that nobody took: up to eight times, ever slower."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from saas.jobs.queue import Task
from saas.messaging.models import Message, Notice
from saas.messaging.transport import TransportFailed

MOST_ATTEMPTS = 8
BACKOFF = 3
log = structlog.get_logger()


def note_failure(message: Message | Notice, error: TransportFailed, again: Task, now: datetime) -> None:
    """Note that a mail was not taken; *again* tries later, unless that would not help or was tried often enough."""
    message.attempts, message.error = message.attempts + 1, str(error)
    log.warning("mail not taken", message=str(message.id), attempts=message.attempts, cause=str(error))
    if error.permanent or message.attempts >= MOST_ATTEMPTS:
        message.state = "failed"
        return
    pause = timedelta(seconds=BACKOFF**message.attempts)
    message.due_at = now + pause
    defer(again, message.id, pause)


def defer(send: Task, message_id: UUID, wait: timedelta) -> None:
    """Let *send* run after *wait*."""
    seconds = round(wait.total_seconds())
    send.defer(message_id=message_id, schedule_in={"seconds": seconds} if seconds > 0 else None)
