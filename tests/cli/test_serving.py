"""`saas serve`: what it refuses to start with, and what gunicorn is told."""

import pytest

from saas.cli import serving
from tests.cli.conftest import Saas


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, saas: Saas) -> None:
    for name in ("SAAS_DEV", "SAAS_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_development_mode_stays_on_this_machine(
    saas: Saas, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("SAAS_DEV", "1")
    ended = saas("serve", "--host", host)
    assert ended.status == 1
    assert ended.err == (
        f"saas: SAAS_DEV=1 trusts the X-Tenant header, so it listens on loopback only, not on {host}.\n"
    )


def test_it_wants_a_database(saas: Saas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAAS_DATABASE_URL")
    ended = saas("serve")
    assert (ended.status, ended.err.startswith("saas: SAAS_DATABASE_URL is not set")) == (1, True)


def test_it_wants_a_secret_key(saas: Saas) -> None:
    ended = saas("serve")
    assert (ended.status, ended.err.startswith("saas: SAAS_SECRET_KEY is not set")) == (1, True)


def test_servers_of_one_user_share_nothing() -> None:
    options = serving.options("127.0.0.1", 8000, 2, 8)
    assert options["control_socket_disable"] is True
    assert {name for name in options if name not in serving.Gunicorn(options).cfg.settings} == set()
