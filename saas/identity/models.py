"""Tables of identity: users of one tenant, their roles, sessions, and API tokens."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from saas.db.base import Tenanted, reference
from saas.identity.roles import Role

_ROLES = ", ".join(f"'{role}'" for role in Role)


class User(Tenanted):
    """Someone of the staff who logs in. The same person at two clinic groups is two users."""

    __tablename__ = "users"
    __table_args__ = (
        Index("uq_users_tenant_id_email", "tenant_id", "email", unique=True),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )
    __mapper_args__ = {"eager_defaults": False}

    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class UserRole(Tenanted):
    """One role of one user."""

    __tablename__ = "user_roles"
    __table_args__ = (
        reference("user_id", "users", ondelete="CASCADE"),
        Index("uq_user_roles_tenant_id_user_id_role", "tenant_id", "user_id", "role", unique=True),
        CheckConstraint(f"role IN ({_ROLES})", name="role"),
    )

    user_id: Mapped[UUID]
    role: Mapped[str]


class UserSession(Tenanted):
    """One log-in on one browser. Only a digest of the cookie is kept; revoking is final."""

    __tablename__ = "sessions"
    __table_args__ = (
        reference("user_id", "users", ondelete="CASCADE"),
        Index("uq_sessions_tenant_id_token_digest", "tenant_id", "token_digest", unique=True),
        Index(None, "tenant_id", "user_id"),
    )

    user_id: Mapped[UUID]
    token_digest: Mapped[str]
    user_agent: Mapped[str]
    address: Mapped[str]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ApiToken(Tenanted):
    """A program's key, with one role. Only its digest is kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        Index("uq_api_tokens_tenant_id_digest", "tenant_id", "digest", unique=True),
        CheckConstraint(f"role IN ({_ROLES})", name="role"),
    )

    name: Mapped[str]
    role: Mapped[str]
    digest: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]
