"""Snapshots say how each label had been given; pages and goals are found without reading all batches.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Null in the snapshots that are there: how their labels had been given is not known any more.
    op.add_column("snapshot_samples", sa.Column("given", sa.String(5), nullable=True))
    for name, action in (("ix_batches_pages", "page"), ("ix_batches_goals", "goal")):
        where = sa.text(f"action = '{action}'")
        op.create_index(name, "batches", ["theme_id", "id"], sqlite_where=where, postgresql_where=where)
