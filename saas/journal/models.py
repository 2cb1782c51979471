"""Tables of the journal: events, audit entries and the seals over them. All append-only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import laws
from saas.db.base import Tenanted


class Event(Tenanted):
    """News: what happened, as ids and codes; it feeds subscribers and the API."""

    __tablename__ = "events"
    __table_args__ = (
        Index(None, "tenant_id", "recorded_at", "id"),
        Index(None, "tenant_id", "subject_id", "recorded_at"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    kind: Mapped[str]
    subject_id: Mapped[UUID | None]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AuditEntry(Tenanted):
    """Who opened or changed which record, whence and why; also when it was refused.

    Holds field names and version ids, never a value of a patient's field.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "tenant_id", "recorded_at", "id"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_ids: Mapped[list[str]] = mapped_column(type_=Event.__table__.c.data.type)
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    address: Mapped[str | None]
    reason: Mapped[str | None]
    refused: Mapped[bool]
    data: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AuditSeal(Tenanted):
    """A digest over a range of audit entries and the digest before it, so that a change shows.

    Only one seal follows another: two workers that seal at once cannot fork the chain.
    """

    __tablename__ = "audit_seals"
    __table_args__ = (
        Index("uq_audit_seals_tenant_id_upto_at", "tenant_id", "upto_at", unique=True),
        Index("uq_audit_seals_tenant_id_previous_digest", "tenant_id", "previous_digest", unique=True),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    after_at: Mapped[datetime | None]
    upto_at: Mapped[datetime]
    entries: Mapped[int]
    digest: Mapped[str]
    previous_digest: Mapped[str]
    sealed_at: Mapped[datetime] = mapped_column(server_default=func.now())
