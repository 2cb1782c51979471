"""Tables of tenancy: both global, because they are asked before a tenant is known."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from saas.db.base import Base
from saas.kernel import ids


class TenantRow(Base):
    """A clinic group. `config_version` rises with every change of its configuration."""

    __tablename__ = "tenants"
    __table_args__ = (
        Index("uq_tenants_slug", "slug", unique=True),
        CheckConstraint("status IN ('active', 'closed')", name="status"),
        {"info": {"grants": "SELECT, INSERT, UPDATE"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new, server_default=text("uuidv7()"))
    slug: Mapped[str]
    name: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="active")
    config_version: Mapped[int] = mapped_column(BigInteger, server_default="1")
    profile: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Hostname(Base):
    """A host a tenant answers on, in lower case and without a port; links are built from the primary."""

    __tablename__ = "hostnames"
    __table_args__ = (
        Index("uq_hostnames_primary", "tenant_id", unique=True, postgresql_where=text("is_primary")),
        {"info": {"grants": "SELECT, INSERT, UPDATE, DELETE"}},
    )

    host: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"))
    is_primary: Mapped[bool] = mapped_column(server_default=text("false"))
