"""What a clinic's configuration was, version by version; append only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import laws
from saas.db.base import Tenanted, reference


class ConfigurationRow(Tenanted):
    """One application of files, save on a page or rollback; `version` is the clinic's `config_version` after it.

    `reason` says why a plan that breaks promises was applied all the same; `back_to` to which version a
    rollback went.
    """

    __tablename__ = "configurations"
    __table_args__ = (
        Index("uq_configurations_version", "tenant_id", "version", unique=True),
        CheckConstraint("kind IN ('files', 'page', 'rollback')", name="kind"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    version: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    fingerprint: Mapped[str]
    reason: Mapped[str | None]
    back_to: Mapped[int | None] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ConfigurationFile(Tenanted):
    """What a file said from a version on, in canonical form; NULL where it was gone."""

    __tablename__ = "configuration_files"
    __table_args__ = (
        reference("configuration_id", "configurations"),
        Index("uq_configuration_files_version", "tenant_id", "file", "version", unique=True),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    configuration_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger)
    file: Mapped[str]
    data: Mapped[dict[str, Any] | None] = mapped_column(type_=JSONB(none_as_null=True))
