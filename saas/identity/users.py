"""Members of staff who log in: added, changed, disabled; their roles and passwords."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from limits import parse
from sqlalchemy import delete, func, select

from saas.db import session
from saas.identity import passwords
from saas.identity.models import User, UserRole, UserSession
from saas.identity.roles import Role
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor
from saas.kernel.errors import Conflict, Invalid, NotFound
from saas.kernel.text import N_
from saas.web import throttle

GUESSES = parse("10 per 15 minute")


class WrongPassword(Invalid):
    """The present password was not the right one."""

    code = "wrong_password"
    sentence = N_("That is not your present password.")


class EmailTaken(Conflict):
    """The address is another user's."""

    code = "email_taken"
    sentence = N_("Somebody else here already signs in with %(email)s.")


def put(
    email: str, name: str, roles: Iterable[Role], actor: Actor, user_id: UUID | None = None
) -> tuple[UUID, bool]:
    """Add the user, or bring name, e-mail and roles of *user_id* to this; one who was disabled revives.

    Returns the id and whether anything changed. EmailTaken where another user has the address.
    """
    holder = find(email)
    user = get(user_id) if user_id else holder
    if holder is not None and holder is not user:
        raise EmailTaken(email=email)
    if user is None:
        user = _add(email, name, actor)
        changed = True
    else:
        changed = _describe(user, email=email.lower(), name=name, disabled_at=None, actor=actor)
    return user.id, _set_roles(user, set(roles), actor) or changed


def park(user_id: UUID) -> None:
    """Take a user's address, so that another may have it; they cannot log in until `put` gives one."""
    get(user_id).email = f"{user_id}@parked.invalid"
    session.current().flush()


def _describe(user: User, *, actor: Actor, **values: Any) -> bool:
    fields = [name for name, value in values.items() if getattr(user, name) != value]
    for name in fields:
        setattr(user, name, values[name])
    if fields:
        session.current().flush()
        book.tell(EventKind.USER_CHANGED, user.id, actor, fields=fields)
    return bool(fields)


def _add(email: str, name: str, actor: Actor) -> User:
    user = User(id=ids.new(), email=email.lower(), name=name, password_hash=None)
    session.current().add(user)
    session.current().flush()
    book.tell(EventKind.USER_ADDED, user.id, actor)
    return user


def _set_roles(user: User, roles: set[Role], actor: Actor) -> bool:
    held = {Role(role) for role in roles_of(user.id)}
    if held == roles:
        return False
    current = session.current()
    current.execute(delete(UserRole).where(UserRole.user_id == user.id, UserRole.role.in_(held - roles)))
    current.add_all(UserRole(user_id=user.id, role=role) for role in sorted(roles - held))
    current.flush()
    book.tell(EventKind.USER_CHANGED, user.id, actor, fields=["roles"])
    return True


def set_password(user_id: UUID, password: str, actor: Actor) -> None:
    """Give the user *password* and end all their sessions. PasswordTooWeak."""
    user = get(user_id)
    passwords.require_strong(password, user.email, user.name)
    user.password_hash = passwords.hashed(password)
    _end_sessions(user_id)
    book.tell(EventKind.USER_PASSWORD_CHANGED, user_id, actor)


def change_password(user_id: UUID, present: str, new: str, actor: Actor) -> None:
    """Let a user change their own password. WrongPassword, PasswordTooWeak, TooMany after ten wrong ones."""
    throttle.require(GUESSES, "present-password", str(user_id))
    if not passwords.matches(present, get(user_id).password_hash):
        throttle.count(GUESSES, "present-password", str(user_id))
        raise WrongPassword
    set_password(user_id, new, actor)


def disable(user_id: UUID | None, actor: Actor, now: datetime) -> None:
    """Keep a user from logging in, and end their sessions; does nothing where there is none."""
    if user_id is None:
        return
    user = get(user_id)
    user.disabled_at = now
    _end_sessions(user_id)
    book.tell(EventKind.USER_CHANGED, user_id, actor, fields=["disabled_at"])


def get(user_id: UUID) -> User:
    """Return the user; NotFound."""
    user = session.current().scalar(select(User).where(User.id == user_id))
    if user is None:
        raise NotFound
    return user


def find(email: str) -> User | None:
    """Return the user who logs in with *email*."""
    return session.current().scalar(select(User).where(User.email == email.strip().lower()))


def list_all() -> list[tuple[User, list[str]]]:
    """Return every user with their roles, by name."""
    roles = func.array_agg(UserRole.role).label("roles")
    query = (
        select(User, roles)
        .outerjoin(UserRole, (UserRole.tenant_id == User.tenant_id) & (UserRole.user_id == User.id))
        .group_by(User.tenant_id, User.id)
        .order_by(User.name)
    )
    return [(user, sorted(filter(None, held))) for user, held in session.current().execute(query)]


def roles_of(user_id: UUID) -> list[str]:
    """Return the roles of a user."""
    return sorted(session.current().scalars(select(UserRole.role).where(UserRole.user_id == user_id)))


def _end_sessions(user_id: UUID) -> None:
    sessions = select(UserSession).where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None))
    for row in session.current().scalars(sessions):
        row.revoked_at = func.now()
