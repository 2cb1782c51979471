"""Tables of credentials: what people hold, what the clinic granted, attested and restricted."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import laws
from saas.db.base import Tenanted, reference

# Taken off the record or withdrawn, but never deleted.
LASTING = "SELECT, INSERT, UPDATE"


class Privilege(Tenanted):
    """A person may perform a procedure, from a day and until a day (both included, none is open)."""

    __tablename__ = "privileges"
    __table_args__ = (
        reference("person_id", "people"),
        Index(None, "tenant_id", "person_id"),
        CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="order"),
    )

    person_id: Mapped[UUID]
    procedure: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]


class CredentialRow(Tenanted):
    """Something a person holds, as it stands: a licence, a certificate, a registration, an insurance, a training.

    Empty texts do not matter to its kind. `hours` count by kind of training; who verified it, when and how.
    """

    __tablename__ = "credentials"
    __table_args__ = (
        reference("person_id", "people"),
        Index(None, "tenant_id", "person_id"),
        CheckConstraint("issued_on IS NULL OR expires_on IS NULL OR issued_on <= expires_on", name="order"),
        CheckConstraint(
            "kind IN ('licence', 'certificate', 'registration', 'insurance', 'training')", name="kind"
        ),
        CheckConstraint("status IN ('active', 'suspended', 'revoked')", name="status"),
        CheckConstraint("(verified_on IS NULL) = (verified_by = '')", name="verified"),
        {"info": {"grants": LASTING}},
    )

    person_id: Mapped[UUID]
    kind: Mapped[str]
    profession: Mapped[str] = mapped_column(server_default="")
    jurisdiction: Mapped[str] = mapped_column(server_default="")
    procedure: Mapped[str] = mapped_column(server_default="")
    code: Mapped[str] = mapped_column(server_default="")
    number: Mapped[str] = mapped_column(server_default="")
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    hours: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    sessions: Mapped[int] = mapped_column(server_default=text("0"))
    exam: Mapped[bool] = mapped_column(server_default=text("false"))
    status: Mapped[str] = mapped_column(server_default="active")
    verified_by: Mapped[str] = mapped_column(server_default="")
    verified_on: Mapped[date | None]
    verified_how: Mapped[str] = mapped_column(server_default="")
    archived_at: Mapped[datetime | None]


class CredentialChange(Tenanted):
    """How a credential stood from a moment on; insert only. `is_archived`: it was taken off the record."""

    __tablename__ = "credential_changes"
    __table_args__ = (
        reference("credential_id", "credentials"),
        Index(None, "tenant_id", "credential_id"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )
    __mapper_args__ = {"eager_defaults": False}

    credential_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    content: Mapped[dict[str, Any]]
    is_archived: Mapped[bool] = mapped_column(server_default=text("false"))


class CredentialReminder(Tenanted):
    """Somebody was told that a credential ends on a day, `threshold` days before it or fewer. Insert only.

    One for each credential, last day and threshold, however often anybody looks.
    """

    __tablename__ = "credential_reminders"
    __table_args__ = (
        reference("credential_id", "credentials"),
        Index(
            "uq_credential_reminders_told",
            "tenant_id",
            "credential_id",
            "expires_on",
            "threshold",
            unique=True,
        ),
        CheckConstraint("threshold IN (90, 60, 30, 7)", name="threshold"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    credential_id: Mapped[UUID]
    expires_on: Mapped[date]
    threshold: Mapped[int]
    given_at: Mapped[datetime] = mapped_column(server_default=func.now())


class EvidenceRow(Tenanted):
    """A paper that shows a credential, or the protocol of somebody's supervision, by its title. Insert only."""

    __tablename__ = "credential_evidence"
    __table_args__ = (
        reference("person_id", "people"),
        reference("credential_id", "credentials"),
        reference("file_id", "files"),
        Index(None, "tenant_id", "person_id"),
        CheckConstraint("(credential_id IS NULL) = (protocol <> '')", name="about"),
        {"info": {"grants": laws.APPEND_ONLY}},
    )

    person_id: Mapped[UUID]
    credential_id: Mapped[UUID | None]
    protocol: Mapped[str] = mapped_column(server_default="", default="")
    file_id: Mapped[UUID]
    added_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    added_by: Mapped[UUID | None]


class SupervisionRow(Tenanted):
    """Somebody supervises a person in some procedures, from a day and until a day (both included, none is open).

    `mode` is empty where it is as near as the rule asks; `protocol` names the writing, empty where there is none.
    """

    __tablename__ = "supervisions"
    __table_args__ = (
        reference("person_id", "people"),
        reference("supervisor_id", "people"),
        Index(None, "tenant_id", "person_id"),
        CheckConstraint("person_id <> supervisor_id", name="somebody_else"),
        CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="order"),
        CheckConstraint(
            "mode IN ('', 'available', 'general', 'on_site', 'direct', 'delegation')", name="mode"
        ),
    )

    person_id: Mapped[UUID]
    supervisor_id: Mapped[UUID]
    procedures: Mapped[list[str]] = mapped_column(type_=JSONB())
    mode: Mapped[str] = mapped_column(server_default="")
    protocol: Mapped[str] = mapped_column(server_default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]


class AttestationRow(Tenanted):
    """The clinic's word on a version of a rule. Withdrawn, not deleted: somebody relied on it."""

    __tablename__ = "attestations"
    __table_args__ = (
        Index(
            "uq_attestations_rule", "tenant_id", "rule", unique=True, postgresql_where=text("withdrawn_at IS NULL")
        ),
        CheckConstraint("rule_version >= 1", name="version"),
        {"info": {"grants": LASTING}},
    )  # fmt: skip

    rule: Mapped[str]
    rule_version: Mapped[int]
    statements: Mapped[list[str]] = mapped_column(type_=JSONB())
    attested_by: Mapped[str]
    attested_on: Mapped[date]
    note: Mapped[str] = mapped_column(server_default="")
    withdrawn_at: Mapped[datetime | None]


class ScopePolicy(Tenanted):
    """How the clinic counts and on which pack it relies, from a moment on: the newest holds. Insert only."""

    __tablename__ = "scope_policies"
    __table_args__ = (Index(None, "tenant_id", "at"), {"info": {"grants": laws.APPEND_ONLY}})

    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    counts_unverified: Mapped[bool]
    restrictions: Mapped[list[dict[str, Any]]] = mapped_column(type_=JSONB())
    pack: Mapped[str] = mapped_column(server_default="us-sample@1")
    off_label: Mapped[list[dict[str, Any]]] = mapped_column(type_=JSONB(), server_default=text("'[]'"))
