"""Clinic groups: found by host, created, changed. Resolving one also sets the session's tenant."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from saas.db import session, versioned
from saas.jobs.queue import Task
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.errors import Conflict, NotFound
from saas.kernel.tenants import Tenant, TenantStatus
from saas.kernel.text import N_
from saas.tenancy.models import Hostname, TenantRow

# One statement finds the tenant and puts the transaction under its policies.
_RESOLVE = """
SELECT t.id, t.slug, t.name, t.status, t.config_version, t.profile,
       set_config('app.tenant_id', t.id::text, true)
FROM tenants t {join} WHERE {where} = %(key)s
"""
_BY_HOST = _RESOLVE.format(join="JOIN hostnames h ON h.tenant_id = t.id", where="h.host")
_BY_SLUG = _RESOLVE.format(join="", where="t.slug")


class UnknownTenant(NotFound):
    """No clinic group answers here."""

    code = "unknown_tenant"
    sentence = N_("There is no clinic at this address.")


class TenantExists(Conflict):
    """The slug or hostname is taken."""

    code = "tenant_exists"


def enter_by_host(host: str) -> Tenant:
    """Return the active tenant of *host* (no port) and put the session under it. UnknownTenant."""
    return _enter(_BY_HOST, host.lower())


def enter_by_slug(slug: str) -> Tenant:
    """Return the active tenant *slug* and put the session under it. UnknownTenant."""
    return _enter(_BY_SLUG, slug)


def _enter(query: str, key: str) -> Tenant:
    current = session.current()
    row = current.connection().exec_driver_sql(query, {"key": key}).first()
    if row is None or row.status != TenantStatus.ACTIVE:
        raise UnknownTenant
    current.enter(row.id)
    return Tenant(row.id, row.slug, row.name, TenantStatus(row.status), row.config_version, row.profile)


def create(slug: str, name: str, actor: Actor, hosts: tuple[str, ...] = ()) -> UUID:
    """Create a tenant that answers on *hosts* (the first is the primary) and enter it. TenantExists."""
    tenant_id = ids.new()
    made = insert(TenantRow).values(id=tenant_id, slug=slug, name=name, profile={})
    if session.current().scalar(made.on_conflict_do_nothing().returning(TenantRow.id)) is None:
        raise TenantExists(N_("There is a clinic group %(slug)s already."), slug=slug)
    for number, host in enumerate(hosts):
        add_host(tenant_id, host, is_primary=number == 0)
    enter_by_slug(slug)
    book.tell(EventKind.TENANT_CREATED, tenant_id, actor)
    return tenant_id


def add_host(tenant_id: UUID, host: str, *, is_primary: bool = False) -> None:
    """Let the tenant answer on *host*. TenantExists where the host belongs to another."""
    host, current = host.lower(), session.current()
    made = insert(Hostname).values(host=host, tenant_id=tenant_id, is_primary=is_primary)
    current.execute(made.on_conflict_do_nothing(index_elements=[Hostname.host]))
    if current.scalar(select(Hostname.tenant_id).where(Hostname.host == host)) != tenant_id:
        raise TenantExists(N_("The host %(host)s belongs to another clinic group."), host=host)


def describe(tenant_id: UUID, name: str, profile: Mapping[str, Any]) -> bool:
    """Set name and profile; return whether that changed anything."""
    differs = or_(TenantRow.name != name, TenantRow.profile != dict(profile))
    told = update(TenantRow).where(TenantRow.id == tenant_id, differs)
    told = told.values(name=name, profile=dict(profile)).returning(TenantRow.id)
    return session.current().scalar(told.execution_options(synchronize_session="fetch")) is not None


def raise_config_version(tenant_id: UUID) -> int:
    """Count the configuration up, so that every process's cache of it ends; return the new count."""
    counted = update(TenantRow).where(TenantRow.id == tenant_id)
    counted = counted.values(config_version=TenantRow.config_version + 1)
    version: int | None = session.current().scalar(counted.returning(TenantRow.config_version))
    if version is None:
        raise UnknownTenant
    versioned.keep_apart()
    return version


def lock(tenant_id: UUID) -> None:
    """Let nobody else change the tenant's configuration until this transaction ends."""
    query = select(TenantRow).where(TenantRow.id == tenant_id).with_for_update(key_share=True)
    session.current().scalar(query.execution_options(populate_existing=True))


def config_version(tenant_id: UUID) -> int:
    """Return the configuration's version as it is committed now."""
    query = select(TenantRow.config_version).where(TenantRow.id == tenant_id)
    return session.current().scalars(query).one()


def get(tenant_id: UUID) -> Tenant:
    """Return the tenant as pages and mails know it; UnknownTenant."""
    row = _get(tenant_id)
    return Tenant(row.id, row.slug, row.name, TenantStatus(row.status), row.config_version, row.profile)


def fan_out(task: Task) -> None:
    """Defer *task* for every active tenant; at most one of its kind waits in each."""
    for tenant in list_all():
        if tenant.status == TenantStatus.ACTIVE:
            task.defer(queueing_lock=task.name, tenant_id=tenant.id)


def find(slug: str) -> TenantRow | None:
    """Return the tenant *slug*, active or not, without entering it."""
    return session.current().scalar(select(TenantRow).where(TenantRow.slug == slug))


def list_all() -> list[TenantRow]:
    """Return every tenant by slug; for the operator, the demo and the fan-out of jobs."""
    return list(session.current().scalars(select(TenantRow).order_by(TenantRow.slug)))


def primary_host(tenant_id: UUID) -> str:
    """Return the host that links are built from."""
    query = select(Hostname.host).where(Hostname.tenant_id == tenant_id).order_by(Hostname.is_primary.desc())
    host = session.current().scalar(query.limit(1))
    if host is None:
        raise NotFound(N_("This clinic group answers on no host."))
    return host


def _get(tenant_id: UUID) -> TenantRow:
    row = session.current().get(TenantRow, tenant_id)
    if row is None:
        raise UnknownTenant
    return row
