"""Let a slug be unique among what is in use only, so that what is archived may keep its own."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = {
    "legal_entities": "tenant_id, slug",
    "locations": "tenant_id, slug",
    "rooms": "tenant_id, location_id, slug",
    "devices": "tenant_id, location_id, slug",
    "people": "tenant_id, slug",
    "offerings": "tenant_id, slug",
}


def upgrade() -> None:
    for table, columns in TABLES.items():
        _index(table, columns, "WHERE archived_at IS NULL")


def downgrade() -> None:
    for table, columns in TABLES.items():
        # An archived row whose slug is another's again gets one that tells its id.
        op.execute(
            f"UPDATE {table} SET slug = slug || '-' || id WHERE archived_at IS NOT NULL"
            f" AND EXISTS (SELECT 1 FROM {table} o WHERE o.tenant_id = {table}.tenant_id"
            f" AND o.slug = {table}.slug AND o.id <> {table}.id)"
        )
        _index(table, columns, "")


def _index(table: str, columns: str, where: str) -> None:
    """Make the index anew. The tables are small: what a clinic has, not what happens there."""
    name = f"uq_{table}_{columns.replace(', ', '_')}"
    op.execute(f"-- squawk-ignore require-concurrent-index-deletion\nDROP INDEX {name}")
    op.execute(
        "-- squawk-ignore require-concurrent-index-creation\n"
        f"CREATE UNIQUE INDEX {name} ON {table} ({columns}) {where}"
    )
