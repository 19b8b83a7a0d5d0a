"""Indexes for pages of samples by state, and for the order of deciding.

Revision ID: 0030
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0020"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_samples_paging_state": ["theme_id", "label_id", "skipped", "id"],
    "ix_samples_paging_labeled_at": ["theme_id", "labeled_at", "id"],
}


def upgrade() -> None:
    alive = sa.text("deleted_at IS NULL")
    for name, columns in INDEXES.items():
        op.create_index(name, "samples", columns, sqlite_where=alive, postgresql_where=alive)
