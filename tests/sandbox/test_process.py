"""The process: quick to start, reached from this machine alone, and nothing answered is lost with it."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner

from saas.cli import commands
from tests.sandbox.driving import GOOD, Driver, Receiver, wanted

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running(folder: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], Driver]]:
    """Run the command as a process of its own; yield it with a driver once it answers."""
    command = [sys.executable, "-m", "saas.sandbox", "--port", "0", "--data-dir", str(folder), *more]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "PYTHONUNBUFFERED": "1"})  # fmt: skip
    assert process.stdout
    try:
        yield process, Driver(process.stdout.readline().split()[-1])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_nothing_answered_is_lost_when_it_is_killed(tmp_path: Path) -> None:
    params = wanted()
    with running(tmp_path) as (process, platform):
        clinic = platform.connected()
        first = clinic.client().v1.checkout.sessions.create(params, {"idempotency_key": "k"})
        assert clinic.pay(first, GOOD).status == 303
        clinic.tell("faults", kind="drop", count=7)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with running(tmp_path) as (_, platform):
        clinic = Driver(platform.url, clinic.account)
        again = clinic.client().v1.checkout.sessions.create(params, {"idempotency_key": "k"})
        assert again.id == first.id
        assert [charge.paid for charge in clinic.client().v1.charges.list()] == [True]
        assert clinic.tell("faults", "GET")["faults"][0]["left"] == 7


def test_events_queued_before_a_crash_come_after_it(
    tmp_path: Path, platform: Driver, endpoint: Receiver
) -> None:
    with running(tmp_path, "--webhook-url", "http://127.0.0.1:1/none") as (process, driver):
        clinic = driver.connected()
        clinic.client().v1.checkout.sessions.expire(clinic.open().id)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with running(tmp_path, "--webhook-url", endpoint.url, "--secret", "whsec_1") as (_, driver):
        assert driver.tell("quiet", "GET")["quiet"]
    assert endpoint.types() == ["checkout.session.expired"]


def test_it_starts_within_a_second_of_work_and_ends_when_asked(tmp_path: Path) -> None:
    began = os.times()
    with running(tmp_path) as (process, driver):
        assert driver.tell("health", "GET")["healthy"]
        process.terminate()
        assert process.wait(5) == 0
    spent = os.times()
    assert (spent.children_user - began.children_user) + (spent.children_system - began.children_system) < 1


def test_another_hosts_name_is_turned_away(platform: Driver) -> None:
    connection = http.client.HTTPConnection(platform.url.removeprefix("http://"), timeout=5)
    for host, status in (("evil.example", 403), ("127.0.0.1:80", 200), ("pay.localhost", 200)):
        connection.request("GET", "/_sandbox/health", headers={"Host": host})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status, host
    connection.close()


def test_a_body_that_is_too_large_is_turned_away(platform: Driver) -> None:
    page = platform.browse(f"{platform.url}/v1/refunds", {"amount": "1" * 1_000_001})
    assert page.status == 413


def test_it_is_a_command_of_the_house(tmp_path: Path, platform: Driver) -> None:
    taken = platform.url.rpartition(":")[2]
    ran = CliRunner().invoke(commands, ["sandbox", "--port", taken, "--data-dir", str(tmp_path / "other")])
    assert ran.exit_code == 1
    assert "cannot be used" in ran.output
