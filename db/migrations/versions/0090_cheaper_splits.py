"""Splits of a million samples on PostgreSQL in less: digests are compared byte by byte, and of the splits the index
holds the small ones only. Those of the others are read from the index of all samples, which has what a filter asks for.

Revision ID: 0090
Revises: 0080
"""

from alembic import op

revision = "0090"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute('ALTER TABLE samples ALTER COLUMN sha256 TYPE VARCHAR(64) COLLATE "C"')
        op.execute("DROP INDEX ix_samples_paging_id")
        op.execute(
            "CREATE INDEX ix_samples_paging_id ON samples (theme_id, id) INCLUDE (label_id, split, skipped) "
            "WITH (fillfactor = 60) WHERE deleted_at IS NULL"
        )
        op.execute("DROP INDEX ix_samples_paging_split")
        op.execute(
            "CREATE INDEX ix_samples_paging_split ON samples (theme_id, split, id) "
            "WITH (fillfactor = 60) WHERE deleted_at IS NULL AND split IN ('valid', 'test')"
        )
