"""Start, stop, start again, start over; and starts that are refused."""

import socket

import pytest

from tests.demo import running
from tests.demo.conftest import Refused
from tests.demo.running import Demo

QUICK_SECONDS = 30  # two or three on an idle machine


@pytest.mark.long
def test_data_stay_until_someone_starts_over() -> None:
    with running.folder() as data_dir:
        demo = Demo(data_dir)
        try:
            demo.start()
            first = demo.log_ins()
            stop_and_leave_nothing(demo)
            assert demo.start() < QUICK_SECONDS
            assert demo.log_ins() == first
            assert demo.browser("elm.localhost").log_in(first["elm"][0]).status == 302
            stop_and_leave_nothing(demo)
            demo.start("--fresh")
            assert demo.browser("elm.localhost").log_in(first["elm"][0]).status == 422
            assert demo.browser("elm.localhost").log_in(demo.log_ins()["elm"][0]).status == 302
        finally:
            demo.end()


def stop_and_leave_nothing(demo: Demo) -> None:
    """Press Ctrl-C; every process that belonged to the demo is gone."""
    assert demo.process is not None
    family = running.descendants(demo.process.pid)
    assert len(family) > 5
    assert demo.interrupt() == 0
    running.eventually(lambda: not family & running.parents().keys(), 5)
    assert demo.out.read_text().endswith("Stopped.\n")


def test_a_taken_port_is_said_in_one_line(refused: Refused) -> None:
    with socket.socket() as other, running.folder() as data_dir:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused("demo", "--port", str(port), SAAS_DATA_DIR=str(data_dir))
        assert said.startswith(f"saas: Port {port} is taken")
        assert len(said.splitlines()) == 1
        assert not list(data_dir.iterdir())


def test_a_busy_data_directory_is_said_in_one_line(shared_demo: Demo) -> None:
    ended = running.saas("demo", "--port", str(running.free_port()), SAAS_DATA_DIR=str(shared_demo.data_dir))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"saas: Another demo runs on {shared_demo.data_dir}.")
    assert len(ended.stderr.splitlines()) == 1
    assert shared_demo.healthy()


def test_another_versions_data_directory_is_left_alone(refused: Refused) -> None:
    with running.folder() as data_dir:
        version = data_dir / "postgres" / "data" / "PG_VERSION"
        version.parent.mkdir(parents=True)
        version.write_text("14\n")
        said = refused("demo", "--port", str(running.free_port()), SAAS_DATA_DIR=str(data_dir))
        assert "was written by PostgreSQL 14, this is 18" in said
        assert version.read_text() == "14\n"


def test_development_mode_listens_on_loopback_alone(refused: Refused) -> None:
    said = refused("serve", "--host", "0.0.0.0", SAAS_DEV="1")
    assert said.startswith("saas: SAAS_DEV=1 trusts the X-Tenant header")
