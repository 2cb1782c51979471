"""What the tests of the database's laws share: connections by role, fresh databases, dumps, deadlines."""

import importlib.util
import os
import pkgutil
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any, TypeVar
from uuid import UUID

import psycopg
import pytest

import saas
from saas.db import embedded, laws, roles
from saas.db.base import Base, Tenanted
from tests.ground import url_of

T = TypeVar("T")
NOISE = re.compile(r"--|\\unrestrict|SET default_|$")
SET_TENANT = "SELECT set_config('app.tenant_id', %s, true)"


# The metadata knows a room's tables once its models are imported.
for _room in pkgutil.iter_modules(saas.__path__):
    if _room.ispkg and importlib.util.find_spec(f"saas.{_room.name}.models"):
        importlib.import_module(f"saas.{_room.name}.models")


def tenant_tables() -> list[str]:
    """Return the name of every table of tenants."""
    return sorted(m.local_table.name for m in Base.registry.mappers if issubclass(m.class_, Tenanted))


def append_only_tables() -> list[str]:
    """Return the name of every tenant table that is only ever added to."""
    tables = Base.metadata.tables
    return [name for name in tenant_tables() if tables[name].info.get("grants") == laws.APPEND_ONLY]


@contextmanager
def connected(url: str, tenant_id: UUID | None = None) -> Iterator[psycopg.Connection]:
    """Connect past every layer of ours; with a tenant, its transaction is under the policies."""
    with psycopg.connect(url) as connection:
        if tenant_id is not None:
            connection.execute(SET_TENANT, [str(tenant_id)])
        yield connection


def refusal(url: str, statement: str, values: Any = None, tenant_id: UUID | None = None) -> str:
    """Return the SQLSTATE that *statement* is refused with; fails where it is not refused."""
    state = refusals(url, {"": statement}, values, tenant_id)[""]
    assert state is not None, f"not refused: {statement}"
    return state


def refusals(
    url: str, statements: Mapping[str, str], values: Any = None, tenant_id: UUID | None = None
) -> dict[str, str | None]:
    """Return the SQLSTATE that each of *statements* is refused with, None where it is not."""
    states: dict[str, str | None] = {}
    with psycopg.connect(url) as connection:
        for name, statement in statements.items():
            if tenant_id is not None:
                connection.execute(SET_TENANT, [str(tenant_id)])
            try:
                connection.execute(statement, values)
                states[name] = None
            except psycopg.Error as error:
                states[name] = error.sqlstate
            connection.rollback()
    return states


def rows(url: str, statement: str, values: Any = None, tenant_id: UUID | None = None) -> list[Any]:
    """Return the rows of *statement*; what it changed is committed."""
    with connected(url, tenant_id) as connection:
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def superuser_url(database: str = "postgres") -> str:
    """Return the superuser's URL of *database*."""
    return url_of("postgres", database)


@contextmanager
def fresh_database(label: str, template: str | None = None) -> Iterator[str]:
    """Create a database for the block, owned like ours, and yield its name."""
    name = f"needlepoint_{label}_{os.getpid()}"
    roles.ensure_database(superuser_url(), name, template)
    try:
        yield name
    finally:
        with psycopg.connect(superuser_url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def dump(url: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pg_dump on *url*."""
    command = [embedded.program("pg_dump"), *options, url]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def schema_of(url: str, *options: str) -> list[str]:
    """Return the schema as pg_dump tells it, a thing each, in an order that means nothing."""
    result = dump(url, "--schema-only", *options)
    assert result.returncode == 0, result.stderr
    _preamble, *parts = re.split(r"^--\n-- (?=Name: )", result.stdout, flags=re.MULTILINE)
    return sorted(_without_order(part) for part in parts)


def _without_order(part: str) -> str:
    """Sort the columns of a table: a column that came later stands last."""
    lines = [line.rstrip(",") for line in part.splitlines() if not NOISE.match(line)]
    return "\n".join(sorted(lines) if "; Type: TABLE;" in part else lines).strip()


def eventually(condition: Callable[[], T], seconds: float = 15) -> T:
    """Return what *condition* says once it is true; fails after *seconds*."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            pytest.fail(f"not so within {seconds} s: {condition}")
        time.sleep(0.02)


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run *calls* at once, a thread each, and return what they returned or raised."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait(10)
        try:
            return call()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
