"""A clinic of the owner's tests' own: what is changed there is put back by applying its files."""

from uuid import UUID

import pytest
from sqlalchemy import select

from saas.db import session
from saas.db.settings import Urls
from saas.kernel.actors import SYSTEM
from saas.provisioning import applying
from saas.scheduling.models import Appointment
from saas.tenancy import tenants
from tests.booking import patients
from tests.desk import desk as desks
from tests.desk.desk import Desk
from tests.ground import within
from tests.journeys import kit
from tests.journeys.fixtures import _cheap_passwords, _plain_logs, clinics, elm
from tests.journeys.kit import Clinic

__all__ = ["_cheap_passwords", "_plain_logs", "clinics", "elm"]

# The version of a clinic's configuration that its files gave it last.
_applied: dict[UUID, int] = {}


def opened(urls: Urls) -> Clinic:
    """Open a clinic that outlives a test."""
    session.connect(urls.app, pool_size=1)
    try:
        return kit.open_clinic("riverstone")
    finally:
        session.dispose()


def put_back(clinic: Clinic) -> Clinic:
    """Return a clinic as its files say, whatever other tests changed on its pages."""
    with within(clinic.id):
        if tenants.config_version(clinic.id) != _applied.get(clinic.id):
            applying.apply(clinic.configuration, SYSTEM)
            _applied[clinic.id] = tenants.config_version(clinic.id)
    return clinic


@pytest.fixture(scope="session")
def _practice(urls: Urls) -> Clinic:
    return opened(urls)


@pytest.fixture
def practice(_practice: Clinic, database: Urls) -> Clinic:
    """A clinic as its files say, whatever other tests changed on its pages, in whose calendar nothing is."""
    with within(_practice.id) as current:
        is_empty = current.scalar(select(Appointment.id).limit(1)) is None
    if not is_empty:
        patients.emptied(database.superuser, _practice)
    return put_back(_practice)


@pytest.fixture
def booked(practice: Clinic) -> Desk:
    """The same, with Ann's first consultation at ten o'clock on a Tuesday to come and nothing else."""
    return desks.lay_out(practice)
