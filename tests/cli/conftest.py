"""Run `saas` as a person would, without the cost of a new process."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest

from saas import cli
from saas.db import roles
from saas.db.settings import Urls
from saas.kernel import ids
from tests.conftest import _drop as drop
from tests.ground import url_of


@dataclass
class Ended:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Saas = Callable[..., Ended]


@pytest.fixture
def saas(urls: Urls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Saas:
    """Return a function that runs a command on this worker's database."""
    point_at(monkeypatch, urls)

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["saas", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
            sys.exit(0)
        code = ended.value.code
        return Ended(code if isinstance(code, int) else int(code is not None), *capsys.readouterr())

    return run


def point_at(monkeypatch: pytest.MonkeyPatch, urls: Urls) -> None:
    """Set the environment's URLs."""
    monkeypatch.setenv("SAAS_DATABASE_URL", urls.app)
    monkeypatch.setenv("SAAS_DATABASE_OWNER_URL", urls.owner)
    monkeypatch.setenv("SAAS_DATABASE_SUPERUSER_URL", urls.superuser)
    monkeypatch.delenv("SAAS_DATABASE_DIRECT_URL", raising=False)


@pytest.fixture
def superuser(urls: Urls) -> Iterator[psycopg.Connection]:
    """A connection that no policy binds, to look behind the command's back and to tamper."""
    with psycopg.connect(urls.superuser, autocommit=True) as connection:
        yield connection


@pytest.fixture
def empty_database(monkeypatch: pytest.MonkeyPatch, saas: Saas) -> Iterator[Urls]:
    """A database of its own without any schema, which the commands are pointed at."""
    name = f"needlepoint_cli_{ids.new().hex[-12:]}"
    superuser = url_of("postgres", "postgres")
    roles.ensure_database(superuser, name)
    app = url_of("saas_app", name)
    urls = Urls(app, app, url_of("saas_owner", name), superuser)
    point_at(monkeypatch, urls)
    yield urls
    drop(superuser, name)
