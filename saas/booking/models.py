"""Tables of booking: the links by which a patient manages a visit, who was found fit to perform it, and
what a clinician decided about it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import laws
from saas.db.base import Tenanted, reference


class ManageLink(Tenanted):
    """A mailed link to one visit. It opens a page any time; its buttons spend it."""

    __tablename__ = "manage_links"
    __table_args__ = (
        reference("appointment_id", "appointments"),
        Index("uq_manage_links_tenant_id_digest", "tenant_id", "digest", unique=True),
        Index(None, "tenant_id", "appointment_id"),
    )

    digest: Mapped[str]
    appointment_id: Mapped[UUID]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]


class VisitDecision(Tenanted):
    """What was decided when a visit got its people: that a person may perform an act in it. Insert only.

    `rules` are [rule, version] pairs, `pack` its name and version, `inputs` a digest of all it rests on.
    """

    __tablename__ = "visit_decisions"
    __table_args__ = (
        reference("appointment_id", "appointments"),
        reference("person_id", "people"),
        Index(None, "tenant_id", "appointment_id"),
        CheckConstraint("verdict IN ('allow', 'review', 'prohibit')", name="verdict"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    appointment_id: Mapped[UUID]
    person_id: Mapped[UUID]
    role: Mapped[str]
    act: Mapped[str]
    verdict: Mapped[str]
    rules: Mapped[list[Any]] = mapped_column(type_=JSONB())
    pack: Mapped[str]
    inputs: Mapped[str]
    valid_until: Mapped[date | None]
    decided_at: Mapped[datetime]


class VisitReview(Tenanted):
    """What a clinician decided about a visit that was asked for on request, who and why. Insert only.

    `covers` are the questions that were open when they released it (`releases.key`); NULL where that was not kept.
    """

    __tablename__ = "visit_reviews"
    __table_args__ = (
        reference("appointment_id", "appointments"),
        Index("uq_visit_reviews_appointment", "tenant_id", "appointment_id", unique=True),
        CheckConstraint("outcome IN ('released', 'refused')", name="outcome"),
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    appointment_id: Mapped[UUID]
    outcome: Mapped[str]
    reason: Mapped[str]
    covers: Mapped[list[Any] | None] = mapped_column(type_=JSONB(none_as_null=True))
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime]
