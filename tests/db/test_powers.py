"""What `saas_app` may not do, however it asks. Every statement here is an attempt."""

from uuid import UUID

import psycopg
import pytest

from saas.db.settings import Urls
from tests.db import kit

DENIED = "42501"

ATTEMPTS = {
    "become the owner": "SET ROLE saas_owner",
    "become the backup": "SET ROLE saas_backup",
    "become the superuser": "SET SESSION AUTHORIZATION postgres",
    "make itself mightier": "ALTER ROLE saas_app BYPASSRLS",
    "join the owner": "GRANT saas_owner TO saas_app",
    "read passwords": "SELECT rolpassword FROM pg_authid",
    "read a file": "SELECT pg_read_file('PG_VERSION')",
    "run a program": "COPY tenants TO PROGRAM 'cat'",
    "skip triggers": "SET session_replication_role = replica",
    "create a table": "CREATE TABLE public.mine (id int)",
    "create a temporary table": "CREATE TEMP TABLE users (id int)",
    "create a schema": "CREATE SCHEMA mine",
    "create a function": "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "create a view": "CREATE VIEW public.mine AS SELECT 1",
    "create an extension": "CREATE EXTENSION dblink",
    "change a policy": "ALTER POLICY tenant ON users USING (true)",
    "add a policy": "CREATE POLICY mine ON users USING (true)",
    "drop a policy": "DROP POLICY tenant ON users",
    "add a column": "ALTER TABLE users ADD COLUMN mine int",
    "add a rule": "CREATE RULE mine AS ON INSERT TO users DO INSTEAD NOTHING",
    "drop the database's laws": "DROP SCHEMA public CASCADE",
    "delete a tenant": "DELETE FROM tenants",
    "change the revision": "UPDATE alembic_version SET version_num = '0000'",
    "lock a table for itself": "LOCK TABLE audit_entries IN ACCESS EXCLUSIVE MODE",
}  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_application_may_not(attempt: str, committed: UUID, urls: Urls) -> None:
    assert kit.refusal(urls.app, ATTEMPTS[attempt], None, committed) == DENIED


VERBS = ("TRUNCATE {}", "DROP TABLE {}", "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
         "ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", "CREATE INDEX ON {} (tenant_id)")  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_no_tenant_table_is_emptied_opened_or_dropped(verb: str, committed: UUID, urls: Urls) -> None:
    attempts = {table: verb.format(table) for table in kit.tenant_tables()}
    assert kit.refusals(urls.app, attempts, None, committed) == dict.fromkeys(attempts, DENIED)


@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "SELECT 1 FROM {} FOR UPDATE"])
def test_what_is_written_in_the_journal_stays(verb: str, committed: UUID, urls: Urls) -> None:
    attempts = {table: verb.format(table) for table in kit.append_only_tables()}
    assert kit.refusals(urls.app, attempts, None, committed) == dict.fromkeys(attempts, DENIED)


def test_append_only_tables_are_the_ones_we_mean() -> None:
    assert {"events", "audit_entries", "audit_seals"} <= set(kit.append_only_tables())


def test_row_security_switched_off_is_an_error_and_shows_nothing(committed: UUID, urls: Urls) -> None:
    with kit.connected(urls.app, committed) as connection:
        connection.execute("SET LOCAL row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            connection.execute("SELECT * FROM users")
        connection.rollback()


def test_a_transaction_of_the_application_ends_at_the_timeout(urls: Urls) -> None:
    assert kit.rows(urls.app, "SHOW transaction_timeout") == [("2min",)]
    shorter = f"{urls.app}&options=-c%20transaction_timeout%3D50ms"
    with pytest.raises(psycopg.errors.TransactionTimeout), kit.connected(shorter) as connection:
        connection.execute("SELECT pg_sleep(5)")


def test_the_backup_role_reads_and_changes_nothing(committed: UUID, urls: Urls) -> None:
    backup = urls.app.replace("saas_app", "saas_backup")
    assert kit.rows(backup, "SELECT 1 FROM events WHERE tenant_id = %s", [committed]) == [(1,)]
    for statement in ("DELETE FROM events", "UPDATE tenants SET name = ''", "TRUNCATE users",
                      "INSERT INTO hostnames (host, tenant_id) VALUES ('x', uuidv7())",
                      "CREATE TABLE public.mine (id int)"):  # fmt: skip
        assert kit.refusal(backup, statement) == DENIED
