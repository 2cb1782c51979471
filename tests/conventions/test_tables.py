"""Tables keep tenants apart: by the models and by what stands in the database."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from saas.db import laws
from saas.db.base import Base
from saas.db.settings import Urls
from tests.conventions.source import expect_none, import_all

KEYS = (PrimaryKeyConstraint, UniqueConstraint, ForeignKeyConstraint, ExcludeConstraint)

TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
UNGUARDED = """
SELECT relname FROM pg_class c
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> ALL(%(globals)s)
  AND NOT (relrowsecurity AND relforcerowsecurity AND 1 = (
    SELECT count(*) FILTER (WHERE polpermissive AND polcmd = '*' AND polroles = '{0}'
      AND pg_get_expr(polqual, polrelid) = %(policy)s AND pg_get_expr(polwithcheck, polrelid) = %(policy)s)
      * count(*) FROM pg_policy WHERE polrelid = c.oid))
"""
# The first column of each key, here and at the far end of a foreign key; 0 is an expression.
LOOSE_CONSTRAINTS = """
SELECT conrelid::regclass || '.' || conname
FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid
LEFT JOIN pg_attribute near ON near.attrelid = conrelid AND near.attnum = conkey[1]
LEFT JOIN pg_attribute far ON far.attrelid = confrelid AND far.attnum = confkey[1]
WHERE relnamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'x', 'f') AND conparentid = 0
  AND relname <> ALL(%(globals)s)
  AND (near.attname IS DISTINCT FROM 'tenant_id' OR contype = 'f' AND far.attname <> 'tenant_id')
"""
LOOSE_INDEXES = """
SELECT indexrelid::regclass::text
FROM pg_index i JOIN pg_class c ON c.oid = indrelid
LEFT JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = indkey[0]
WHERE relnamespace = 'public'::regnamespace AND indisunique AND relname <> ALL(%(globals)s)
  AND a.attname IS DISTINCT FROM 'tenant_id'
"""
UPWARD = """
SELECT conname FROM pg_constraint
WHERE contype = 'f' AND conrelid::regclass::text = ANY(%(globals)s)
  AND confrelid::regclass::text <> ALL(%(globals)s)
"""


def offences_of_table(table: Table) -> Iterator[str]:
    """Yield the keys of a mapped table that do not start with the tenant; a global table has none to."""
    if table.name in laws.GLOBAL_TABLES:
        return
    if "tenant_id" not in table.columns:
        yield f"{table.name} has no tenant_id and is not in GLOBAL_TABLES"
    keys = [key for key in table.constraints if isinstance(key, KEYS)]
    for key in (*keys, *(index for index in table.indexes if index.unique)):
        near = getattr(next(iter(key.columns), None), "name", None)
        far = [element.column.name for element in getattr(key, "elements", [])][:1]
        if {near, *far} != {"tenant_id"}:
            yield f"{table.name}.{key.name} does not start with tenant_id"


def offences_of_catalog(connection: psycopg.Connection) -> list[str]:
    """Return what the live schema lacks: a guard, a policy, the tenant at the head of a key."""
    values = {"globals": list(laws.GLOBAL_TABLES), "policy": laws._TENANT}
    queries = {"unguarded": UNGUARDED, "loose": LOOSE_CONSTRAINTS + " UNION " + LOOSE_INDEXES, "up": UPWARD}
    return [
        f"{fault} {name}" for fault, sql in queries.items() for (name,) in connection.execute(sql, values)
    ]


@pytest.fixture
def catalog(urls: Urls) -> Iterator[psycopg.Connection]:
    """A superuser's connection to this worker's database, rolled back at the end."""
    with psycopg.connect(urls.superuser) as connection:
        yield connection
        connection.rollback()


def test_every_mapped_table_keeps_to_its_tenant() -> None:
    import_all("models")
    expect_none(offence for table in Base.metadata.tables.values() for offence in offences_of_table(table))


def test_planted_mapped_tables_are_found() -> None:
    metadata, key = MetaData(), {"type_": Uuid(), "primary_key": True}
    Table("naked", metadata, Column("id", **key))
    Table("owners", metadata, Column("tenant_id", **key), Column("id", **key))
    pets = Table("pets", metadata, Column("tenant_id", **key), Column("id", **key), Column("age", Integer))
    pets.append_constraint(ForeignKeyConstraint(["id"], ["owners.id"], name="fk"))
    pets.append_constraint(ExcludeConstraint(("age", "="), name="ex"))
    Index("uq", pets.c.age, unique=True), Index("ix", pets.c.age)
    found = [offence.split()[0] for table in metadata.tables.values() for offence in offences_of_table(table)]
    assert sorted(found) == ["naked", "naked.None", "pets.ex", "pets.fk", "pets.uq"]


def test_every_table_of_the_database_keeps_to_its_tenant(catalog: psycopg.Connection) -> None:
    expect_none(offences_of_catalog(catalog))


def test_the_database_has_the_mapped_and_the_global_tables_and_no_other(catalog: psycopg.Connection) -> None:
    import_all("models")
    there = {name for (name,) in catalog.execute(TABLES)}
    assert there == {*Base.metadata.tables, *laws.GLOBAL_TABLES}


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("ALTER TABLE users NO FORCE ROW LEVEL SECURITY", "unguarded users"),
        ("ALTER TABLE users DISABLE ROW LEVEL SECURITY", "unguarded users"),
        ("DROP POLICY tenant ON users", "unguarded users"),
        ("CREATE POLICY wide ON users USING (true)", "unguarded users"),
        ("ALTER POLICY tenant ON users WITH CHECK (true)", "unguarded users"),
        ("ALTER POLICY tenant ON users TO saas_app", "unguarded users"),
        ("CREATE TABLE naked (id uuid PRIMARY KEY)", "loose naked.naked_pkey"),
        ("ALTER TABLE people ADD CONSTRAINT fk_p FOREIGN KEY (tenant_id) REFERENCES tenants (id)",
         "loose people.fk_p"),
        ("ALTER TABLE users ADD CONSTRAINT uq_u UNIQUE (email)", "loose users.uq_u"),
        ("CREATE EXTENSION IF NOT EXISTS btree_gist; ALTER TABLE users "
         "ADD CONSTRAINT ex_u EXCLUDE USING gist (email WITH =)", "loose users.ex_u"),
        ("CREATE UNIQUE INDEX uq_i ON users (lower(email))", "loose uq_i"),
        ("ALTER TABLE hostnames ADD COLUMN user_id uuid, ADD CONSTRAINT up_h "
         "FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)", "up up_h"),
    ],
)  # fmt: skip
def test_a_planted_fault_of_the_schema_is_found(
    catalog: psycopg.Connection, statement: str, fault: str
) -> None:
    catalog.execute(
        "TRUNCATE users CASCADE"
    )  # rolled back; rows of other tests would stand in a constraint's way
    catalog.execute(statement)
    assert fault in offences_of_catalog(catalog)
