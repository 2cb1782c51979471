"""Sessions of people who logged in: rows, listed and revocable. The cookie holds a random secret,
the row its digest; a copied cookie is dead once its row is revoked.

One statement answers who a cookie belongs to, roles included.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext
from flask_login import UserMixin
from sqlalchemy import select, update

from saas.db import session
from saas.identity.models import UserSession
from saas.identity.roles import LABELS, Role
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.errors import NotFound

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=5)

_FIND = """
SELECT s.id, s.user_id, s.last_seen_at, u.name, u.email,
       (SELECT array_agg(r.role) FROM user_roles r WHERE r.tenant_id = s.tenant_id AND r.user_id = s.user_id)
FROM sessions s JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
WHERE s.tenant_id = %(tenant)s AND s.token_digest = %(digest)s AND s.revoked_at IS NULL
  AND s.expires_at > %(now)s AND s.last_seen_at > %(idle_since)s AND u.disabled_at IS NULL
"""


@dataclass(frozen=True)
class StaffUser(Actor, UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """A member of staff who is logged in; what templates know as `current_user`."""

    @property
    def role_labels(self) -> list[str]:
        """The roles as people call them, in the request's language."""
        return [gettext(LABELS[role]) for role in Role if role in self.roles]


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret of 256 random bits, as hexadecimal; such a secret needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_for(user_id: UUID, user_agent: str, address: str, now: datetime) -> str:
    """Open a session for a user who has proved who they are; return the cookie's secret."""
    secret = ids.secret()
    row = UserSession(
        id=ids.new(), user_id=user_id, token_digest=digest(secret), user_agent=user_agent[:300],
        address=address, created_at=now, last_seen_at=now, expires_at=now + LONGEST,
    )  # fmt: skip
    session.current().add(row)
    book.tell(EventKind.SESSION_OPENED, row.id, Actor(ActorKind.USER, user_id))
    return secret


def find(secret: str, now: datetime) -> StaffUser | None:
    """Return who holds *secret* in the session's tenant, or None: unknown, ended, idle or disabled."""
    current = session.current()
    values = {"tenant": current.tenant_id, "digest": digest(secret), "now": now, "idle_since": now - IDLE}
    row = current.connection().exec_driver_sql(_FIND, values).first()
    if row is None:
        return None
    session_id, user_id, last_seen_at, name, email, roles = row
    if now - last_seen_at > SEEN_EVERY:
        _touch(session_id, now)
    return StaffUser(ActorKind.USER, user_id, name, email, frozenset(roles or ()), session_id)


def list_of(user_id: UUID, now: datetime) -> list[UserSession]:
    """Return the user's live sessions, the latest seen first."""
    query = select(UserSession).where(
        UserSession.user_id == user_id, UserSession.revoked_at.is_(None),
        UserSession.expires_at > now, UserSession.last_seen_at > now - IDLE,
    )  # fmt: skip
    return list(session.current().scalars(query.order_by(UserSession.last_seen_at.desc())))


def revoke(session_id: UUID, actor: Actor, now: datetime) -> None:
    """End one of the actor's own sessions. NotFound for any other."""
    mine = (UserSession.id == session_id, UserSession.user_id == actor.id, UserSession.revoked_at.is_(None))
    row = session.current().scalar(select(UserSession).where(*mine))
    if row is None:
        raise NotFound
    row.revoked_at = now
    book.tell(EventKind.SESSION_CLOSED, session_id, actor)


def revoke_others(actor: Actor, now: datetime) -> int:
    """End all of the actor's sessions but the present one; return how many."""
    others = [row for row in list_of(actor.id, now) if row.id != actor.session_id] if actor.id else []
    for row in others:
        row.revoked_at = now
        book.tell(EventKind.SESSION_CLOSED, row.id, actor)
    return len(others)


def _touch(session_id: UUID, now: datetime) -> None:
    session.current().execute(
        update(UserSession).where(UserSession.id == session_id).values(last_seen_at=now)
    )
