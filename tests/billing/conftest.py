"""A clinic that bills, in a savepoint; and the journeys' clinics for pages."""

from uuid import UUID

import pytest

from tests.billing import visiting
from tests.billing.visiting import Clinic
from tests.journeys.fixtures import _cheap_passwords, _plain_logs, clinics, elm

__all__ = ["_cheap_passwords", "_plain_logs", "clinic", "clinics", "elm"]


@pytest.fixture
def clinic(tenant: UUID) -> Clinic:
    """One legal entity, one place, one offering."""
    return visiting.open_clinic()
