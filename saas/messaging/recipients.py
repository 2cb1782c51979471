"""Who of the staff hears of what: those who look after credentials, and those who decide about visits on request.

Where a clinic has nobody in such a role, its owners hear of it. Who cannot log in any more hears of nothing.
"""

from collections.abc import Collection
from uuid import UUID

from saas.identity import users
from saas.identity.roles import Role

KEEPERS = frozenset({Role.OWNER, Role.CLINICAL_ADMIN})
DECIDERS = frozenset({Role.MEDICAL_DIRECTOR, Role.CLINICAL_ADMIN})


def keepers(of: UUID | None) -> list[UUID]:
    """Return the users who look after credentials, and *of*, whose credential it is, where they log in."""
    known = _known()
    mine = [of] if of in known else []
    return list(dict.fromkeys([*mine, *_in(KEEPERS, known)]))


def deciders() -> list[UUID]:
    """Return the users who decide about visits on request."""
    return _in(DECIDERS, _known())


def _known() -> dict[UUID, list[str]]:
    return {user.id: held for user, held in users.list_all() if user.disabled_at is None}


def _in(roles: Collection[Role], known: dict[UUID, list[str]]) -> list[UUID]:
    found = [one for one, held in known.items() if set(held) & set(roles)]
    return found or [one for one, held in known.items() if Role.OWNER in held]
