"""The client: one kept-alive connection per server, rounds that take turns, medians."""

import http.client
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Probe:
    """The request that is repeated; or what is called in its place."""

    port: int
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: str | None = None
    make_body: Callable[[], str] | None = None
    make_headers: Callable[[], Mapping[str, str]] | None = None
    call: Callable[[], object] | None = None
    before: Callable[[http.client.HTTPConnection], str] | None = None
    after: Callable[[http.client.HTTPConnection, bytes], None] | None = None


@dataclass
class Line:
    """One keep-alive connection and what was measured on it, in microseconds."""

    probe: Probe
    medians: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.probe.port, timeout=30)

    def ask(self) -> int:
        """Ask once and return how long the answer took, in nanoseconds.

        What comes *before*, and returns the path, and what comes *after* is not timed.
        """
        probe = self.probe
        if probe.call:
            began = time.perf_counter_ns()
            probe.call()
            return time.perf_counter_ns() - began
        path = probe.before(self.connection) if probe.before else probe.path
        body = probe.make_body() if probe.make_body else probe.body
        headers = {**probe.headers, **(probe.make_headers() if probe.make_headers else {})}
        began = time.perf_counter_ns()
        self.connection.request(probe.method, path, body, headers)
        response = self.connection.getresponse()
        answer = response.read()
        took = time.perf_counter_ns() - began
        if response.status >= 400:
            raise RuntimeError(f"{path} answered {response.status}: {answer[:300]!r}")
        if probe.after:
            probe.after(self.connection, answer)
        return took

    def round(self, requests: int) -> None:
        """Ask *requests* times and keep the median."""
        self.connection.close()  # the others' turns may have outlasted the server's keep-alive
        self.ask()
        taken = [self.ask() for _ in range(requests)]
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
