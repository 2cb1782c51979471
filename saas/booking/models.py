"""Tables of booking: the links by which a patient manages a visit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

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
