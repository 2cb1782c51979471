"""The journeys' fixtures, and a clinic of each test's own with a visit in its calendar."""

import pytest

from saas.db.settings import Urls
from tests.desk.desk import Desk, open_desk
from tests.journeys.fixtures import _cheap_passwords, app, clinics, elm, riverstone

__all__ = ["_cheap_passwords", "app", "clinics", "elm", "riverstone"]


@pytest.fixture
def desk(database: Urls) -> Desk:
    """A clinic whose calendar holds one visit, next week."""
    return open_desk(database.app)
