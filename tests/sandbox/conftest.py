"""A sandbox in a thread of this process, on a free port, fresh for every test."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from saas.sandbox.serving import Sandbox
from tests.sandbox import driving
from tests.sandbox.driving import Driver, Receiver


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Driver]:
    """A sandbox as the platform sees it, acting for no account."""
    running = Sandbox(tmp_path / "sandbox")
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    yield Driver(running.url)
    running.stop()
    thread.join()


@pytest.fixture
def clinic(platform: Driver) -> Driver:
    """A connected account."""
    return platform.connected("Riverside")


@pytest.fixture
def endpoint(platform: Driver) -> Iterator[Receiver]:
    """Where the sandbox sends its events."""
    for receiver in driving.receiving():
        platform.tell("webhook", url=receiver.url, secret=driving.SECRET)
        yield receiver
