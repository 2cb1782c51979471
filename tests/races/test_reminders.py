"""A credential that ends is told of once, however many workers look at the same moment, and after a crash as well."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select

from saas.credentials import records, reminding
from saas.db import session
from saas.journal.models import Event
from saas.tenancy import tenants
from tests.booking.clinic import put_person, put_place
from tests.credentials.qualifying import seen
from tests.ground import within

DAY = date(2027, 3, 10)
WORKERS = 4


@pytest.fixture
def ending(committed: UUID) -> UUID:
    """A clinic in which somebody's license ends in thirty days."""
    with within(committed):
        person = put_person("p0", put_place(1), ("consultation",))
        records.put(person, [{
            "kind": "licence", "profession": "PT", "jurisdiction": "US-NY",
            "expires_on": DAY + timedelta(days=30), **seen(),
        }])  # fmt: skip
        tenants.raise_config_version(committed)
    return committed


def told(tenant_id: UUID) -> int:
    with within(tenant_id) as current:
        return len(current.scalars(select(Event.id).where(Event.kind == "credential.reminded")).all())


def test_workers_at_the_same_moment_tell_it_once(ending: UUID) -> None:
    together = Barrier(WORKERS)

    def work(_number: int) -> int:
        with within(ending):
            version = tenants.config_version(ending)
            together.wait()
            return len(reminding.remind(version, DAY))

    with ThreadPoolExecutor(WORKERS) as threads:
        assert sorted(threads.map(work, range(WORKERS))) == [0, 0, 0, 1]
    assert told(ending) == 1


def test_a_worker_that_dies_before_the_end_leaves_it_to_the_next(ending: UUID) -> None:
    with contextlib.suppress(ZeroDivisionError), session.scope(ending):
        assert len(reminding.remind(tenants.config_version(ending), DAY)) == 1
        raise ZeroDivisionError
    assert told(ending) == 0
    with within(ending):
        assert len(reminding.remind(tenants.config_version(ending), DAY)) == 1
    assert told(ending) == 1
