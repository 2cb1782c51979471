"""Store a document and read it back.

The bytes are safely on disk before the row that names them; a transaction that fails leaves an orphan
on disk, which `sweep` removes later, never a row without bytes. Storing and sweeping of one tenant
wait for each other. Whoever opens a document for someone writes the audit entry.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from saas.db import session
from saas.files import blobs, types
from saas.files.models import StoredFile
from saas.journal import book
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.errors import DomainError, Invalid, NotFound
from saas.kernel.text import N_

MEGABYTE = 1024 * 1024
LARGEST_BYTES = 20 * MEGABYTE
QUOTA_BYTES = 5 * 1024 * MEGABYTE
NAME_CHARACTERS = 200
ORPHAN_AFTER = timedelta(days=1)

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('files:' || :tenant, 0))"


class TooLarge(Invalid):
    """One document is larger than any may be."""

    status = 413
    code = "file_too_large"
    sentence = N_("A file may have %(megabytes)d MB at most.")


class QuotaExceeded(Invalid):
    """The clinic's documents together would take more room than it has."""

    status = 413
    code = "file_quota_exceeded"
    sentence = N_("There is no room left for this file: the clinic's files may take %(megabytes)d MB in all.")


class Damaged(DomainError):
    """The bytes on disk are gone, or not those that were stored."""

    status = 500
    code = "file_damaged"
    sentence = N_("This file is damaged or lost. Please tell whoever runs this system.")


@dataclass(frozen=True)
class Document:
    """A stored document with its bytes."""

    id: UUID
    name: str
    media_type: str
    content: bytes


def store(content: bytes, name: str, claimed_type: str, actor: Actor, quota_bytes: int = QUOTA_BYTES) -> UUID:
    """Store *content* and return its id. TooLarge, TypeRefused, TypeMismatch, QuotaExceeded."""
    if len(content) > LARGEST_BYTES:
        raise TooLarge(megabytes=LARGEST_BYTES // MEGABYTE)
    media_type = types.require_honest(content, claimed_type)
    _lock()
    if used_bytes() + len(content) > quota_bytes:
        raise QuotaExceeded(megabytes=quota_bytes // MEGABYTE)
    current = session.current()
    row = StoredFile(
        id=ids.new(), sha256=blobs.put(current.tenant_id, content), media_type=media_type,
        size_bytes=len(content), name=_plain(name), stored_by=actor.id,
    )  # fmt: skip
    current.add(row)
    current.flush()
    book.audit("file.store", "file", [row.id], actor)
    return row.id


def read(file_id: UUID) -> Document:
    """Return a document. NotFound, also for another tenant's; Damaged where its bytes are not the same."""
    current = session.current()
    row = current.scalar(select(StoredFile).where(StoredFile.id == file_id))
    if row is None:
        raise NotFound
    content = blobs.find(current.tenant_id, row.sha256)
    if content is None:
        raise Damaged
    return Document(row.id, row.name, row.media_type, content)


def used_bytes() -> int:
    """Return how much room the tenant's documents take, each counted as often as it was stored."""
    return int(session.current().scalar(select(func.coalesce(func.sum(StoredFile.size_bytes), 0))) or 0)


def sweep(now: datetime) -> int:
    """Remove what lies on the tenant's disk without a row, once it is a day old; return how many."""
    _lock()
    current = session.current()
    known = set(current.scalars(select(StoredFile.sha256)))
    orphans = [p for p in blobs.untouched_since(current.tenant_id, now - ORPHAN_AFTER) if p.name not in known]
    for path in orphans:
        path.unlink()
    return len(orphans)


def _lock() -> None:
    session.statement(_LOCK, tenant=str(session.current().tenant_id))


def _plain(name: str) -> str:
    """Return the last part of *name* without characters that do not print."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()
    return printable[:NAME_CHARACTERS] or "document"
