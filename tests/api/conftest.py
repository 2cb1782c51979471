"""A clinic to book in, and programs that call its API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from saas.db.settings import Urls
from tests.api.kit import Program, clinics_to_book_in, program
from tests.booking import patients
from tests.journeys.fixtures import _cheap_passwords
from tests.journeys.kit import Clinic
from tests.sandbox.driving import Driver
from tests.sandbox.standing import standing

__all__ = ["_cheap_passwords"]


@pytest.fixture(scope="session")
def bookable(urls: Urls) -> dict[str, Clinic]:
    """Both clinics once more, for tests that book; committed."""
    return clinics_to_book_in(urls.app)


@pytest.fixture
def riverstone(bookable: dict[str, Clinic], database: Urls) -> Clinic:
    return bookable["riverstone"]


@pytest.fixture
def elm(bookable: dict[str, Clinic], database: Urls) -> Clinic:
    return bookable["elm"]


@pytest.fixture
def caller(riverstone: Clinic) -> Program:
    return program(riverstone)


@pytest.fixture
def paying(
    riverstone: Clinic, database: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Driver]:
    """A sandbox, and riverstone's accounts there."""
    with standing(tmp_path, monkeypatch) as driver:
        patients.connect(database.superuser, riverstone)
        yield driver


@pytest.fixture
def paying_program(caller: Program, paying: Driver) -> Program:
    """A program of a clinic that is paid online."""
    return caller
