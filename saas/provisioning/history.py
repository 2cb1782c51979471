"""Which versions an offering had: since when, what each changed, and who saved it or that files did."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from saas.catalogue.models import OfferingVersion
from saas.db import session
from saas.identity.models import User
from saas.journal import reading
from saas.journal.kinds import EventKind
from saas.provisioning import differing
from saas.provisioning.tables import Version

MOST = 20


@dataclass(frozen=True)
class Edition:
    """A version: its number, counted from 1, since when it holds, and what it changed of the one before.

    `by` is the name of whoever saved it on a page, None where files were applied.
    """

    number: int
    version_id: UUID
    since: datetime
    by: str | None
    changed: Sequence[dict[str, Any]]


def editions(offering_id: UUID) -> list[Edition]:
    """Return the newest versions of an offering, the one that holds first."""
    current = session.current()
    versions = select(OfferingVersion).where(OfferingVersion.offering_id == offering_id)
    ordered = versions.order_by(OfferingVersion.valid_from.desc(), OfferingVersion.id.desc())
    rows = list(current.scalars(ordered.limit(MOST + 1)))
    count = current.scalar(select(func.count()).select_from(versions.subquery())) or 0
    authors = authors_of([row.id for row in rows], offering_id)
    older = [*rows[1:], None] if len(rows) <= MOST else rows[1:]
    return [
        Edition(
            count - place, row.id, row.valid_from, authors.get(row.id),
            differing.differences(before.content, row.content) if before else (),
        )
        for place, (row, before) in enumerate(zip(rows, older, strict=False))
    ]  # fmt: skip


def authors_of(version_ids: Iterable[UUID], offering_id: UUID) -> dict[UUID, str]:
    """Return the names of those who saved these versions on a page; a version from files has none."""
    return _authors(set(version_ids), reading.told_of(offering_id, EventKind.OFFERING_CHANGED))


def _authors(version_ids: Collection[UUID], told: Iterable[reading.Told]) -> dict[UUID, str]:
    wanted = {str(version_id) for version_id in version_ids}
    actors = {
        UUID(one.data["version_id"]): one.actor_id for one in told if one.data.get("version_id") in wanted
    }
    names = {
        row.id: row.name
        for row in session.current().scalars(select(User).where(User.id.in_(set(actors.values()))))
    }
    return {version_id: names.get(actor_id, "") for version_id, actor_id in actors.items() if actor_id}


def page_edit(offering_id: UUID, version_id: UUID) -> str | None:
    """Return who saved this version on a page, None where it came from files."""
    return authors_of([version_id], offering_id).get(version_id)


def page_authors(versions: Sequence[Version]) -> dict[UUID, str]:
    """Return by version who saved it on a page; a version from files has nobody."""
    if not versions:
        return {}
    told = reading.told_of_all([one.offering_id for one in versions], EventKind.OFFERING_CHANGED)
    return _authors({one.id for one in versions}, told)
