"""THE timeline of a visit: which person, room and device is needed when, and what the patient sees.

Search, claims and calendar all take it. Segments follow one another, those marked parallel begin with the
one before; add-ons join between, beside or within them. Whoever is called by the same role is one person
for the whole visit, different roles are different people, and nobody is needed twice at once. What one
resource does without a break is one span, because two spans of one visit that touch would collide with
themselves. A room is held from its first use to its last, whatever happens between.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from saas.catalogue import adding, arranging
from saas.catalogue.arranging import Added, CannotCompose, Placed
from saas.catalogue.contents import PRACTITIONER, Offering, Segment
from saas.kernel.spans import Span, merged
from saas.kernel.text import N_

__all__ = ["Added", "CannotCompose", "Need", "Placed", "Timeline", "compose", "of_offering"]

LONGEST_MINUTES = 24 * 60


@dataclass(frozen=True)
class Need:
    """A resource the visit needs: one of *kind* (role, room or device) called *name*, in *spans*.

    Whoever fills a role must be allowed all of *procedures*, sorted; none means anybody who treats.
    `depth_mm` is the deepest that is planned of them; `by` are the professions an examiner is of. `sites` are where a
    device is used on the body, "" where nobody said; for the uses in `off_label` patients give their consent.
    """

    kind: str
    name: str
    spans: tuple[Span, ...]
    procedures: tuple[str, ...] = ()
    depth_mm: Decimal | None = None
    by: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    off_label: tuple[str, ...] = ()

    @property
    def planned(self) -> "Need":
        """What is to be done, whoever does it and whenever."""
        return Need("role", "", (), self.procedures, self.depth_mm, self.by, self.sites, self.off_label)


@dataclass(frozen=True)
class Timeline:
    """A composed visit. `patient` is when the patient is there; `minutes` includes the cleaning up.

    `placed` is in the order of starts, base before add-ons. The first of `needs` is the practitioner's.
    """

    placed: tuple[Placed, ...]
    needs: tuple[Need, ...]
    patient: Span
    minutes: int


def of_offering(base: Offering, add_ons: Sequence[Offering] = ()) -> Timeline:
    """Return the timeline of *base* with *add_ons*, in whichever order they are given.

    AddOnRefused where one does not go with the base or with another; CannotCompose where it cannot be.
    """
    by_slug = {add_on.slug: add_on for add_on in add_ons}
    joins = adding.require(base, [add_on.slug for add_on in add_ons])
    return compose(base.segments, [Added(join, by_slug[join.offering].segments) for join in joins])


def compose(base: Sequence[Segment], add_ons: Sequence[Added] = ()) -> Timeline:
    """Return the timeline of the segments *base* with *add_ons* joined to it; CannotCompose."""
    placed = arranging.arrange(base, add_ons)
    present = [part.span for part in placed if part.segment.patient_present]
    patient = Span(present[0].start, max(span.end for span in present)) if present else Span(0, 0)
    base_first = sorted(placed, key=lambda part: part.add_on is not None)
    needs = (*_roles(base_first), *_rooms(base_first), *_devices(base_first))
    minutes = max(part.span.end for part in placed)
    if minutes > LONGEST_MINUTES:
        raise CannotCompose(
            N_("The visit would take %(minutes)s minutes, longer than a day."), minutes=minutes
        )
    return Timeline(placed, needs, patient, minutes)


def acts(segments: Iterable[Segment]) -> dict[str, tuple[str, ...]]:
    """Return for each role the procedures of all segments that it takes part in, sorted."""
    found: dict[str, set[str]] = {}
    for segment in segments:
        for role in segment.roles:
            found.setdefault(role, set()).update(segment.procedures)
    return {role: tuple(sorted(procedures)) for role, procedures in found.items()}


def roles(segments: Iterable[Segment]) -> list[Need]:
    """Return what whoever fills each role of *segments* must be allowed, however these follow one another."""
    parts = list(segments)
    return [
        _role(role, (), procedures, [one for one in parts if role in one.roles])
        for role, procedures in acts(parts).items()
    ]


def _roles(placed: Sequence[Placed]) -> list[Need]:
    allowed = acts(part.segment for part in placed)
    found: dict[str, list[Placed]] = {}
    for part in placed:
        for role in part.segment.roles:
            found.setdefault(role, []).append(part)
    return [
        _role(role, _apart(role, parts), allowed[role], [part.segment for part in parts])
        for role, parts in sorted(found.items(), key=lambda item: item[0] != PRACTITIONER)
    ]  # fmt: skip


def _role(name: str, spans: tuple[Span, ...], procedures: tuple[str, ...], parts: Sequence[Segment]) -> Need:
    by = next((one.by for one in parts if one.by), ())
    with_device = [one for one in parts if one.devices]
    sites = {site for one in with_device for site in one.sites or ("",)}
    uses = {use for one in with_device for use in one.off_label}
    return Need(
        "role", name, spans, procedures, _deepest(parts), by, tuple(sorted(sites)), tuple(sorted(uses))
    )


def _deepest(segments: Iterable[Segment]) -> Decimal | None:
    return max((one.depth_mm for one in segments if one.depth_mm is not None), default=None)


def _devices(placed: Sequence[Placed]) -> list[Need]:
    found: dict[str, list[Placed]] = {}
    for part in placed:
        for device in part.segment.devices:
            found.setdefault(device, []).append(part)
    return [Need("device", device, _apart(device, parts)) for device, parts in found.items()]


def _rooms(placed: Sequence[Placed]) -> list[Need]:
    found: dict[str, list[Span]] = {}
    for part in placed:
        if part.segment.room:
            found.setdefault(part.segment.room, []).append(part.span)
    return [Need("room", kind, (_whole(spans),)) for kind, spans in found.items()]


def _whole(spans: Iterable[Span]) -> Span:
    ordered = sorted(spans)
    return Span(ordered[0].start, max(span.end for span in ordered))


def _apart(name: str, parts: Sequence[Placed]) -> tuple[Span, ...]:
    """Return the spans of *parts* merged; CannotCompose where two of them are at the same time."""
    spans = [part.span for part in parts]
    joined = merged(spans)
    if sum(span.minutes for span in joined) < sum(span.minutes for span in spans):
        raise CannotCompose(N_("%(name)s would be needed twice at once."), name=name)
    return joined
