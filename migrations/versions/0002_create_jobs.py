"""Create the tables and functions of the job queue, from the installed Procrastinate."""

from alembic import op
from procrastinate.schema import SchemaManager

from saas.db import laws

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
)


def upgrade() -> None:
    op.execute(SchemaManager.get_schema().replace(":", r"\:"))
    for table in TABLES:
        for statement in laws.global_table(table, "SELECT, INSERT, UPDATE, DELETE"):
            op.execute(statement)
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO saas_app")


def downgrade() -> None:
    op.execute("DROP TABLE " + ", ".join(reversed(TABLES)) + " CASCADE")
    op.execute(
        """
        DO $$ DECLARE item record; BEGIN
          FOR item IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate_%' LOOP
            EXECUTE 'DROP FUNCTION ' || item.name || ' CASCADE';
          END LOOP;
          FOR item IN SELECT typname AS name FROM pg_type WHERE typname LIKE 'procrastinate_%' AND typtype IN ('e', 'c') LOOP
            EXECUTE 'DROP TYPE IF EXISTS ' || item.name || ' CASCADE';
          END LOOP;
        END $$
    """.replace(":", r"\:")
    )
