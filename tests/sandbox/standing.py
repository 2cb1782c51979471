"""A sandbox that this process pays to, for tests outside the sandbox's own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from saas.sandbox.serving import Sandbox
from tests.sandbox import driving
from tests.sandbox.driving import Driver


@contextmanager
def standing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    """Run a fresh sandbox in a thread, by this process's clock, and point payments to it."""
    with running(folder) as driver:
        point_to(driver, monkeypatch)
        yield driver


@contextmanager
def running(folder: Path) -> Iterator[Driver]:
    """Run a fresh sandbox in a thread, by this process's clock."""
    sandbox = Sandbox(folder / "sandbox")
    thread = threading.Thread(target=sandbox.run, daemon=True)
    thread.start()
    yield Driver(sandbox.url)
    sandbox.stop()
    thread.join()


def point_to(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let payments be made there."""
    monkeypatch.setenv("STRIPE_API_BASE", driver.url)
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_123")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", driving.SECRET)
