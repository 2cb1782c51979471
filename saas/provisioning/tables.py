"""Every row that a tenant's configuration is made of, in one statement a table, whatever their number.

Whoever adds a table to the configuration adds it to `READ`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from saas.catalogue.models import OfferingRow, OfferingVersion, PolicyRow, TaxRate
from saas.credentials.models import AttestationRow, CredentialRow, Privilege, ScopePolicy, SupervisionRow
from saas.db import session
from saas.identity.models import User, UserRole
from saas.kernel.tenants import Tenant
from saas.practice.models import (
    Closure,
    Device,
    LegalEntity,
    Location,
    LocationException,
    MaintenanceWindow,
    OpeningHours,
    Person,
    Room,
    WorkingException,
    WorkingHours,
)
from saas.tenancy import tenants

READ: tuple[type[Any], ...] = (
    LegalEntity, Location, OpeningHours, Closure, LocationException, Room, Device, MaintenanceWindow, Person,
    WorkingHours, WorkingException, Privilege, CredentialRow, User, UserRole, OfferingRow, TaxRate, AttestationRow,
    ScopePolicy, PolicyRow, SupervisionRow,
)  # fmt: skip


class Version(NamedTuple):
    """The version of an offering that holds: its own id, the offering's, and what it says."""

    offering_id: UUID
    id: UUID
    content: dict[str, Any]


@dataclass(frozen=True)
class Tables:
    """The rows by table, in use or not, and the newest version of each offering by the offering's id."""

    tenant: Tenant
    rows: Mapping[type[Any], Sequence[Any]]
    versions: Mapping[UUID, Version]

    def in_use(self, table: type[Any]) -> list[Any]:
        """Return the rows of *table* that are not archived, by slug."""
        return sorted((row for row in self.rows[table] if row.archived_at is None), key=lambda row: row.slug)

    def by(self, table: type[Any], column: str) -> dict[UUID, list[Any]]:
        """Return the rows of *table* by what they hang on."""
        found: dict[UUID, list[Any]] = {}
        for row in self.rows[table]:
            found.setdefault(getattr(row, column), []).append(row)
        return found


def read() -> Tables:
    """Read the session's tenant's configuration as it is now, whatever the session knows of it already."""
    current = session.current()
    rows = {
        table: current.scalars(select(table).execution_options(populate_existing=True)).all()
        for table in READ
    }
    return Tables(tenants.get(current.tenant_id), rows, _versions())


def _versions() -> dict[UUID, Version]:
    newest = (
        select(OfferingVersion.offering_id, OfferingVersion.id, OfferingVersion.content)
        .ext(distinct_on(OfferingVersion.offering_id))
        .order_by(OfferingVersion.offering_id, OfferingVersion.valid_from.desc(), OfferingVersion.id.desc())
    )
    return {row[0]: Version(*row) for row in session.current().execute(newest)}
