"""The wheel, built and installed; and one demo of it for every test that leaves it as it was."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from saas import cli
from tests.demo import running, wheels
from tests.demo.running import Demo

WRITTEN_LATER = "DELETE FROM procrastinate_jobs WHERE task_name = 'demo.write_books' AND status = 'todo'"
WRITTEN_NOW = """
SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'demo.write_books' AND status IN ('todo', 'doing')
"""


@pytest.fixture(scope="package")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with what is installed; nothing is fetched."""
    return wheels.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="package")
def installed(wheel: Path) -> Iterator[Path]:
    """A folder with the wheel in an environment of its own, `venv`, and nothing else of ours."""
    with running.folder() as found:
        wheels.install(wheel, found / "venv")
        (found / "empty").mkdir()
        yield found


@pytest.fixture(scope="package")
def shared_demo(installed: Path) -> Iterator[Demo]:
    """Start a demo once, as it was installed; whoever harms it waits until it is whole again."""
    demo = Demo(
        installed / "data", saas=(str(installed / "venv" / "bin" / "saas"),), cwd=installed / "empty", path=""
    )
    try:
        demo.start()
        running.eventually(lambda: leaves_books(demo))
        yield demo
    finally:
        demo.end()


def leaves_books(demo: Demo) -> bool:
    """Whether nobody writes the rest of the demo's books: nobody reads them here, and they keep a core busy."""
    with psycopg.connect(demo.server().url("postgres"), autocommit=True) as connection:
        connection.execute(WRITTEN_LATER)
        return connection.execute(WRITTEN_NOW).fetchone() == (0,)


Refused = Callable[..., str]


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Refused]:
    """Return a function that runs a `saas` command in this process and returns how it was refused."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    environment_before = dict(os.environ)

    def run(*arguments: str, **environment: str) -> str:
        for name in [name for name in os.environ if name.startswith("SAAS_")]:
            monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["saas", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 1
        return capsys.readouterr().err

    yield run
    for number, handler in kept.items():
        signal.signal(number, handler)
    for name in os.environ.keys() - environment_before.keys():
        del os.environ[name]  # the demo tells its own process where the sandbox is
    os.environ.update(environment_before)
