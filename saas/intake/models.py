"""Tables of intake. Both are append-only: an examination stays as it was noted, and its end is a row of its own."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import laws
from saas.db.base import Tenanted, reference
from saas.intake.rules import Basis, EndReason, Result


def _one_of(kind: type[Basis | EndReason | Result]) -> str:
    return ", ".join(f"'{one}'" for one in kind)


class ClearanceRow(Tenanted):
    """An examination of a patient before some procedures, and its result.

    It took place at a location (by telehealth: where the patient was) on `examined_on`, by a person as `profession`,
    by `licence`. `valid_until` is the last day; NULL: as long as the plan of care it is part of.
    """

    __tablename__ = "clearances"
    __table_args__ = (
        reference("patient_id", "patients"),
        reference("examiner_id", "people"),
        reference("location_id", "locations"),
        Index(None, "tenant_id", "patient_id"),
        CheckConstraint(f"result IN ({_one_of(Result)})", name="result"),
        CheckConstraint(f"basis IN ({_one_of(Basis)})", name="basis"),
        CheckConstraint("(result = 'conditional') = (conditions <> '')", name="conditions"),
        CheckConstraint("valid_until IS NULL OR examined_on <= valid_until", name="order"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    patient_id: Mapped[UUID]
    procedures: Mapped[list[str]] = mapped_column(type_=JSONB())
    examiner_id: Mapped[UUID]
    profession: Mapped[str]
    licence: Mapped[str] = mapped_column(server_default="")
    location_id: Mapped[UUID]
    examined_on: Mapped[date]
    result: Mapped[str]
    conditions: Mapped[str] = mapped_column(server_default="")
    valid_until: Mapped[date | None]
    basis: Mapped[str]
    telehealth: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]


class ClearanceEnd(Tenanted):
    """That a clearance ended early, why, when and by whom; once."""

    __tablename__ = "clearance_ends"
    __table_args__ = (
        reference("clearance_id", "clearances"),
        Index("uq_clearance_ends_clearance", "tenant_id", "clearance_id", unique=True),
        CheckConstraint(f"reason IN ({_one_of(EndReason)})", name="reason"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    clearance_id: Mapped[UUID]
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    ended_at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
