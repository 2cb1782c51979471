"""A clinic with a host, inside a transaction that is rolled back."""

from pathlib import Path
from uuid import UUID

import pytest

from saas.tenancy import tenants
from tests.booking.clinic import set_up
from tests.messaging.kit import HOST, Desk


@pytest.fixture
def desk(tenant: UUID, tmp_path: Path) -> Desk:
    tenants.add_host(tenant, HOST, is_primary=True)
    tenants.describe(tenant, "Needles & Co", {"email": "hello@needles.example", "phone": "+1 212 555 0100"})
    return Desk(set_up(tenant), tmp_path)
