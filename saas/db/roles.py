"""The three roles. `saas_owner` owns the schema and logs in for migrations alone; `saas_app` serves
requests and jobs and owns nothing; `saas_backup` reads everything, for dumps.

Run by a superuser, before the first migration; running it again changes nothing but passwords.
"""

from collections.abc import Mapping

import psycopg
from psycopg import sql

# saas_owner: under FORCE ROW LEVEL SECURITY a backfill, ADD FOREIGN KEY or VALIDATE sees no rows
# without BYPASSRLS. saas_backup: a dump by a role that policies bind would be silently partial.
ROLES = {
    "saas_owner": "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS",
    "saas_app": "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS",
    "saas_backup": "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS",
}
# No transaction of the application outlives this; the journal's seals rely on it.
TRANSACTION_TIMEOUT = "120s"


def ensure(superuser_url: str, passwords: Mapping[str, str]) -> None:
    """Create the roles, or bring them to what they should be; *passwords* by role name."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for role, attributes in ROLES.items():
            _ensure_role(connection, role, attributes, passwords[role])
        connection.execute(
            sql.SQL("ALTER ROLE saas_app SET transaction_timeout = {}").format(TRANSACTION_TIMEOUT)
        )
        connection.execute("GRANT pg_read_all_data TO saas_backup")


def _ensure_role(connection: psycopg.Connection, role: str, attributes: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = "ALTER" if known else "CREATE"
    connection.execute(
        sql.SQL(f"{verb} ROLE {{}} WITH {attributes} PASSWORD {{}}").format(
            sql.Identifier(role), sql.Literal(password)
        )
    )


def ensure_database(superuser_url: str, name: str, template: str | None = None) -> None:
    """Create database *name*, owned by `saas_owner`, unless it is there; optionally from *template*.

    Nobody else makes anything in it, not even a temporary table that could stand before a real one.
    """
    database = sql.Identifier(name)
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            clause = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER saas_owner").format(database) + clause)
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO saas_app, saas_backup").format(database))
