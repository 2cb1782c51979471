"""Tables of messaging: what was sent, what waits, what failed. No text of a mail is kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from saas.db.base import Tenanted, reference


class Message(Tenanted):
    """One mail about one visit. Its id is that of the event it tells of, so that no event is told twice.

    `moved_from_at` and `moved_from_id` are the time and practitioner before a move; `told_version` is the
    version of the visit that was told.
    """

    __tablename__ = "messages"
    __table_args__ = (
        reference("appointment_id", "appointments"),
        reference("patient_id", "patients"),
        CheckConstraint(
            "kind IN ('confirmed', 'moved', 'cancelled', 'refunded', 'requested', 'refused', 'lapsed')",
            name="kind",
        ),
        CheckConstraint("state IN ('queued', 'sent', 'failed', 'dropped')", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        Index(None, "tenant_id", "appointment_id"),
        Index(None, "tenant_id", "patient_id"),
    )

    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="queued")
    appointment_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    to_address: Mapped[str]
    due_at: Mapped[datetime]
    moved_from_at: Mapped[datetime | None]
    moved_from_id: Mapped[UUID | None]
    told_version: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]


class Notice(Tenanted):
    """One mail to one member of the staff about one event, so that nobody hears of it twice.

    `subject_id` is what the event is about: a reminder of a credential, or a visit.
    """

    __tablename__ = "notices"
    __table_args__ = (
        reference("user_id", "users"),
        Index("uq_notices_told", "tenant_id", "event_id", "user_id", unique=True),
        Index(None, "tenant_id", "subject_id"),
        CheckConstraint("kind IN ('credential_ends', 'review_asked')", name="kind"),
        CheckConstraint("state IN ('queued', 'sent', 'failed', 'dropped')", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
    )

    kind: Mapped[str]
    event_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    user_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(server_default="queued")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default="0")
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]
