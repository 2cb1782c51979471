"""The load a benchmark searches: 12 practitioners with a room each, open Monday to Saturday from nine to five,
5,000 appointments over 60 days, so that four fifths of the time are taken.
"""

import functools
import http.client
import json
from typing import Any

import psycopg

from bench.ground import Ground
from saas.db import embedded, session
from saas.demo import bulk, load
from saas.kernel import clock
from saas.tenancy import tenants

TENANT = "bench"
ASKED = load.Asked(appointments=5000, days=60, practitioners=12, seed=1, opens=9, closes=17, weekdays=6)


@functools.cache
def laid(superuser_url: str) -> str:
    """Fill the ground's tenant once and return the location's slug; statistics as autovacuum leaves them."""
    with session.scope():
        tenants.enter_by_slug(TENANT)
        plan = load.set_up(TENANT, ASKED, clock.now())
    for batch in load.batches(plan):
        with session.scope(plan.tenant_id):
            bulk.write([], batch)
    with psycopg.connect(superuser_url, dbname=embedded.DATABASE, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    return plan.location


def slots(ground: Ground, place: str, days: int) -> list[dict[str, Any]]:
    """Return the free times of the next *days* days, as the API lists them."""
    connection = http.client.HTTPConnection("127.0.0.1", ground.web_port, timeout=30)
    path = f"/api/v1/availability?location={place}&offering={load.OFFERING}&days={days}"
    connection.request("GET", path, headers=dict(ground.headers))
    found: list[dict[str, Any]] = json.loads(connection.getresponse().read())["slots"]
    return found
