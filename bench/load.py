"""The load a benchmark searches: 12 practitioners, 8 rooms or more, 5,000 appointments over 60 days."""

import functools
from uuid import UUID

from saas.db import session
from saas.demo import bulk, load
from saas.kernel import clock
from saas.tenancy import tenants

TENANT = "bench"
ASKED = load.Asked(appointments=5000, days=60, practitioners=12, seed=1)


@functools.cache
def laid(_tenant_id: UUID) -> str:
    """Fill the ground's tenant once and return the location's slug."""
    with session.scope():
        tenants.enter_by_slug(TENANT)
        plan = load.set_up(TENANT, ASKED, clock.now())
    for batch in load.batches(plan):
        with session.scope(plan.tenant_id):
            bulk.write([], batch)
    return plan.location
