"""A clinic to book in, and programs that call its API."""

import pytest

from saas.db.settings import Urls
from tests.api.kit import Program, clinics_to_book_in, program
from tests.journeys.fixtures import _cheap_passwords
from tests.journeys.kit import Clinic

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
