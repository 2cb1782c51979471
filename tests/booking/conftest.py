"""Clinics of booking's own: what is booked here stands in nobody's way elsewhere."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from saas.db import session
from saas.db.settings import Urls
from saas.kernel import clock
from tests.booking import patients
from tests.journeys import kit
from tests.journeys.kit import Clinic
from tests.sandbox.driving import Driver
from tests.sandbox.standing import standing


@pytest.fixture(scope="session")
def _clinics(urls: Urls) -> dict[str, Clinic]:
    session.connect(urls.app, pool_size=1)
    try:
        return {name: kit.open_clinic(name) for name in ("elm", "riverstone")}
    finally:
        session.dispose()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands still."""
    monkeypatch.setattr(clock, "now", lambda: patients.NOW)
    return patients.NOW


@pytest.fixture
def elm(_clinics: dict[str, Clinic], database: Urls, now: datetime) -> Clinic:
    """A clinic with one practitioner and a weekly limit; every hold and visit of other tests is gone."""
    return patients.emptied(database.superuser, _clinics["elm"])


@pytest.fixture
def riverstone(_clinics: dict[str, Clinic], database: Urls, now: datetime) -> Clinic:
    """A clinic with three places in two zones, as empty."""
    return patients.emptied(database.superuser, _clinics["riverstone"])


@pytest.fixture
def paying(
    riverstone: Clinic, database: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Driver]:
    """A sandbox, and riverstone's accounts there."""
    with standing(tmp_path, monkeypatch) as driver:
        patients.connect(database.superuser, riverstone)
        yield driver
