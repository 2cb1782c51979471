"""THE timeline of a visit: which person, room and device is needed when, and what the patient sees.

Search, claims and calendar all take it. Segments follow one another; what one resource does without a
break is one span, because two spans of one visit that touch would collide with themselves. A room is
held from its first use to its last, whatever happens between.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from saas.catalogue.contents import Segment
from saas.kernel.spans import Span, merged


@dataclass(frozen=True)
class Need:
    """A resource the visit needs: one of *kind* (role, room or device) called *name*, in *spans*."""

    kind: str
    name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Placed:
    """A segment at its place in the visit."""

    segment: Segment
    span: Span


@dataclass(frozen=True)
class Timeline:
    """A composed visit. `patient` is when the patient is there; `minutes` includes the cleaning up."""

    placed: tuple[Placed, ...]
    needs: tuple[Need, ...]
    patient: Span
    minutes: int


def compose(segments: Sequence[Segment]) -> Timeline:
    """Return the timeline of *segments*, one after another. ValueError without a minute to fill."""
    placed = _placed(segments)
    if not placed or any(part.span.minutes <= 0 for part in placed):
        raise ValueError("a visit needs segments of at least one minute")
    present = [part.span for part in placed if part.segment.patient_present]
    patient = Span(present[0].start, present[-1].end) if present else Span(0, 0)
    needs = (*_by_role(placed), *_rooms(placed), *_devices(placed))
    return Timeline(tuple(placed), needs, patient, placed[-1].span.end)


def _placed(segments: Iterable[Segment]) -> list[Placed]:
    out, at = [], 0
    for segment in segments:
        out.append(Placed(segment, Span(at, at + segment.minutes)))
        at += segment.minutes
    return out


def _by_role(placed: Sequence[Placed]) -> list[Need]:
    return _needs("role", {part.span: part.segment.roles for part in placed})


def _devices(placed: Sequence[Placed]) -> list[Need]:
    return _needs("device", {part.span: part.segment.devices for part in placed})


def _rooms(placed: Sequence[Placed]) -> list[Need]:
    spans: dict[str, list[Span]] = {}
    for part in placed:
        if part.segment.room:
            spans.setdefault(part.segment.room, []).append(part.span)
    return [Need("room", kind, (Span(used[0].start, used[-1].end),)) for kind, used in spans.items()]


def _needs(kind: str, names_by_span: Mapping[Span, Sequence[str]]) -> list[Need]:
    spans: dict[str, list[Span]] = {}
    for span, names in names_by_span.items():
        for name in names:
            spans.setdefault(name, []).append(span)
    return [Need(kind, name, merged(used)) for name, used in spans.items()]
