"""The API's one table: answers that were given, so that a repeated request gets them again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from saas.db.base import Tenanted, reference


class IdempotencyKey(Tenanted):
    """The answer to one request that a token sent with a key; kept for a day."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        reference("token_id", "api_tokens", ondelete="CASCADE"),
        Index("uq_idempotency_keys_tenant_id_token_id_key", "tenant_id", "token_id", "key", unique=True),
        Index(None, "tenant_id", "created_at"),
    )

    token_id: Mapped[UUID]
    key: Mapped[str]
    digest: Mapped[str]
    status: Mapped[int]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
