"""The client: one kept-alive connection per server, rounds that take turns, medians."""

import http.client
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Probe:
    """The request that is repeated."""

    port: int
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: str | None = None


@dataclass
class Line:
    """One keep-alive connection and what was measured on it, in microseconds."""

    probe: Probe
    medians: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.probe.port, timeout=30)

    def ask(self) -> None:
        probe = self.probe
        self.connection.request(probe.method, probe.path, probe.body, dict(probe.headers))
        response = self.connection.getresponse()
        body = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{probe.path} answered {response.status}: {body[:300]!r}")

    def round(self, requests: int) -> None:
        """Ask *requests* times and keep the median."""
        taken = []
        for _ in range(requests):
            began = time.perf_counter_ns()
            self.ask()
            taken.append(time.perf_counter_ns() - began)
        self.medians.append(statistics.median(taken) / 1000)


def measure(probes: Sequence[Probe], rounds: int, requests: int) -> list[list[float]]:
    """Return each probe's medians by round; within a round every probe has its turn."""
    lines = [Line(probe) for probe in probes]
    for line in lines:
        for _ in range(requests):
            line.ask()
    for _ in range(rounds):
        for line in lines:
            line.round(requests)
    return [line.medians for line in lines]
