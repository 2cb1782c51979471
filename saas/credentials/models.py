"""Tables of credentials. For now one: the clinic's plain word of who may perform what, from and until."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from saas.db.base import Tenanted, reference


class Privilege(Tenanted):
    """A person may perform a procedure, from a day and until a day (both included, none is open)."""

    __tablename__ = "privileges"
    __table_args__ = (
        reference("person_id", "people"),
        Index(None, "tenant_id", "person_id"),
        CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="order"),
    )

    person_id: Mapped[UUID]
    procedure: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
