"""The ground of every test: one PostgreSQL for the run, a database per worker built by the
migrations, and every connection as `saas_app`.

Room tests run inside a savepoint (`tenant`); what concerns tenancy or races commits for real
(`committed`). Given SAAS_TEST_SUPERUSER_URL, that server is used instead of the embedded one.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine
from xdist.scheduler import LoadScopeScheduling

import saas.app  # noqa: F401 - every room's tables, so that foreign keys between them resolve
from saas.db import embedded, migrate, roles, session
from saas.db.settings import Urls
from saas.kernel import ids
from saas.kernel.actors import SYSTEM
from saas.tenancy import tenants
from tests.ground import PASSWORD, make_tenant, url_of

TEMPLATE = "needlepoint_template"
hypothesis_settings.register_profile("gate", deadline=None, max_examples=30, derandomize=False)
hypothesis_settings.register_profile("long", deadline=None, max_examples=600)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once, in the process that controls the workers."""
    if hasattr(config, "workerinput"):
        return
    given = os.environ.get("SAAS_TEST_SUPERUSER_URL")
    if not given:
        folder = Path(tempfile.mkdtemp(prefix="needlepoint-tests-"))
        folder.chmod(0o755)
        server = embedded.at(folder, {**embedded.THROW_AWAY, "log_min_messages": "warning"})
        server.start()
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        config.add_cleanup(server.stop)
        given = server.url("postgres", "postgres")
        os.environ["SAAS_TEST_POSTGRES_LOG"] = str(server.log)
    os.environ["SAAS_TEST_SUPERUSER_URL"] = given
    roles.ensure(given, dict.fromkeys(roles.ROLES, PASSWORD))
    _drop(given, TEMPLATE)
    roles.ensure_database(given, TEMPLATE)
    migrate.upgrade(url_of("saas_owner", TEMPLATE))


# Begun with, so that no worker sits with a long one at the end. What a folder sets up is set up by one
# worker alone, but for the two whose files are shared out.
LONGEST = ("demo", "browser", "provisioning", "booking", "desk", "crashes", "conventions", "db", "payments",
           "races", "cli", "sandbox", "journeys", "web", "ledger")  # fmt: skip
SHARED_OUT = ("browser", "provisioning")


class ByFolder(LoadScopeScheduling):
    """Gives a worker a folder at a time, in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.split("/")[1]
        return nodeid.split("::")[0] if folder in SHARED_OUT else folder


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    """Share the tests out by folder."""
    return ByFolder(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest folders first, after everything is shuffled."""
    folders = {item: Path(item.nodeid).parts[1] for item in items}
    items.sort(key=lambda item: LONGEST.index(folders[item]) if folders[item] in LONGEST else len(LONGEST))


def _drop(superuser: str, database: str) -> None:
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


@pytest.fixture(scope="session")
def urls(worker_id: str) -> Iterator[Urls]:
    """This worker's own database, a copy of the migrated template; the process is connected to it."""
    superuser = os.environ["SAAS_TEST_SUPERUSER_URL"]
    name = f"needlepoint_{worker_id}_{os.getpid()}"
    roles.ensure_database(superuser, name, TEMPLATE)
    app = url_of("saas_app", name)
    yield Urls(app, app, url_of("saas_owner", name), url_of("postgres", name))
    session.dispose()
    _drop(superuser, name)


@pytest.fixture(scope="session")
def _engine(urls: Urls) -> Iterator[Engine]:
    """One engine for every test of a worker: what was compiled once stays compiled."""
    engine = session.connect(urls.app, pool_size=5, pooler=False)
    yield engine
    engine.dispose()


@pytest.fixture
def database(urls: Urls, _engine: Engine) -> Iterator[Urls]:
    """The process connected to this worker's database as `saas_app`; no test finds another's connection busy."""
    session._engine = _engine
    yield urls
    if session._engine is not _engine or _engine.pool.checkedout():  # type: ignore[attr-defined]  # a QueuePool's
        session.dispose()
        _engine.dispose()
    session._engine = None


@pytest.fixture
def tenant(database: Urls) -> Iterator[UUID]:
    """A tenant with a current session inside a transaction that is rolled back at the end."""
    with session.engine().connect() as connection, connection.begin() as transaction:
        with session.using(session.make(bind=connection)) as current:
            tenant_id = tenants.create(f"t{ids.new().hex}", "A clinic", SYSTEM)
            current.flush()
            yield tenant_id
        transaction.rollback()


@pytest.fixture
def committed(database: Urls) -> UUID:
    """A tenant that is really committed, for tests with several connections; nothing is current."""
    return make_tenant()
