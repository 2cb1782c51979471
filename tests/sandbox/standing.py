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
    running = Sandbox(folder / "sandbox")
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    monkeypatch.setenv("STRIPE_API_BASE", running.url)
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_123")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", driving.SECRET)
    yield Driver(running.url)
    running.stop()
    thread.join()
