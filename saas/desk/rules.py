"""Spans of instants, half-open, as a calendar shades them. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

Stretch = tuple[datetime, datetime]


def gaps(taken: Iterable[Stretch], within: Stretch) -> list[Stretch]:
    """Return what of *within* no stretch of *taken* covers, in order."""
    at, last = within
    found = []
    for starts, ends in sorted(taken):
        if starts > at:
            found.append((at, min(starts, last)))
        at = max(at, ends)
        if at >= last:
            break
    if at < last:
        found.append((at, last))
    return [(starts, ends) for starts, ends in found if starts < ends]


def shared(one: Iterable[Stretch], other: Sequence[Stretch]) -> list[Stretch]:
    """Return what both have, in order."""
    pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in one for b in other)
    return sorted((starts, ends) for starts, ends in pairs if starts < ends)


def within(stretch: Stretch, bounds: Stretch) -> Stretch | None:
    """Return the part of *stretch* inside *bounds*, or None."""
    return next(iter(shared([stretch], [bounds])), None)
