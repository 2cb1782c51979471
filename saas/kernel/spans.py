"""Spans of time, half-open: from `start` up to but not including `end`. Minutes within a visit."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Span:
    """Minutes from *start* to *end* of a visit's own clock, which begins at 0."""

    start: int
    end: int

    @property
    def minutes(self) -> int:
        """How long the span is."""
        return self.end - self.start


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return *spans* joined where they touch or overlap, in order; empty ones vanish."""
    out: list[Span] = []
    for span in sorted(s for s in spans if s.start < s.end):
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return tuple(out)
