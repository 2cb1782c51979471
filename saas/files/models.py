"""The one table of files: what is kept of each stored document. The bytes are on disk."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import laws
from saas.db.base import Tenanted
from saas.files.types import MediaType

_TYPES = ", ".join(f"'{media_type}'" for media_type in MediaType)


class StoredFile(Tenanted):
    """One document as someone stored it; `sha256` names its bytes on disk."""

    __tablename__ = "files"
    __table_args__ = (
        Index(None, "tenant_id", "sha256"),
        CheckConstraint(f"media_type IN ({_TYPES})", name="media_type"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("size_bytes > 0", name="size"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    sha256: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    stored_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
