"""What a search or a hold asks of scheduling, told in full: it never asks who may do what.

Offsets and lengths are minutes from the visit's start.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from saas.kernel.spans import Span


@dataclass(frozen=True)
class Overseer:
    """Someone who may supervise a candidate: the mask of when they are where they have to be for that.

    They are needed in `spans`. Who `is_beside` the patient gives their own time; of who has `seats` one is
    taken, for as many visits as they may supervise at the same time; of others nothing is taken.
    """

    id: UUID
    allowed: int
    spans: tuple[Span, ...]
    is_beside: bool = False
    seats: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """Someone who may fill a role: the mask of when they work here and may do it.

    Who may look after several patients at the same time has as many `seats`, else none. `alone` masks when
    nobody has to supervise them; at other times one of the `overseers` has to. `on_request` is the mask of when
    they work and a clinician has to decide whether they may; it shares nothing with `allowed`.
    """

    id: UUID
    allowed: int
    seats: tuple[UUID, ...] = ()
    alone: int = -1
    overseers: tuple[Overseer, ...] = ()
    on_request: int = 0


@dataclass(frozen=True)
class RoleDemand:
    """A role of the visit and who may fill it. The first role of a visit is its practitioner.

    Whoever fills the first may fill one that is `or_lead` as well, and does where they can (`joining`).
    """

    name: str
    spans: tuple[Span, ...]
    candidates: tuple[Candidate, ...]
    or_lead: bool = False

    @property
    def whole(self) -> Span:
        """From the role's first part of the visit to its last."""
        return Span(self.spans[0].start, self.spans[-1].end)

    def asking(self) -> "RoleDemand":
        """Return the role as it can be filled where a clinician may be asked."""
        widened = (replace(one, allowed=one.allowed | one.on_request) for one in self.candidates)
        return replace(self, candidates=tuple(widened))


@dataclass(frozen=True)
class PoolDemand:
    """Interchangeable rooms or devices, one of which the visit takes."""

    kind: str
    name: str
    spans: tuple[Span, ...]
    units: tuple[UUID, ...]


@dataclass(frozen=True)
class Cap:
    """At most *places* a local week for offering *offering_id*."""

    offering_id: UUID
    places: int


@dataclass(frozen=True)
class Demand:
    """A composed visit at one location within one window. `starts` masks grid, lead time and horizon.

    `requests` masks the starts for which there is time to ask a clinician; none where nobody is asked.
    `outages` has when rooms and devices of its pools are out of use.
    """

    roles: tuple[RoleDemand, ...]
    pools: tuple[PoolDemand, ...]
    patient: Span
    minutes: int
    starts: int
    cap: Cap | None = None
    shortest_minutes: int = 15
    labels: Mapping[UUID, str] = field(default_factory=dict)
    outages: Mapping[UUID, int] = field(default_factory=dict)
    requests: int = 0

    @property
    def may_ask(self) -> bool:
        """Whether a clinician could be asked about anybody at all."""
        return bool(self.requests) and any(one.on_request for role in self.roles for one in role.candidates)

    def resources(self) -> tuple[UUID, ...]:
        """Return every resource that could take part, in order."""
        candidates = [candidate for role in self.roles for candidate in role.candidates]
        people = {found for one in candidates for found in (one.id, *one.seats)}
        overseers = [overseer for one in candidates for overseer in one.overseers]
        people |= {seat for one in overseers for seat in one.seats}
        people |= {one.id for one in overseers if one.is_beside}
        units = {unit for pool in self.pools for unit in pool.units}
        return tuple(sorted(people | units))
