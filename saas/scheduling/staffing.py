"""Who can fill a visit's roles together, and when. Pure.

One person fills a role, different roles different people, but for a role that whoever fills the first may fill as
well (`joining`). Who looks after one patient at a time is bound
from their first part of the visit to their last. Who may look after several is free in between, where another
visit may lie; they take one of as many seats for all that time, so that the constraint on claims forbids one
patient more. Search and claims both ask here, so that what is offered can be had.

Who has to be supervised fills a role only while somebody supervises them: beside the patient with their own
time, in which they fill no other role, or at the place, where they take one of as many seats as they may
supervise visits at a time and may treat patients of their own meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from uuid import UUID, uuid5

from saas.kernel.spans import Span
from saas.scheduling import joining, masks
from saas.scheduling.demand import Candidate, Overseer, RoleDemand

Crew = tuple[UUID, ...]  # one person a role, in the order of the roles
Crews = dict[
    UUID, tuple[tuple[Crew, int], ...]
]  # by the practitioner, who completes the crew at which starts
# For each role who could fill it, and when; None where whoever fills the first role does.
Bench = Sequence[Sequence[tuple[UUID, int]] | None]


@lru_cache(maxsize=4096)
def seats(person_id: UUID, most: int) -> tuple[UUID, ...]:
    """Return the seats of who may look after *most* patients at a time; none for one after another."""
    return tuple(uuid5(person_id, f"seat {number}") for number in range(most)) if most > 1 else ()


@lru_cache(maxsize=4096)
def watches(person_id: UUID, most: int) -> tuple[UUID, ...]:
    """Return the seats of who may supervise *most* visits at a time by being there."""
    return tuple(uuid5(person_id, f"watch {number}") for number in range(most))


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
    return found and found & overseen(candidate, role, busy)


def overseen(candidate: Candidate, role: RoleDemand, busy: Mapping[UUID, int], crew: Crew = ()) -> int:
    """Return the starts at which nobody has to supervise the person in that role, or somebody can.

    Nobody of the *crew* is beside the patient for that.
    """
    if candidate.alone == -1:
        return -1
    alone = masks.fitting(candidate.alone, masks.widened([role.whole]))
    return alone | masks.any_of(overseeing(one, busy) for one in candidate.overseers if _is_free(one, crew))


def overseeing(one: Overseer, busy: Mapping[UUID, int]) -> int:
    """Return the starts at which somebody can supervise."""
    spans = masks.widened(one.spans)
    found = masks.fitting(one.allowed & ~busy.get(one.id, 0) if one.is_beside else one.allowed, spans)
    if found and one.seats and all(seat in busy for seat in one.seats):
        found &= masks.any_of(masks.fitting(~busy[seat], spans) for seat in one.seats)
    return found


def overseer(
    candidate: Candidate, role: RoleDemand, busy: Mapping[UUID, int], crew: Crew, granule: int
) -> Overseer | None:
    """Return who supervises the person in that role at a start; None where nobody has to."""
    if masks.fitting(candidate.alone, masks.widened([role.whole])) >> granule & 1:
        return None
    able = (one for one in candidate.overseers if _is_free(one, crew))
    return next(one for one in able if overseeing(one, busy) >> granule & 1)


def crews(roles: Sequence[RoleDemand], busy: Mapping[UUID, int], common: int) -> Crews:
    """Return, for each practitioner (who fills the first role), who completes the crew at which starts.

    Each start within *common* that is possible at all stands with one crew: those are preferred about whom
    nobody has to be asked, and who could not be the visit's practitioner; before them, whoever is and may do both.
    """
    lead, *others = roles
    leading = {candidate.id for candidate in lead.candidates}
    bench, watched = [_bench(role, leading, busy) for role in others], _watched(roles, busy)
    found = {}
    for candidate in lead.candidates:
        parts, starts = list[tuple[Crew, int]](), common
        if both := joining.joined(roles, candidate.id):
            alone = [None if role.or_lead else one for role, one in zip(others, bench, strict=True)]
            able = mask(both.candidates[0], both, busy) & common
            parts += _completed((candidate.id,), able, alone, watched) if able else ()
            starts &= ~masks.any_of(when for _, when in parts)
        starts &= mask(candidate, lead, busy)
        if starts:
            parts += _completed((candidate.id,), starts, bench, watched)
        if parts:
            found[candidate.id] = tuple(parts)
    return found


def _bench(role: RoleDemand, leading: set[UUID], busy: Mapping[UUID, int]) -> list[tuple[UUID, int]]:
    ordered = sorted(
        role.candidates,
        key=lambda candidate: (candidate.on_request > 0, candidate.id in leading, candidate.id),
    )
    return [(candidate.id, mask(candidate, role, busy)) for candidate in ordered]


def _is_free(one: Overseer, crew: Crew) -> bool:
    return not one.is_beside or one.id not in crew


def _watched(roles: Sequence[RoleDemand], busy: Mapping[UUID, int]) -> Callable[[Crew], int]:
    """Return what says of a crew at which starts everybody of it is supervised who has to be."""
    some = [
        (number, one, role) for number, role in enumerate(roles) for one in role.candidates if one.alone != -1
    ]

    def of(crew: Crew) -> int:
        mask = -1
        for number, one, role in some:
            if crew[number] == one.id:
                mask &= overseen(one, role, busy, crew)
        return mask

    return of


def _completed(
    crew: Crew, starts: int, bench: Bench, watched: Callable[[Crew], int]
) -> Iterator[tuple[Crew, int]]:
    if not bench:
        if starts := starts & watched(crew):
            yield crew, starts
        return
    if bench[0] is None:
        yield from _completed((*crew, crew[0]), starts, bench[1:], watched)
        return
    for person, free in bench[0]:
        shared = starts & free
        if shared and person not in crew:
            for complete, when in _completed((*crew, person), shared, bench[1:], watched):
                yield complete, when
                starts &= ~when
        if not starts:
            return
