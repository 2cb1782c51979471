"""The laws PostgreSQL keeps about each table, as SQL that migrations and models share.

A tenant table has row level security, forced, with one policy; `saas_app` gets just the verbs it
needs (an append-only table: SELECT and INSERT). A global table is one that carries no tenant_id;
they are few and listed here by name.
"""

from typing import Any

from sqlalchemy import Connection, Table, event, text

from saas.db.base import Base

APPEND_ONLY = "SELECT, INSERT"
EDITABLE = "SELECT, INSERT, UPDATE, DELETE"

# Every table without tenant_id, and why it may be so.
GLOBAL_TABLES = {
    "tenants": "the list of tenants itself",
    "hostnames": "which tenant a host is for, asked before a tenant is known",
    "stripe_accounts": "which legal entity a connected account belongs to, asked before a tenant is known",
    "webhook_events": "what Stripe told: ids and types, never a body",
    "rate_limits": "unlogged counters, keyed by a digest that includes the tenant",
    "alembic_version": "the schema's revision",
    "procrastinate_jobs": "jobs; arguments are ids only",
    "procrastinate_events": "what became of jobs",
    "procrastinate_periodic_defers": "which periodic job was deferred when",
    "procrastinate_workers": "heartbeats of workers",
}

_TENANT = "(tenant_id = (current_setting('app.tenant_id'::text))::uuid)"


def tenant_table(name: str, grants: str = EDITABLE) -> list[str]:
    """Return the statements that put *name* under the tenant's policy and grant *grants* on it."""
    return [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {name} USING {_TENANT} WITH CHECK {_TENANT}",
        f"GRANT {grants} ON {name} TO saas_app",
    ]


def global_table(name: str, grants: str) -> list[str]:
    """Return the statement that grants *grants* on the global table *name*; it must be listed."""
    if name not in GLOBAL_TABLES:
        raise ValueError(f"{name} has no tenant_id and is not in GLOBAL_TABLES")
    return [f"GRANT {grants} ON {name} TO saas_app"]


def of_table(table: Table) -> list[str]:
    """Return the laws of a mapped table: `info` may name its `grants`."""
    if table.name not in GLOBAL_TABLES:
        return tenant_table(table.name, table.info.get("grants", EDITABLE))
    return global_table(table.name, table.info["grants"])


@event.listens_for(Base.metadata, "after_create")
def _lay_down(metadata: Any, connection: Connection, tables: list[Table], **_: Any) -> None:
    """Where models build the schema (tests compare it with the migrations'), lay down its laws."""
    for table in tables or []:
        for statement in of_table(table):
            connection.execute(text(statement))
