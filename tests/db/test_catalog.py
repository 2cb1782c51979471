"""The catalog as it is against the laws as they are written: whatever drifts, fails here."""

import pytest

from saas.db import laws, roles
from saas.db.base import Base
from saas.db.settings import Urls
from tests.db import kit
from tests.db.catalog import ATTRIBUTES, GRANTS, KEYS, POLICIES, TABLES

POLICY = ("tenant", "*", True, [0], laws._TENANT, laws._TENANT)


def _spelt(attributes: str) -> dict[str, bool]:
    return {word.removeprefix("NO"): not word.startswith("NO") for word in attributes.split()}


@pytest.mark.parametrize("role", roles.ROLES)
def test_a_role_may_what_is_written_and_nothing_more(role: str, urls: Urls) -> None:
    found = kit.rows(urls.superuser, ATTRIBUTES, [role])
    expected = _spelt(roles.ROLES[role])
    assert found == [tuple(expected[name] for name in (
        "LOGIN", "SUPERUSER", "CREATEDB", "CREATEROLE", "REPLICATION", "BYPASSRLS"))]  # fmt: skip


def test_a_role_belongs_to_no_other_but_the_backup_that_reads_all(urls: Urls) -> None:
    query = """SELECT m.rolname, g.rolname FROM pg_auth_members a
               JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
               WHERE m.rolname LIKE 'saas%' OR g.rolname LIKE 'saas%'"""
    assert kit.rows(urls.superuser, query) == [("saas_backup", "pg_read_all_data")]


def test_the_application_has_its_timeout_and_no_other_setting(urls: Urls) -> None:
    query = "SELECT rolname, rolconfig FROM pg_roles WHERE rolname LIKE 'saas%' AND rolconfig IS NOT NULL"
    expected = [("saas_app", [f"transaction_timeout={roles.TRANSACTION_TIMEOUT}"])]
    assert kit.rows(urls.superuser, query) == expected


def test_tables_are_the_models_and_the_global_ones_by_name(urls: Urls) -> None:
    found = {
        name: (has_tenant, rls, forced) for name, has_tenant, rls, forced in kit.rows(urls.superuser, TABLES)
    }
    tenant_tables = {name for name in found if name not in laws.GLOBAL_TABLES}
    assert tenant_tables == set(kit.tenant_tables())
    assert set(laws.GLOBAL_TABLES) <= set(found)
    assert {name: found[name] for name in tenant_tables} == dict.fromkeys(tenant_tables, (True, True, True))
    assert {name for name in laws.GLOBAL_TABLES if found[name][0]} == {"hostnames", "stripe_accounts"}
    assert set(Base.metadata.tables) <= set(found)


def test_every_tenant_table_has_the_one_policy(urls: Urls) -> None:
    found = {table: tuple(rest) for table, *rest in kit.rows(urls.superuser, POLICIES)}
    assert found == dict.fromkeys(kit.tenant_tables(), POLICY)


def test_the_application_is_granted_what_the_laws_say(urls: Urls) -> None:
    found: dict[str, set[str]] = {}
    for table, privilege in kit.rows(urls.superuser, GRANTS, ["saas_app"]):
        found.setdefault(table, set()).add(privilege)
    expected = {
        table.name: set(table.info.get("grants", laws.EDITABLE).split(", "))
        for table in Base.metadata.sorted_tables
    }
    jobs = {name: set(laws.EDITABLE.split(", ")) for name in found if name.startswith("procrastinate_")}
    assert len(jobs) == 4
    assert found == {**expected, **jobs, "alembic_version": {"SELECT"}}


def test_nobody_else_is_granted_anything(urls: Urls) -> None:
    assert kit.rows(urls.superuser, GRANTS, ["saas_backup"]) == []
    assert kit.rows(urls.superuser, GRANTS, [None]) == []
    columns = (
        "SELECT count(*) FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid::regclass::text !~ '^pg_'"
    )
    assert kit.rows(urls.superuser, columns) == [(0,)]


def test_every_key_of_a_tenant_table_starts_with_the_tenant(urls: Urls) -> None:
    found = kit.rows(urls.superuser, KEYS)
    assert {kind for _table, _name, kind, _columns in found} >= {"primary", "unique", "foreign"}
    wrong = [row for row in found if row[3][0] != "tenant_id"]
    assert wrong == []
    primary = {table: columns for table, _name, kind, columns in found if kind == "primary"}
    assert primary == {table: ["tenant_id", "id"] for table in kit.tenant_tables()}


def test_no_foreign_key_joins_global_and_tenant_tables(urls: Urls) -> None:
    query = """SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
               WHERE contype = 'f' AND connamespace = 'public'::regnamespace"""
    globals_ = set(laws.GLOBAL_TABLES)
    mixed = [
        pair for pair in kit.rows(urls.superuser, query) if (pair[0] in globals_) != (pair[1] in globals_)
    ]
    assert mixed == []


NOTHING = {
    "a definer's function": "SELECT proname FROM pg_proc WHERE prosecdef AND {ours}",
    "a view that is its owner's": """SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND {ours}
        AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)""",
    # Citus refuses them
    "a trigger on a tenant table": """SELECT tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
        WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace AND relname !~ '^procrastinate_'""",
    "a rule on a table": """SELECT rulename FROM pg_rewrite JOIN pg_class c ON c.oid = ev_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace""",
    "a schema but our own": """SELECT nspname FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema')""",
    "a thing that the application owns": """SELECT classid::regclass, objid FROM pg_shdepend
        WHERE refobjid = 'saas_app'::regrole AND deptype = 'o'""",
    "a table that the owner does not own": """SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relowner <> 'saas_owner'::regrole""",
    "a default privilege": "SELECT defaclobjtype FROM pg_default_acl",
    "a constraint not yet valid": "SELECT conname FROM pg_constraint WHERE NOT convalidated AND {ours}",
    "an index not valid": "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid",
}  # fmt: skip
_SCHEMA_COLUMN = {"pg_proc": "pronamespace", "pg_class": "relnamespace", "pg_constraint": "connamespace"}


@pytest.mark.parametrize("thing", NOTHING)
def test_there_is_not(thing: str, urls: Urls) -> None:
    query = NOTHING[thing]
    column = next((column for table, column in _SCHEMA_COLUMN.items() if f"FROM {table} " in query), "")
    assert kit.rows(urls.superuser, query.replace("{ours}", f"{column} = 'public'::regnamespace")) == []


def test_the_database_lets_in_the_application_and_the_backup_and_nobody_else(urls: Urls) -> None:
    query = """SELECT coalesce(r.rolname, 'public'), a.privilege_type FROM pg_database d,
               aclexplode(d.datacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
               WHERE d.datname = current_database() AND coalesce(r.rolname, '') <> 'saas_owner' ORDER BY 1"""
    assert kit.rows(urls.superuser, query) == [("saas_app", "CONNECT"), ("saas_backup", "CONNECT")]


def test_the_backup_dumps_everything(urls: Urls) -> None:
    result = kit.dump(
        urls.app.replace("saas_app", "saas_backup"), "--data-only", "--table=tenants", "--table=users"
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "COPY public.users" in result.stdout


def test_a_dump_by_the_application_fails_loudly(urls: Urls) -> None:
    result = kit.dump(urls.app, "--data-only", "--table=users")
    assert result.returncode != 0
    assert "row-level security" in result.stderr
