"""Create credentials, the clinic's attestations and policy of scope, and the decisions kept with visits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from saas.db import laws

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
# Taken off the record or withdrawn, but never deleted.
LASTING = "SELECT, INSERT, UPDATE"


def upgrade() -> None:
    op.add_column("devices", sa.Column("evaluated_depth_mm", sa.Numeric(4, 2), nullable=True))
    _credentials()
    _changes()
    _attestations()
    _policies()
    _decisions()


def downgrade() -> None:
    for table in ("visit_decisions", "scope_policies", "attestations", "credential_changes", "credentials"):
        op.drop_table(table)
    op.drop_column("devices", "evaluated_depth_mm")


def _ids() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
    )


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_tenant_id_{column}")
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{other}.tenant_id", f"{other}.id"], name=name)


def _put_under_law(table: str, grants: str) -> None:
    for statement in laws.tenant_table(table, grants):
        op.execute(statement)


def _credentials() -> None:
    op.create_table(
        "credentials",
        *_ids(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(_text(name) for name in ("profession", "jurisdiction", "procedure", "code", "number")),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("hours", JSON, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("sessions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("exam", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        _text("verified_by"),
        sa.Column("verified_on", sa.Date(), nullable=True),
        _text("verified_how"),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "issued_on IS NULL OR expires_on IS NULL OR issued_on <= expires_on",
            name=op.f("ck_credentials_order"),
        ),
        sa.CheckConstraint(
            "kind IN ('licence', 'certificate', 'registration', 'insurance', 'training')",
            name=op.f("ck_credentials_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('active', 'suspended', 'revoked')", name=op.f("ck_credentials_status")
        ),
        sa.CheckConstraint(
            "(verified_on IS NULL) = (verified_by = '')", name=op.f("ck_credentials_verified")
        ),
        _reference("credentials", "person_id", "people"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credentials")),
    )
    op.create_index(op.f("ix_credentials_tenant_id_person_id"), "credentials", ["tenant_id", "person_id"])
    _put_under_law("credentials", LASTING)


def _changes() -> None:
    op.create_table(
        "credential_changes",
        *_ids(),
        sa.Column("credential_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("is_archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _reference("credential_changes", "credential_id", "credentials"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credential_changes")),
    )
    op.create_index(
        op.f("ix_credential_changes_tenant_id_credential_id"),
        "credential_changes",
        ["tenant_id", "credential_id"],
    )
    _put_under_law("credential_changes", laws.APPEND_ONLY)


def _attestations() -> None:
    op.create_table(
        "attestations",
        *_ids(),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("statements", JSON, nullable=False),
        sa.Column("attested_by", sa.Text(), nullable=False),
        sa.Column("attested_on", sa.Date(), nullable=False),
        _text("note"),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rule_version >= 1", name=op.f("ck_attestations_version")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_attestations")),
    )
    op.create_index(
        "uq_attestations_rule",
        "attestations",
        ["tenant_id", "rule"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    _put_under_law("attestations", LASTING)


def _policies() -> None:
    op.create_table(
        "scope_policies",
        *_ids(),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("counts_unverified", sa.Boolean(), nullable=False),
        sa.Column("restrictions", JSON, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_scope_policies")),
    )
    op.create_index(op.f("ix_scope_policies_tenant_id_at"), "scope_policies", ["tenant_id", "at"])
    _put_under_law("scope_policies", laws.APPEND_ONLY)


def _decisions() -> None:
    op.create_table(
        "visit_decisions",
        *_ids(),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('allow', 'review', 'prohibit')", name=op.f("ck_visit_decisions_verdict")
        ),
        _reference("visit_decisions", "appointment_id", "appointments"),
        _reference("visit_decisions", "person_id", "people"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_visit_decisions")),
    )
    op.create_index(
        op.f("ix_visit_decisions_tenant_id_appointment_id"),
        "visit_decisions",
        ["tenant_id", "appointment_id"],
    )
    _put_under_law("visit_decisions", laws.APPEND_ONLY)
