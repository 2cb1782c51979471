"""Keep with what an offering said whom and what its slugs meant, and with a part of a visit its add-on's id.

A slug may change, or become another thing's; what was booked means the thing. Versions of before get the
things that go by those slugs now, those in use before those that are archived.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

PATHS = {
    "locations": ("$.locations[*]", "$.prices[*].location"),
    "people": ("$.prices[*].practitioner",),
    "offerings": ("$.add_ons[*].offering", "$.add_ons[*].excludes[*]", "$.intervals[*].offering"),
}


def upgrade() -> None:
    op.add_column("offering_versions", sa.Column("names", JSONB(), nullable=True))
    kinds = ", ".join(f"'{table}', {_meant(table, paths)}" for table, paths in PATHS.items())
    op.execute(f"UPDATE offering_versions v SET names = jsonb_build_object({kinds})")
    op.add_column("appointment_segments", sa.Column("add_on_id", sa.Uuid(), nullable=True))
    op.execute("""
        UPDATE appointment_segments s SET add_on_id = o.id
        FROM appointment_add_ons x JOIN offerings o ON o.tenant_id = x.tenant_id AND o.id = x.offering_id
        WHERE x.tenant_id = s.tenant_id AND x.appointment_id = s.appointment_id AND o.slug = s.add_on
    """)
    op.execute("-- squawk-ignore ban-drop-column\nALTER TABLE appointment_segments DROP COLUMN add_on")


def downgrade() -> None:
    op.add_column("appointment_segments", sa.Column("add_on", sa.Text(), nullable=True))
    op.execute("""
        UPDATE appointment_segments s SET add_on = o.slug FROM offerings o
        WHERE o.tenant_id = s.tenant_id AND o.id = s.add_on_id
    """)
    op.drop_column("appointment_segments", "add_on_id")
    op.drop_column("offering_versions", "names")


def _meant(table: str, paths: tuple[str, ...]) -> str:
    said = " UNION ".join(f"SELECT jsonb_path_query(v.content, '{path}') #>> '{{}}'" for path in paths)
    return f"""(
        SELECT coalesce(jsonb_object_agg(found.slug, found.id), '{{}}') FROM (
          SELECT DISTINCT ON (t.slug) t.slug, t.id FROM {table} t
          WHERE t.tenant_id = v.tenant_id AND t.slug IN ({said})
          ORDER BY t.slug, t.archived_at DESC NULLS FIRST, t.id DESC
        ) AS found
    )"""
