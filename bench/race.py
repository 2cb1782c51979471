"""Fifty programs ask for the same time of the same practitioner at once: one gets it, and nobody waits long."""

import http.client
import json
import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bench import load
from bench.ground import Ground
from saas.demo.load import OFFERING

PROGRAMS, ROUNDS = 50, 20
BOUND_MILLIS = 1000
ONE_WINNER = Counter({409: PROGRAMS - 1, 201: 1})


@dataclass(frozen=True)
class Outcome:
    """How long each program waited for its answer, in milliseconds."""

    millis: Sequence[float]

    @property
    def p95(self) -> float:
        """What 19 of 20 did not wait longer than."""
        return statistics.quantiles(self.millis, n=20)[-1]

    def __str__(self) -> str:
        return (
            f"{PROGRAMS} connections ask for one slot at once, {ROUNDS} times over: one winner each time; the answer "
            f"is there after {statistics.median(self.millis):.0f} ms (median), {self.p95:.0f} ms (95th percentile; "
            f"bound {BOUND_MILLIS} ms), {max(self.millis):.0f} ms at most."
        )


def run(ground: Ground) -> Outcome:
    """Race for a slot after another; RuntimeError where one has not exactly one winner."""
    place = load.laid(ground.urls.superuser)
    by_day = {slot["starts_at"][:10]: slot for slot in load.slots(ground, place, 30)}
    slots = list(by_day.values())[-ROUNDS:]
    with ThreadPoolExecutor(PROGRAMS) as threads:
        return Outcome([millis for slot in slots for millis in _race(ground, place, slot, threads)])


def _race(ground: Ground, place: str, slot: dict[str, Any], threads: ThreadPoolExecutor) -> list[float]:
    barrier = threading.Barrier(PROGRAMS)
    body = json.dumps({"location": place, "offering": OFFERING, "starts_at": slot["starts_at"],
                       "practitioner": slot["practitioner"]})  # fmt: skip
    headers = {**ground.headers, "Content-Type": "application/json"}

    def ask(_number: int) -> tuple[int, float]:
        connection = http.client.HTTPConnection("127.0.0.1", ground.web_port, timeout=30)
        connection.connect()
        barrier.wait()
        began = time.perf_counter()
        connection.request("POST", "/api/v1/holds", body, headers)
        response = connection.getresponse()
        response.read()
        return response.status, (time.perf_counter() - began) * 1000

    answers = list(threads.map(ask, range(PROGRAMS)))
    told = Counter(status for status, _ in answers)
    if told != ONE_WINNER:
        raise RuntimeError(f"the race for {slot} ended {dict(told)}")
    return [millis for _, millis in answers]
