"""Fifty programs ask the API for the same time at once: one is told 201, all others 409, nobody 5xx."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

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


def race(slot: dict[str, Any], callers: list[Program], offering: str, **more: Any) -> Counter[int]:
    """Let every program ask for the slot at the same moment; count what they are told."""
    barrier = threading.Barrier(PROGRAMS)

    def ask(caller: Program) -> int:
        barrier.wait()
        return caller.hold(slot, offering, **more).status_code

    with ThreadPoolExecutor(PROGRAMS) as threads:
        return Counter(threads.map(ask, [callers[n % len(callers)] for n in range(PROGRAMS)]))


def test_one_slot_has_one_winner_and_no_fault(many: Clinic) -> None:
    callers = [program(many) for _ in range(4)]
    by_day = {slot["starts_at"][:10]: slot for slot in callers[0].slots(days=21)}
    for slot in list(by_day.values())[-3:]:
        told = race(slot, callers, "first-consultation")
        assert told == Counter({409: PROGRAMS - 1, 201: 1})


@pytest.mark.parametrize("day", [0, *(pytest.param(n, marks=pytest.mark.long) for n in range(1, 6))])
def test_one_composed_slot_has_one_winner_and_no_fault(many: Clinic, day: int) -> None:
    callers = [program(many) for _ in range(4)]
    found = callers[0].slots("micro-needling", add_on=["prp"], days=21)
    slot = list({slot["starts_at"][:10]: slot for slot in found}.values())[day]
    told = race(slot, callers, "micro-needling", add_ons=["prp"])
    assert told == Counter({409: PROGRAMS - 1, 201: 1})
