"""The database goes away and comes back; the application was there all the time."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from saas import app as factory
from saas.db import embedded, migrate, session
from saas.db.embedded import Server
from saas.kernel.errors import Unavailable
from saas.web.settings import Settings
from tests.db import kit
from tests.ground import make_tenant

HOST = "recovery.example"
PATHS = ("/", "/staff/log-in", "/healthz")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of our own, with a migrated database, to be killed."""
    data_dir = Path(tempfile.mkdtemp(prefix="needlepoint-recovery-"))
    data_dir.chmod(0o755)
    server = embedded.at(data_dir, {"fsync": "off"})  # what is committed outlives a killed process
    server.start()
    server.prepare()
    migrate.upgrade(server.urls().owner)
    session.connect(server.urls().app)
    make_tenant(HOST)
    session.dispose()
    yield server
    server.stop()
    shutil.rmtree(data_dir)


@pytest.fixture
def client(server: Server) -> Iterator[FlaskClient]:
    """A client of an application whose pool is warm."""
    server.start()
    session.connect(server.urls().app, pool_size=3)
    app = factory.create_app(Settings(secret_key="for tests", https=False))
    client = app.test_client()
    assert _statuses(client) == [200] * len(PATHS)
    yield client
    session.dispose()


def _get(client: FlaskClient, path: str, **options: Any) -> TestResponse:
    return client.get(path, base_url=f"http://{HOST}", **options)


def _statuses(client: FlaskClient) -> list[int]:
    return [_get(client, path).status_code for path in PATHS]


def _kill(server: Server) -> None:
    os.kill(server.pid(), signal.SIGKILL)
    kit.eventually(lambda: server.pid() is None)


def test_requests_get_503_while_the_database_is_away_and_200_after(
    server: Server, client: FlaskClient
) -> None:
    for _time in range(3):
        _kill(server)
        assert _statuses(client) == [503] * len(PATHS)
        server.start()
        assert _statuses(client) == [200] * len(PATHS)


def test_the_refusal_is_a_page_for_people_and_a_problem_for_programs(
    server: Server, client: FlaskClient
) -> None:
    _kill(server)
    page = _get(client, "/")
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert Unavailable.sentence in page.text
    problem = _get(client, "/api/v1/ping", headers={"Authorization": "Bearer np_x"})
    assert (problem.status_code, problem.mimetype) == (503, "application/problem+json")
    assert problem.json["code"] == "unavailable"


def test_a_polite_restart_costs_no_request(server: Server, client: FlaskClient) -> None:
    server.stop()
    server.start()
    assert _get(client, "/").status_code == 200
    assert _statuses(client) == [200] * len(PATHS)


def test_connections_that_died_in_the_pool_cost_no_request(server: Server, client: FlaskClient) -> None:
    with session.engine().connect() as one, session.engine().connect() as other:
        assert {c.exec_driver_sql("SELECT 1").scalar_one() for c in (one, other)} == {1}
    _end_backends(server)
    assert _get(client, "/").status_code == 200


def _end_backends(server: Server) -> None:
    ended = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
               WHERE usename = 'saas_app' AND backend_type = 'client backend'"""
    assert all(done for (done,) in kit.rows(server.url("postgres", "postgres"), ended))


def test_a_connection_that_dies_before_the_commit_may_be_tried_again(
    server: Server, client: FlaskClient
) -> None:
    with pytest.raises(DBAPIError) as died, session.scope():
        session.select_one()
        _end_backends(server)
        session.select_one()
    assert died.value.connection_invalidated


def test_a_connection_that_dies_at_the_commit_is_not_tried_again(server: Server, client: FlaskClient) -> None:
    """Perhaps it was committed: a second run could book twice."""
    with pytest.raises(Unavailable), session.scope():
        session.select_one()
        _end_backends(server)


def test_a_pool_that_is_used_up_is_a_503_and_recovers(server: Server, client: FlaskClient) -> None:
    session.connect(server.urls().app, pool_size=1, max_overflow=0, pool_timeout=0.05)
    with session.engine().connect() as held:
        held.exec_driver_sql("SELECT 1")
        assert _get(client, "/").status_code == 503
    assert _get(client, "/").status_code == 200
