"""Sessions: one per request or job, one transaction, one commit at its edge.

Two locks on one door. When a transaction begins, `app.tenant_id` is set for just that transaction
(`set_config(…, true)`; a session-level SET would leak through a pooler), which the row policies
read; and every ORM statement gets `tenant_id = :tenant` added. Without a tenant, reading a tenant
table is an error, not an empty answer. The current session is the only ambient thing in the house.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import (
    ORMExecuteState,
    Session,
    SessionTransaction,
    make_transient_to_detached,
    with_loader_criteria,
)

from saas.db.base import Tenanted
from saas.kernel.errors import Unavailable

_current: ContextVar[Session] = ContextVar("session")
_engine: Engine | None = None

CONNECT_TIMEOUT = 5
SET_TENANT = "SELECT set_config('app.tenant_id', %(tenant)s, true)"


class TenantSession(Session):
    """A session that keeps to the tenant in `info["tenant_id"]`."""

    @property
    def tenant_id(self) -> UUID:
        """The tenant this session works for; KeyError where it has none."""
        tenant_id: UUID = self.info["tenant_id"]
        return tenant_id

    def enter(self, tenant_id: UUID) -> None:
        """Keep to *tenant_id* from here on; the caller has set it in the database already."""
        self.info["tenant_id"] = tenant_id


def connect(url: str, *, pooler: bool = True, **options: Any) -> Engine:
    """Make *url* the process's database and return its engine.

    Where a transaction *pooler* may stand between, statements stay unprepared (psycopg's
    `prepare_threshold=None`); where none does, those that come often are planned once.
    """
    global _engine
    dispose()
    _engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        connect_args={"prepare_threshold": None if pooler else 5, "application_name": "needlepoint"},
        **{"pool_size": 10, "max_overflow": 10, "pool_timeout": 10, "pool_use_lifo": True, **options},
    )
    return _engine


def dispose() -> None:
    """Close every pooled connection of the process's database."""
    global _engine
    if _engine is not None:
        _engine.dispose()
        _engine = None


def engine() -> Engine:
    """Return the process's engine; RuntimeError before `connect`."""
    if _engine is None:
        raise RuntimeError("no database: call saas.db.session.connect first")
    return _engine


def current() -> TenantSession:
    """Return the request's or job's session; LookupError outside one."""
    session = _current.get()
    assert isinstance(session, TenantSession)
    return session


@contextmanager
def scope(tenant_id: UUID | None = None, bind: Connection | Engine | None = None) -> Iterator[TenantSession]:
    """Open a session for *tenant_id*, make it current, commit at the end, roll back on an error."""
    with using(make(tenant_id, bind)) as session:
        try:
            yield session
            _commit(session)
        except BaseException:
            session.rollback()
            raise


@contextmanager
def outside() -> Iterator[None]:
    """Commit what was done so far, and run the block with no transaction open; then a new one begins.

    The one exception to "one commit, at the edge": payments ask Stripe so, with the intent durable and
    no lock held. Rows read before are to be read again. RuntimeError within a savepoint.
    """
    session = current()
    if session.in_nested_transaction():
        raise RuntimeError("a savepoint is open, and what it holds cannot be committed")
    _commit(session)
    yield


@contextmanager
def at_once() -> Iterator[None]:
    """Send the block's statements by the driver without waiting for each: one way to the database and back.

    For statements whose answer nobody reads. What one of them breaks is raised at the end, as ever: IntegrityError, …
    """
    engine_connection = current().connection()
    connection = engine_connection.connection.dbapi_connection
    assert isinstance(connection, psycopg.Connection)
    try:
        with connection.pipeline():
            yield
    except psycopg.Error as error:
        raise DBAPIError.instance(
            None, None, error, psycopg.Error, connection_invalidated=connection.broken,
            dialect=engine_connection.dialect,
        ) from error  # fmt: skip


def _commit(session: TenantSession) -> None:
    """Commit. Where the connection dies just then, nobody knows whether it did: Unavailable, and
    not the error after which the edge runs a request again.
    """
    session.flush()
    try:
        session.commit()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable from error
        raise


@contextmanager
def using(session: TenantSession) -> Iterator[TenantSession]:
    """Make *session* current for the block, and close it after; neither commits nor rolls back."""
    token = _current.set(session)
    try:
        yield session
    finally:
        _current.reset(token)
        session.close()


def make(tenant_id: UUID | None = None, bind: Connection | Engine | None = None) -> TenantSession:
    """Return a new session on the process's engine (or *bind*), kept to *tenant_id*."""
    options: dict[str, Any] = {}
    if isinstance(bind, Connection):
        options["join_transaction_mode"] = "create_savepoint"
    session = TenantSession(bind or engine(), expire_on_commit=False, **options)
    if tenant_id is not None:
        session.enter(tenant_id)
    return session


@event.listens_for(TenantSession, "after_begin")
def _set_tenant(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    tenant_id = session.info.get("tenant_id")
    # a savepoint inherits what its transaction set
    if tenant_id is not None and not transaction.nested:
        connection.exec_driver_sql(SET_TENANT, {"tenant": str(tenant_id)})


@event.listens_for(TenantSession, "do_orm_execute")
def _keep_to_tenant(state: ORMExecuteState) -> None:
    tenant_id = state.session.info.get("tenant_id")
    if tenant_id is None or state.is_column_load or state.is_relationship_load:
        return
    state.statement = state.statement.options(
        with_loader_criteria(Tenanted, lambda row: row.tenant_id == tenant_id, include_aliases=True)
    )


@event.listens_for(TenantSession, "before_flush")
def _stamp_tenant(session: Session, *_: Any) -> None:
    for row in session.new:
        if isinstance(row, Tenanted) and row.tenant_id is None:
            row.tenant_id = session.info["tenant_id"]


def insert(row: Tenanted) -> None:
    """Insert a new row at once and keep it in the session, by the driver: a flush costs several times as much.

    What the row leaves unsaid takes the database's default, and is read when it is asked for.
    """
    session = current()
    row.tenant_id = session.tenant_id
    mapper = inspect(type(row))
    said = {column.name: getattr(row, name) for name, column in mapper.columns.items() if name in vars(row)}
    values = {name: Jsonb(value) if isinstance(value, dict) else value for name, value in said.items()}
    session.connection().exec_driver_sql(_insert(type(row).__tablename__, tuple(values)), values)
    make_transient_to_detached(row)
    session.add(row)


@functools.cache
def _insert(table: str, columns: tuple[str, ...]) -> str:
    places = ", ".join(f"%({column})s" for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"


def select_one() -> int:
    """Return 1 from the database: the whole way there and back, within the tenant."""
    return int(current().connection().exec_driver_sql("SELECT 1").scalar_one())


def statement(sql: str, **values: Any) -> Any:
    """Run hand-written SQL in the current session; the caller carries `tenant_id` by hand."""
    return current().execute(text(sql), values)
