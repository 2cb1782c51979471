"""`python -m bench`: measure, print the table, keep it in bench/RESULTS.md.

Exits with 1 when a benchmark is above its bound.
"""

import argparse
import datetime
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench import configuring, hold, matrix, payments, ping, race, schedule, search
from bench import ground as grounds
from bench.client import Probe, measure

# What is measured together takes turns; each group has its own floor, so that the many writes of payments
# stand in nobody else's way.
GROUPS = (
    (ping, search.FORTNIGHT, search.MONTH, search.COMPOSED_FORTNIGHT, search.COMPOSED_MONTH, hold,
     schedule.DAY, schedule.WEEK),
    (payments.WEBHOOK, payments.CHECKOUT, payments.SANDBOX),
)  # fmt: skip
RESULTS = Path(__file__).with_name("RESULTS.md")


@dataclass(frozen=True)
class Result:
    """One row of the table; *ratio* is the median of the rounds' own ratios to the floor."""

    name: str
    micros: float
    ratio: float
    bound: float | None

    def __str__(self) -> str:
        bound = f"≤ {self.bound:g}" if self.bound else ""
        return f"| {self.name} | {self.micros:.0f} | {self.ratio:.2f} | {bound} |"


def main() -> int:
    """Run the benchmarks that were asked for."""
    asked = arguments()
    results: list[Result] = []
    with grounds.lay() as ground:
        for group in GROUPS:
            chosen = [
                bench for bench in group if not asked.only or bench.__name__.endswith(tuple(asked.only))
            ]
            if chosen:
                results += measured(chosen, ground, asked)
        raced = race.run(ground) if not asked.only or "race" in asked.only else None
        configured = configuring.run(ground) if not asked.only or "configuring" in asked.only else None
        matrices = matrix.run(ground) if not asked.only or "matrix" in asked.only else None
        machine = describe(ground.urls.app)
    text = report(results, machine, asked) + "".join(
        f"\n{one}\n" for one in (raced, configured, matrices) if one
    )
    print(text)
    if not asked.keep_nothing and not asked.only:
        RESULTS.write_text(text)
    slow = any(result.bound and result.ratio > result.bound for result in results)
    is_late = raced is not None and raced.p95 > race.BOUND_MILLIS
    return int(slow or is_late or any(one is not None and one.is_slow for one in (configured, matrices)))


def measured(chosen: Sequence[Any], ground: grounds.Ground, asked: argparse.Namespace) -> list[Result]:
    """Measure some benchmarks in turns, beside the bare floor."""
    probes = [Probe(ground.bare_port, "/"), *(bench.probe(ground) for bench in chosen)]
    floor, *rest = measure(probes, asked.rounds, asked.requests)
    results = [Result("bare: Flask, psycopg, `SELECT 1`", statistics.median(floor), 1, None)]
    for bench, medians in zip(chosen, rest, strict=True):
        ratio = statistics.median(one / bare for one, bare in zip(medians, floor, strict=True))
        results.append(Result(bench.NAME, statistics.median(medians), ratio, bench.BOUND))
    return results + own_parts(chosen, floor, rest)


def own_parts(chosen: Sequence[Any], floor: list[float], rest: list[list[float]]) -> list[Result]:
    """Return what is left of checkout without the payment service's answer, where both were measured."""
    found = dict(zip(chosen, rest, strict=True))
    if payments.CHECKOUT not in found or payments.SANDBOX not in found:
        return []
    pairs = zip(found[payments.CHECKOUT], found[payments.SANDBOX], strict=True)
    own = [whole - theirs for whole, theirs in pairs]
    ratio = statistics.median(one / bare for one, bare in zip(own, floor, strict=True))
    return [Result(payments.OWN_PART, statistics.median(own), ratio, payments.OWN_BOUND)]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("only", nargs="*", help="names of benchmarks; all of them without")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--requests", type=int, default=400, help="requests a round and server")
    parser.add_argument("--keep-nothing", action="store_true", help="leave RESULTS.md as it is")
    return parser.parse_args()


def describe(url: str) -> str:
    """Say what was measured on."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB of memory, PostgreSQL {row[0] if row else '?'} (embedded, "
        f"fsync on), Python {platform.python_version()}, gunicorn gthread with {grounds.WORKERS} workers of "
        f"{grounds.THREADS} threads"
    )


def report(results: list[Result], machine: str, asked: argparse.Namespace) -> str:
    today = datetime.datetime.now(datetime.UTC).date()
    rows = "\n".join(map(str, results))
    return f"""# Results

`make bench`, {today}. {machine[0].upper()}{machine[1:]}.

HTTP on loopback, one kept-alive connection per server, as `saas_app` with row level security on; the
median of {asked.rounds} rounds of {asked.requests} requests, the servers taking turns within each round. The ratio is
the median of the rounds' own ratios: it is the figure that counts, and it may only fall.

| | median µs | × bare | bound |
|---|---:|---:|---:|
{rows}
"""


if __name__ == "__main__":
    sys.exit(main())
