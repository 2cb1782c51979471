"""A clinic with a sandbox of its own, in a thread of this process."""

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.serving import make_server

from saas import app as factory
from saas.sandbox.serving import Sandbox, Silent
from saas.web.settings import Settings
from tests.payments import kit
from tests.payments.kit import Till
from tests.sandbox import driving
from tests.sandbox.driving import Driver


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    """A fresh sandbox, to which this process pays."""
    running = Sandbox(tmp_path / "sandbox")
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    monkeypatch.setenv("STRIPE_API_BASE", running.url)
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_123")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", driving.SECRET)
    yield Driver(running.url)
    running.stop()
    thread.join()


@pytest.fixture
def till(committed: UUID, platform: Driver) -> Till:
    """A clinic that is paid at the sandbox."""
    return kit.open_till(committed, platform)


@pytest.fixture(scope="module")
def application() -> Flask:
    """The application that serves clinics."""
    return factory.create_app(Settings(secret_key="for tests alone"))


@pytest.fixture
def listening(till: Till, application: Flask) -> Iterator[Till]:
    """A clinic whose server runs, and hears what the sandbox tells."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/hooks/stripe"
    till.driver.tell("webhook", url=url, secret=driving.SECRET)
    yield till
    till.driver.tell("webhook", url="")
    server.shutdown()
    server.server_close()
    thread.join()
