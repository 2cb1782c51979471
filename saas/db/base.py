"""Base classes of every table, and what a tenant table always has.

A tenant table's key is (tenant_id, id); every unique, exclusion and foreign key starts with
tenant_id, because a foreign key bypasses row level security and only a composite one stops a
reference into another tenant. There is deliberately no foreign key to `tenants`: the policy already
binds tenant_id to the session's tenant, and the check would take a lock on one hot row per insert.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKeyConstraint, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from saas.kernel import ids

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The declarative base; `metadata` is what migrations are compared with."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        UUID: Uuid(),
        datetime: DateTime(timezone=True),
        str: Text(),
        dict[str, Any]: JSONB(),
    }


class Tenanted(Base):
    """A row that belongs to one tenant; the session's guard adds the tenant to every statement."""

    __abstract__ = True

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)
    id: Mapped[UUID] = mapped_column(
        primary_key=True, sort_order=-1, default=ids.new, server_default=text("uuidv7()")
    )


def reference(column: str, table: str, **options: Any) -> ForeignKeyConstraint:
    """Return the composite foreign key from *column* to *table* within one tenant."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], **options)
