"""Fifty programs ask the API for the same time at once: one is told 201, all others 409, nobody 5xx."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from saas.db import session
from saas.db.settings import Urls
from tests.api.conftest import bookable
from tests.api.kit import Program, program
from tests.journeys.fixtures import _cheap_passwords
from tests.journeys.kit import Clinic

__all__ = ["_cheap_passwords", "bookable"]
PROGRAMS = 50


@pytest.fixture
def many(bookable: dict[str, Clinic], urls: Urls) -> Iterator[Clinic]:
    """A clinic, and a pool wide enough for every program."""
    session.connect(urls.app, pool_size=PROGRAMS, max_overflow=10)
    yield bookable["riverstone"]
    session.dispose()


def test_one_slot_has_one_winner_and_no_fault(many: Clinic) -> None:
    callers = [program(many) for _ in range(4)]
    by_day = {slot["starts_at"][:10]: slot for slot in callers[0].slots(days=21)}
    for slot in list(by_day.values())[-3:]:
        barrier = threading.Barrier(PROGRAMS)

        def ask(caller: Program, slot=slot, barrier=barrier) -> int:
            barrier.wait()
            return caller.hold(slot).status_code

        with ThreadPoolExecutor(PROGRAMS) as threads:
            told = Counter(threads.map(ask, [callers[n % 4] for n in range(PROGRAMS)]))
        assert told == Counter({409: PROGRAMS - 1, 201: 1})
