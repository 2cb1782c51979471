"""A visit as it is drawn: a lane for the patient, each role, the room and each device, and a ruler. Pure.

Where the practitioner is needed before and after but not in between, they are free for another patient, and
the lane shows it. Places are shares of the drawing's width, in per cent, as an SVG's attributes take them.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from saas.catalogue.arranging import Placed
from saas.catalogue.composing import Need, Timeline
from saas.catalogue.contents import PRACTITIONER, SegmentKind
from saas.kernel.spans import Span, merged

# What stands this close to the mark before it would be written over it.
CLOSEST_SHARE = 0.055


@dataclass(frozen=True)
class Bar:
    """A stretch of a lane: `kind` is `base`, `add_on`, `free` (the practitioner is), `there` or `held`.

    `part` is the segment it stands for, None where it stands for no one segment.
    """

    span: Span
    kind: str
    part: Placed | None = None


@dataclass(frozen=True)
class Lane:
    """One line of the drawing: of the patient, a role, a room or a device called *name*."""

    kind: str
    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Drawing:
    """The lanes, and the minutes that the ruler names; both out of *total* minutes."""

    lanes: tuple[Lane, ...]
    ticks: tuple[int, ...]
    total: int


def draw(timeline: Timeline, total: int = 0) -> Drawing:
    """Return the drawing of *timeline*; *total* minutes wide, so that two can be compared."""
    whole = max(total, timeline.minutes)
    lanes = [Lane("patient", "", (Bar(timeline.patient, "there"),))] if timeline.patient.minutes else []
    lanes += [_lane(need, timeline.placed) for need in timeline.needs]
    return Drawing(tuple(lanes), tuple(_ticks(timeline, whole)), whole)


def share(minutes: int, total: int) -> str:
    """Return *minutes* of *total* as an SVG's attribute: `33.333%`."""
    return f"{100 * minutes / total:.3f}%"


def _lane(need: Need, placed: Sequence[Placed]) -> Lane:
    if need.kind == "room":
        return Lane("room", need.name, tuple(Bar(span, "held") for span in need.spans))
    bars = [
        Bar(part.span, "add_on" if part.add_on else "base", part) for part in placed if _is_of(need, part)
    ]
    if need.kind == "role" and need.name == PRACTITIONER:
        bars += _free(need.spans, placed)
    return Lane(need.kind, need.name, tuple(sorted(bars, key=lambda bar: bar.span)))


def _is_of(need: Need, part: Placed) -> bool:
    return need.name in (part.segment.roles if need.kind == "role" else part.segment.devices)


def _free(busy: Sequence[Span], placed: Sequence[Placed]) -> Iterator[Bar]:
    """Yield the gaps between what the practitioner does, each with the segment that is processing then."""
    for before, after in itertools.pairwise(merged(busy)):
        gap = Span(before.end, after.start)
        yield Bar(gap, "free", _processing_in(gap, placed))


def _processing_in(gap: Span, placed: Iterable[Placed]) -> Placed | None:
    waiting = (
        part for part in placed
        if part.segment.kind is SegmentKind.PROCESSING
        and part.span.start < gap.end and part.span.end > gap.start
    )  # fmt: skip
    return max(waiting, key=lambda part: (part.add_on is None, part.span.minutes), default=None)


def _ticks(timeline: Timeline, whole: int) -> Iterator[int]:
    """Yield the minutes worth naming: the beginning, the end, and where something begins in between."""
    marks = sorted({part.span.start for part in timeline.placed})
    last, closest = -whole, whole * CLOSEST_SHARE
    for mark in marks:
        if mark - last >= closest and timeline.minutes - mark >= closest:
            yield mark
            last = mark
    yield timeline.minutes
