"""Fixtures over the kit; each folder's conftest that wants them imports them by name."""

from collections.abc import Iterator

import pytest
import structlog
from flask import Flask

from saas.db.settings import Urls
from saas.identity import passwords
from saas.web import logs
from tests.journeys import kit
from tests.journeys.kit import Clinic, Clinics


@pytest.fixture(scope="session")
def clinics(urls: Urls) -> Clinics:
    """Both clinics, committed; tests share them and leave them as they are."""
    return kit.clinics_in(urls.app)


@pytest.fixture
def riverstone(clinics: Clinics, database: Urls) -> Clinic:
    """The clinic with every role, three locations and two time zones."""
    return clinics.riverstone


@pytest.fixture
def elm(clinics: Clinics, database: Urls) -> Clinic:
    """The other clinic."""
    return clinics.elm


@pytest.fixture
def app(riverstone: Clinic) -> Flask:
    """The application, in development mode."""
    return kit.application()


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    """Log as production does: the library's own way draws every variable, and takes its time."""
    before = structlog.get_config()
    logs.init()
    yield
    structlog.configure(**before)


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash at next to no cost; what the real cost is has a test of its own."""
    passwords._decoy.cache_clear()
    monkeypatch.setattr(passwords, "_hasher", kit.CHEAP_HASHER)
    yield
    passwords._decoy.cache_clear()
