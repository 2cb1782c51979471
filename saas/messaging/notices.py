"""Mail to the staff: one for each event and person, however often it is heard, sent while it is still true.

As with mail to patients, it is sent inside the transaction that notes it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from saas.db import session
from saas.identity import users
from saas.identity.models import User
from saas.jobs.queue import Task
from saas.messaging import credential_ends, envelopes, rendering, retrying, review_asked, transport
from saas.messaging.envelopes import Sender
from saas.messaging.models import Notice
from saas.messaging.rendering import Letter
from saas.messaging.settings import Settings
from saas.messaging.transport import TransportFailed

# What each kind says to somebody; None where it is not true any more.
WRITE: Mapping[str, Callable[[UUID, Collection[str], Sender, Settings, datetime], Letter | None]] = {
    "credential_ends": credential_ends.write,
    "review_asked": review_asked.write,
}


@dataclass(frozen=True)
class Told:
    """What became of the mails about something: to how many they went, the last of them when; how many failed."""

    sent: int = 0
    failed: int = 0
    last_at: datetime | None = None


def announce(
    kind: str, event_id: UUID, subject_id: UUID, to: Iterable[UUID], send: Task, now: datetime
) -> None:
    """Let each of the users *to* hear of an event; whoever was told of it is not told again."""
    current = session.current()
    for user_id in to:
        made = current.scalar(
            insert(Notice).values(
                tenant_id=current.tenant_id, kind=kind, event_id=event_id, subject_id=subject_id, user_id=user_id,
                due_at=now,
            ).on_conflict_do_nothing().returning(Notice.id)
        )  # fmt: skip
        if made is not None:
            retrying.defer(send, made, timedelta(0))


def send(notice_id: UUID, again: Task, settings: Settings, now: datetime) -> None:
    """Send a notice that is due and still true, and note what became of it; *again* tries later."""
    waits = select(Notice).where(Notice.id == notice_id, Notice.state == "queued")
    notice = session.current().scalar(waits.with_for_update(skip_locked=True))
    if notice is None:
        return
    if notice.due_at > now:
        retrying.defer(again, notice.id, notice.due_at - now)
        return
    user, by = users.get(notice.user_id), envelopes.sender()
    letter = WRITE[notice.kind](notice.subject_id, users.roles_of(user.id), by, settings, now)
    if letter is None or user.disabled_at is not None:
        notice.state = "dropped"
        return
    try:
        _hand_over(notice, user, letter, by, settings, now)
    except TransportFailed as error:
        retrying.note_failure(notice, error, again, now)
        return
    notice.state, notice.sent_at, notice.error = "sent", now, None


def told(subject_ids: Collection[UUID]) -> dict[UUID, Told]:
    """Return what became of the mails about each of the subjects; one statement, none for none."""
    found: dict[UUID, Told] = {}
    if not subject_ids:
        return found
    query = select(Notice).where(Notice.subject_id.in_(subject_ids)).order_by(Notice.sent_at, Notice.id)
    for row in session.current().scalars(query):
        so_far = found.get(row.subject_id, Told())
        found[row.subject_id] = Told(
            so_far.sent + (row.state == "sent"), so_far.failed + (row.state == "failed"), row.sent_at or so_far.last_at
        )  # fmt: skip
    return found


def _hand_over(
    notice: Notice, user: User, letter: Letter, by: Sender, settings: Settings, now: datetime
) -> None:
    mail = envelopes.begin(notice.id, user.email, by, settings, now)
    mail["Subject"] = letter.subject
    context = {"clinic": by.tenant.name, "phone": by.tenant.phone, "language": by.language, **letter.says}
    mail.set_content(rendering.render(f"{notice.kind}.txt", by.language, context))
    mail.add_alternative(rendering.render(f"{notice.kind}.html", by.language, context), subtype="html")
    transport.deliver(mail, settings)
