"""Say whom offerings are for in the words that replace `new_patients_only`, which refused nobody."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        UPDATE offering_versions SET content = (content - 'new_patients_only')
          || CASE WHEN content->'new_patients_only' = 'true'
             THEN '{"patients": {"only": "new", "min_age": null, "max_age": null}}'::jsonb ELSE '{}'::jsonb END
        WHERE content->'new_patients_only' IS NOT NULL
    """)


def downgrade() -> None:
    op.execute("""
        UPDATE offering_versions SET content = (content - 'patients')
          || jsonb_build_object('new_patients_only', content->'patients'->>'only' IS NOT DISTINCT FROM 'new')
        WHERE content->'patients' IS NOT NULL
    """)
