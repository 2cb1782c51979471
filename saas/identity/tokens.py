"""API tokens: a program's key, with one role, printed once."""

from datetime import datetime
from uuid import UUID

from saas.db import session
from saas.identity.models import ApiToken
from saas.identity.roles import Role
from saas.identity.sessions import digest
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.errors import NotFound

PREFIX = "np_"

_FIND = """
SELECT id, name, role FROM api_tokens
WHERE tenant_id = %(tenant)s AND digest = %(digest)s AND revoked_at IS NULL
"""


def create(name: str, role: Role, actor: Actor) -> str:
    """Create a token and return it; it is not kept and cannot be shown again."""
    secret = PREFIX + ids.secret()
    row = ApiToken(id=ids.new(), name=name, role=role, digest=digest(secret))
    session.current().add(row)
    book.tell(EventKind.TOKEN_CREATED, row.id, actor)
    return secret


def find(secret: str) -> Actor | None:
    """Return who holds the token *secret* in the session's tenant, or None."""
    current = session.current()
    values = {"tenant": current.tenant_id, "digest": digest(secret)}
    row = current.connection().exec_driver_sql(_FIND, values).first()
    if row is None:
        return None
    return Actor(ActorKind.TOKEN, row.id, row.name, roles=frozenset([row.role]))


def revoke(token_id: UUID, now: datetime) -> None:
    """End a token. NotFound."""
    row = session.current().get(ApiToken, (session.current().tenant_id, token_id))
    if row is None:
        raise NotFound
    row.revoked_at = now
