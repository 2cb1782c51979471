"""Tables of patients."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from saas.db.base import Tenanted


class Patient(Tenanted):
    """Someone who is treated. A provisional record is a visitor's own word, matched with nobody yet."""

    __tablename__ = "patients"
    __table_args__ = (
        CheckConstraint("status IN ('provisional', 'active')", name="status"),
        Index(None, "tenant_id", "email"),
        Index(None, "tenant_id", "family_name_key"),
        Index(None, "tenant_id", "phone"),
    )

    status: Mapped[str]
    given_name: Mapped[str]
    family_name: Mapped[str]
    family_name_key: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    birth_date: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    proved_at: Mapped[datetime | None]

    @property
    def name(self) -> str:
        """The name as it is spoken."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def short_name(self) -> str:
        """The name as a calendar shows it: initial and family name."""
        return f"{self.given_name[:1]}. {self.family_name}" if self.family_name else self.given_name
