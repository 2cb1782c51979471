"""News: what happened, as ids and codes. The audit trail is not served here."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from saas.api import describing, paging
from saas.api.door import NEWS, Query, blueprint
from saas.journal import feed
from saas.journal.feed import News
from saas.kernel.permissions import Permission
from saas.web.access import permit


class NewsQuery(Query):
    """Where to go on."""

    cursor: str | None = Field(None, description="The last answer's `next`; the beginning where left out")
    limit: int = Field(100, ge=1, le=500)


class EventBody(BaseModel):
    """Something that happened to `subject`, and who did it."""

    id: UUID
    kind: str = Field(examples=["appointment.confirmed"])
    subject: UUID | None
    actor_kind: str = Field(examples=["token"])
    actor: UUID | None
    data: dict[str, Any] = Field(description="Ids and codes")
    recorded_at: datetime


class EventList(BaseModel):
    """Events, oldest first. `next` is good for ever: ask with it again for what is new."""

    events: list[EventBody]
    next: str | None


@blueprint.get("/events", tags=[NEWS], responses={200: EventList})
@permit(Permission.EVENT_READ)
def list_events(query: NewsQuery) -> Any:
    """Read the news after a cursor; none is ever left out, nor told twice."""
    found = feed.read(paging.decode(query.cursor) if query.cursor else None, query.limit)
    last = paging.encode(found[-1].recorded_at, found[-1].id) if found else query.cursor
    return {"events": [_event(news) for news in found], "next": last}


def _event(news: News) -> dict[str, Any]:
    return {
        "id": str(news.id), "kind": news.kind, "subject": describing.id_of(news.subject_id),
        "actor_kind": news.actor_kind, "actor": describing.id_of(news.actor_id), "data": news.data,
        "recorded_at": describing.instant(news.recorded_at, UTC),
    }  # fmt: skip
