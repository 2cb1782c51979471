"""Who can fill a visit's roles together, and when. Pure.

One person fills a role, different roles different people. Who looks after one patient at a time is bound
from their first part of the visit to their last. Who may look after several is free in between, where another
visit may lie; they take one of as many seats for all that time, so that the constraint on claims forbids one
patient more. Search and claims both ask here, so that what is offered can be had.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from uuid import UUID, uuid5

from saas.kernel.spans import Span
from saas.scheduling import masks
from saas.scheduling.demand import Candidate, RoleDemand

Crew = tuple[UUID, ...]  # one person a role, in the order of the roles
Bench = Sequence[Sequence[tuple[UUID, int]]]  # for each role who could fill it, and when


@lru_cache(maxsize=4096)
def seats(person_id: UUID, most: int) -> tuple[UUID, ...]:
    """Return the seats of who may look after *most* patients at a time; none for one after another."""
    return tuple(uuid5(person_id, f"seat {number}") for number in range(most)) if most > 1 else ()


def bound(candidate: Candidate, role: RoleDemand) -> tuple[Span, ...]:
    """Return when the visit takes the person's own time in that role."""
    return role.spans if candidate.seats else (role.whole,)


def mask(candidate: Candidate, role: RoleDemand, busy: Mapping[UUID, int]) -> int:
    """Return the visit's starts at which the person can fill the role; *busy* is what is claimed."""
    free = candidate.allowed & ~busy.get(candidate.id, 0)
    found = masks.fitting(free, masks.widened(bound(candidate, role)))
    if found and candidate.seats and all(seat in busy for seat in candidate.seats):
        whole = masks.widened([role.whole])
        found &= masks.any_of(masks.fitting(~busy[seat], whole) for seat in candidate.seats)
    return found


def crews(
    roles: Sequence[RoleDemand], busy: Mapping[UUID, int], common: int
) -> dict[UUID, tuple[tuple[Crew, int], ...]]:
    """Return, for each practitioner (who fills the first role), who completes the crew at which starts.

    Each start within *common* that is possible at all stands with one crew: those are preferred who could
    not be the visit's practitioner.
    """
    lead, *others = roles
    leading = {candidate.id for candidate in lead.candidates}
    bench = [_bench(role, leading, busy) for role in others]
    found = {}
    for candidate in lead.candidates:
        starts = mask(candidate, lead, busy) & common
        if starts and (parts := tuple(_completed((candidate.id,), starts, bench))):
            found[candidate.id] = parts
    return found


def _bench(role: RoleDemand, leading: set[UUID], busy: Mapping[UUID, int]) -> list[tuple[UUID, int]]:
    ordered = sorted(role.candidates, key=lambda candidate: (candidate.id in leading, candidate.id))
    return [(candidate.id, mask(candidate, role, busy)) for candidate in ordered]


def _completed(crew: Crew, starts: int, bench: Bench) -> Iterator[tuple[Crew, int]]:
    if not bench:
        yield crew, starts
        return
    for person, free in bench[0]:
        shared = starts & free
        if shared and person not in crew:
            for complete, when in _completed((*crew, person), shared, bench[1:]):
                yield complete, when
                starts &= ~when
        if not starts:
            return
