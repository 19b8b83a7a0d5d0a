"""The share of a theme's samples that a second annotator is asked about; counts that read nothing but an index.

Revision ID: 0040
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("themes", sa.Column("overlap", sa.Float(53), nullable=False, server_default="0"))
    alive = sa.text("deleted_at IS NULL")
    op.drop_index("ix_samples_counts", "samples")
    # SQLite reads the row itself for a column that the index lacks, also where the index implies its value.
    op.create_index(
        "ix_samples_counts", "samples", ["theme_id", "label_id", "split", "skipped", "deleted_at"],
        sqlite_where=alive, postgresql_where=alive,
    )  # fmt: skip
