"""Create credential_evidence: papers that show what somebody holds, or under which protocol they are supervised."""

import sqlalchemy as sa
from alembic import op

from saas.db import laws

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

PARENTS = {"person_id": "people", "credential_id": "credentials", "file_id": "files"}


def upgrade() -> None:
    op.create_table(
        "credential_evidence",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.Uuid(), nullable=True),
        sa.Column("protocol", sa.Text(), server_default="", nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column(
            "added_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(credential_id IS NULL) = (protocol <> '')", name=op.f("ck_credential_evidence_about")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{table}.tenant_id", f"{table}.id"],
                name=op.f(f"fk_credential_evidence_tenant_id_{column}"),
            )
            for column, table in PARENTS.items()
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credential_evidence")),
    )
    op.create_index(
        op.f("ix_credential_evidence_tenant_id_person_id"),
        "credential_evidence",
        ["tenant_id", "person_id"],
        unique=False,
    )
    for statement in laws.tenant_table("credential_evidence", laws.APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("credential_evidence")
