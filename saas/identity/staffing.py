"""Accounts of many at once, as a configuration names them: added, described, disabled; a statement a table.

An account belongs to a person, not to an address: whoever comes after a colleague who left gets the
address with an account of their own, and not the colleague's password.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import inspect, or_, select, update

from saas.db import session
from saas.identity.models import User, UserRole, UserSession
from saas.identity.roles import Role
from saas.identity.users import EmailTaken
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor


@dataclass(frozen=True)
class Account:
    """The account that somebody should have; `user_id` is the one they have, None where they have none yet."""

    email: str
    name: str
    roles: Collection[Role]
    user_id: UUID | None = None


def put_all(wanted: Mapping[UUID, Account], owners: Mapping[UUID, UUID], actor: Actor) -> dict[UUID, UUID]:
    """Give each person (by id) the account that is wanted; return the accounts' ids, by person.

    *owners* says whose an account is, by its id, also where that person left: the address of such an
    account may pass to somebody else. EmailTaken where it is an account's that nobody of these has.
    """
    if not wanted:
        return {}
    users = _known(wanted.values())
    _free_addresses(wanted, users, owners)
    made = {person: _described(account, users) for person, account in wanted.items()}
    current = session.current()
    current.add_all(made[person] for person in made if made[person].id not in users)
    fields = {user.id: _changed(user) for user in made.values() if user.id in users}
    current.flush()
    _set_roles({made[person].id: set(account.roles) for person, account in wanted.items()}, fields)
    added: dict[UUID, dict[str, object]] = {user.id: {} for user in made.values() if user.id not in users}
    book.tell_all(EventKind.USER_ADDED, added, actor)
    book.tell_all(
        EventKind.USER_CHANGED, {one: {"fields": said} for one, said in fields.items() if said}, actor
    )
    return {person: user.id for person, user in made.items()}


def disable_all(user_ids: Sequence[UUID], actor: Actor, now: datetime) -> None:
    """Keep these users from logging in, and end their sessions."""
    if not user_ids:
        return
    current = session.current()
    for user in current.scalars(select(User).where(User.id.in_(user_ids))):
        user.disabled_at = now
    current.flush()
    current.execute(
        update(UserSession)
        .where(UserSession.user_id.in_(user_ids), UserSession.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
    book.tell_all(EventKind.USER_CHANGED, {one: {"fields": ["disabled_at"]} for one in user_ids}, actor)


def _known(accounts: Collection[Account]) -> dict[UUID, User]:
    has_address = User.email.in_({one.email.lower() for one in accounts})
    is_theirs = User.id.in_({one.user_id for one in accounts if one.user_id})
    return {
        user.id: user for user in session.current().scalars(select(User).where(or_(has_address, is_theirs)))
    }


def _free_addresses(
    wanted: Mapping[UUID, Account], users: Mapping[UUID, User], owners: Mapping[UUID, UUID]
) -> None:
    """Take the addresses that pass to someone else, so that two people may even swap theirs."""
    holders = {user.email: user for user in users.values()}
    for person, account in wanted.items():
        holder = holders.get(account.email.lower())
        if holder is None or owners.get(holder.id, person) == person:
            continue
        holder.email = f"{holder.id}@parked.invalid"
    session.current().flush()


def _described(account: Account, users: Mapping[UUID, User]) -> User:
    email = account.email.lower()
    holder = next((user for user in users.values() if user.email == email), None)
    user = users[account.user_id] if account.user_id else holder
    if holder is not None and holder is not user:
        raise EmailTaken(email=account.email)
    if user is None:
        return User(id=ids.new(), email=email, name=account.name, password_hash=None)
    for name, value in {"email": email, "name": account.name, "disabled_at": None}.items():
        if getattr(user, name) != value:
            setattr(user, name, value)
    return user


def _changed(user: User) -> list[str]:
    attributes = inspect(user).attrs
    return [name for name in ("email", "name", "disabled_at") if attributes[name].history.has_changes()]


def _set_roles(wanted: Mapping[UUID, set[Role]], fields: Mapping[UUID, list[str]]) -> None:
    """Give users their roles, and note whose changed in *fields*, which lists those that were there before."""
    current = session.current()
    missing = {(user_id, role.value) for user_id, roles in wanted.items() for role in roles}
    for row in list(current.scalars(select(UserRole).where(UserRole.user_id.in_(wanted)))):
        if (row.user_id, row.role) in missing:
            missing.remove((row.user_id, row.role))
            continue
        current.delete(row)
        _note(fields, row.user_id)
    for user_id, role in sorted(missing):
        current.add(UserRole(id=ids.new(), user_id=user_id, role=role))
        _note(fields, user_id)
    current.flush()


def _note(fields: Mapping[UUID, list[str]], user_id: UUID) -> None:
    said = fields.get(user_id)
    if said is not None and "roles" not in said:
        said.append("roles")
