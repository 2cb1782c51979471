"""Tables of the catalogue. An edit inserts a version; what was booked keeps the one it was booked with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import laws
from saas.db.base import Tenanted, reference


class OfferingRow(Tenanted):
    """An offering's identity, whatever it says at present."""

    __tablename__ = "offerings"
    __table_args__ = (Index("uq_offerings_tenant_id_slug", "tenant_id", "slug", unique=True),)

    slug: Mapped[str]
    archived_at: Mapped[datetime | None]


class OfferingVersion(Tenanted):
    """What an offering says from `valid_from` on; insert only."""

    __tablename__ = "offering_versions"
    __table_args__ = (
        reference("offering_id", "offerings"),
        Index(None, "tenant_id", "offering_id", "valid_from"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    offering_id: Mapped[UUID]
    valid_from: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    content: Mapped[dict[str, Any]]
