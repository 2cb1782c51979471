"""Where each segment of a visit goes: the base in steps, and add-ons between them, beside or within them.

A step is what begins together; the next step begins when the longest of it ends. So an add-on beside a
segment never makes the visit longer than the longer of the two. Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from saas.catalogue.contents import AddOn, JoinMode, Segment, SegmentKind
from saas.kernel.errors import Invalid
from saas.kernel.spans import Span
from saas.kernel.text import N_


class CannotCompose(Invalid):
    """Segments that make no visit: of no minutes, in no place, or with one person twice at once."""

    code = "cannot_compose"
    sentence = N_("A visit needs segments of at least one minute.")


@dataclass(frozen=True)
class Added:
    """An add-on's segments, and how they join."""

    join: AddOn
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Placed:
    """A segment at its place in the visit; `add_on` is the slug of the one it belongs to, None the base's."""

    segment: Segment
    span: Span
    add_on: str | None = None


@dataclass
class _Step:
    """Segments that begin together, and add-ons beside them, each of them steps of its own."""

    segments: list[Segment]
    add_on: str | None = None
    lanes: list[list["_Step"]] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return max(*(s.minutes for s in self.segments), *(_length(lane) for lane in self.lanes), 0)

    def has(self, kind: SegmentKind) -> bool:
        return any(segment.kind is kind for segment in self.segments)

    @property
    def cleans(self) -> bool:
        return all(segment.kind is SegmentKind.TURNAROUND for segment in self.segments)


def arrange(base: Sequence[Segment], add_ons: Sequence[Added] = ()) -> tuple[Placed, ...]:
    """Return every segment at its place, in the order of starts; CannotCompose."""
    steps = _steps(base)
    for added in add_ons:
        _join(steps, added)
    return tuple(sorted(_placed(steps, 0), key=lambda part: part.span.start))


def _steps(segments: Sequence[Segment], add_on: str | None = None) -> list[_Step]:
    if not segments or any(segment.minutes <= 0 for segment in segments):
        raise CannotCompose
    if segments[0].parallel:
        raise CannotCompose(N_("The first segment has none before it to be parallel to."))
    steps: list[_Step] = []
    for segment in segments:
        if segment.parallel:
            steps[-1].segments.append(segment)
        else:
            steps.append(_Step([segment], add_on))
    return steps


def _join(steps: list[_Step], added: Added) -> None:
    """Put an add-on into *steps*: its cleaning up to the very end, for the patient leaves before any."""
    join = added.join
    own = _steps(added.segments, join.offering)
    lane, cleaning = [s for s in own if not s.cleans], [s for s in own if s.cleans]
    lane, rest = _divided(lane, join)
    if join.mode is JoinMode.SERIAL:
        at = _end_of_treatment(steps) if join.before is None else _anchor(steps, join, join.before)
        steps[at:at] = lane
        begun = at + len(lane)
    else:
        begun = _put_beside(steps, lane, join) + 1
    if join.rest_before is not None:
        at = _anchor(steps, join, join.rest_before)
        if at < begun:
            raise CannotCompose(
                N_("The rest of %(add_on)s would come before its beginning."), add_on=join.offering
            )
        steps[at:at] = rest
    steps.extend(cleaning)


def _divided(lane: list[_Step], join: AddOn) -> tuple[list[_Step], list[_Step]]:
    """Return the steps up to the last that is processing, and those after it, where *join* sets them apart."""
    if join.rest_before is None:
        return lane, []
    processing = [n for n, step in enumerate(lane) if step.has(SegmentKind.PROCESSING)]
    if not processing or processing[-1] == len(lane) - 1:
        raise CannotCompose(
            N_("%(add_on)s has nothing that follows a processing segment."), add_on=join.offering
        )
    return lane[: processing[-1] + 1], lane[processing[-1] + 1 :]


def _put_beside(steps: list[_Step], lane: list[_Step], join: AddOn) -> int:
    """Let *lane* begin with the segment that *join* names; return the number of its step."""
    kind = join.beside or SegmentKind.PROCESSING
    at = _anchor(steps, join, kind)
    if join.mode is JoinMode.INSIDE:
        _require_fitting(next(s for s in steps[at].segments if s.kind is kind), _length(lane), join)
    steps[at].lanes.append(lane)
    return at


def _require_fitting(around: Segment, minutes: int, join: AddOn) -> None:
    if around.kind is not SegmentKind.PROCESSING:
        raise CannotCompose(N_("%(add_on)s can be inside a processing segment only."), add_on=join.offering)
    if minutes > around.minutes:
        raise CannotCompose(
            N_("%(add_on)s takes %(minutes)s minutes and does not fit into %(around)s."),
            add_on=join.offering, minutes=minutes, around=around.minutes,
        )  # fmt: skip


def _anchor(steps: list[_Step], join: AddOn, kind: SegmentKind) -> int:
    """Return the number of the base's step that has the one segment of *kind*."""
    found = [
        n for n, step in enumerate(steps) if step.add_on is None for s in step.segments if s.kind is kind
    ]
    if len(found) != 1:
        raise CannotCompose(
            N_("%(add_on)s joins at the one segment of kind %(kind)s, and there are %(count)s."),
            add_on=join.offering, kind=kind.value, count=len(found),
        )  # fmt: skip
    return found[0]


def _end_of_treatment(steps: list[_Step]) -> int:
    """Return the number of the step before which a treatment ends: the base's finish, or the cleaning up."""
    finish = (n for n, step in enumerate(steps) if step.add_on is None and step.has(SegmentKind.FINISH))
    last = len(steps)
    while last and steps[last - 1].cleans:
        last -= 1
    return next(finish, last)


def _length(steps: Sequence[_Step]) -> int:
    return sum(step.minutes for step in steps)


def _placed(steps: Sequence[_Step], at: int) -> Iterator[Placed]:
    for step in steps:
        for segment in step.segments:
            yield Placed(segment, Span(at, at + segment.minutes), step.add_on)
        for lane in step.lanes:
            yield from _placed(lane, at)
        at += step.minutes
