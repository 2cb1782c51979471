"""One person in two roles: who fills a visit's first role may fill others that are `or_lead` besides. Pure.

Then both roles are one for their time: they are bound from the first part of either to the last, and claimed once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from saas.kernel.spans import merged
from saas.scheduling.demand import RoleDemand


def joined(roles: Sequence[RoleDemand], person_id: UUID) -> RoleDemand | None:
    """Return the first role together with those that a candidate for it may fill besides; None where there is none."""
    lead, *others = roles
    besides = [role for role in others if role.or_lead]
    filling = [one for role in (lead, *besides) for one in role.candidates if one.id == person_id]
    if not besides or len(filling) < 1 + len(besides):
        return None
    allowed = -1
    for one in filling:
        allowed &= one.allowed
    spans = merged(span for role in (lead, *besides) for span in role.spans)
    return RoleDemand(lead.name, spans, (replace(filling[0], allowed=allowed),))


def filled(roles: Sequence[RoleDemand], crew: Sequence[UUID]) -> Iterator[tuple[RoleDemand, UUID]]:
    """Yield each role with who fills it; those of one person as one role, under the first one's name."""
    lead = joined(roles, crew[0]) if crew[0] in crew[1:] else None
    yield lead or roles[0], crew[0]
    for role, person in zip(roles[1:], crew[1:], strict=True):
        if person != crew[0]:
            yield role, person


def besides(roles: Sequence[RoleDemand], crew: Sequence[UUID]) -> Iterator[str]:
    """Yield the names of the roles that whoever fills the first fills besides."""
    yield from (role.name for role, person in zip(roles[1:], crew[1:], strict=True) if person == crew[0])
