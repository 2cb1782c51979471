"""Write what happened. `tell` is news for other rooms; `audit` is who looked or changed.

Both are inserts in the caller's transaction. Neither holds a value of a patient's field.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from saas.db import session
from saas.jobs.queue import Task
from saas.journal.kinds import EventKind
from saas.journal.models import AuditEntry
from saas.kernel import ids
from saas.kernel.actors import Actor

# By the driver: it is part of nearly every act, and takes a third of the time that an entity does.
_TELL = """
INSERT INTO events (tenant_id, id, kind, subject_id, actor_kind, actor_id, data)
VALUES (%(tenant)s, %(id)s, %(kind)s, %(subject)s, %(actor_kind)s, %(actor)s, %(data)s)
"""
_subscribers: dict[EventKind, list[Task]] = {}


def on(kind: EventKind) -> Callable[[Task], Task]:
    """Let a job hear of *kind*: it is deferred with `event_id` and `subject_id` when that is told."""

    def subscribe(job: Task) -> Task:
        _subscribers.setdefault(kind, []).append(job)
        return job

    return subscribe


def subscribers(kind: EventKind) -> Sequence[Task]:
    """Return the jobs that hear of *kind*."""
    return tuple(_subscribers.get(kind, ()))


def tell(kind: EventKind, subject_id: UUID | None, actor: Actor, **data: Any) -> UUID:
    """Record the event and defer its subscribers' jobs; return the event's id.

    *data* holds ids and codes only.
    """
    event_id, current = ids.new(), session.current()
    current.connection().exec_driver_sql(_TELL, {
        "tenant": current.tenant_id, "id": event_id, "kind": kind, "subject": subject_id,
        "actor_kind": actor.kind, "actor": actor.id, "data": Jsonb(data),
    })  # fmt: skip
    for job in subscribers(kind):
        job.defer(event_id=event_id, subject_id=subject_id)
    return event_id


def tell_all(kind: EventKind, told: Mapping[UUID, Mapping[str, Any]], actor: Actor) -> None:
    """Record one event of *kind* for each subject, with its data, in one statement."""
    if not told:
        return
    current, ids_of = session.current(), {subject: ids.new() for subject in told}
    current.connection().exec_driver_sql(_TELL, [
        {
            "tenant": current.tenant_id, "id": ids_of[subject], "kind": kind, "subject": subject,
            "actor_kind": actor.kind, "actor": actor.id, "data": Jsonb(dict(data)),
        }
        for subject, data in told.items()
    ])  # fmt: skip
    for job in subscribers(kind):
        for subject, event_id in ids_of.items():
            job.defer(event_id=event_id, subject_id=subject)


def audit(
    action: str,
    subject_kind: str,
    subject_ids: Sequence[UUID],
    actor: Actor,
    *,
    address: str | None = None,
    **details: Any,
) -> None:
    """Record that *actor* did *action* to records. One opening, or one list, is one entry.

    *details* may name `reason`, `refused`; the rest is kept as codes and field names.
    """
    session.current().add(
        AuditEntry(
            action=action, subject_kind=subject_kind, subject_ids=[str(i) for i in subject_ids],
            actor_kind=actor.kind, actor_id=actor.id, address=address,
            reason=details.pop("reason", None), refused=details.pop("refused", False), data=details,
        )
    )  # fmt: skip
