"""Batches that are written a step at a time.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "running_batches",
        sa.Column("batch_id", BIG, autoincrement=False, nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("writer", sa.String(100), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("last_event", BIG, nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_running_batches_batch_id_batches"),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_running_batches_theme_id_themes"),
        sa.PrimaryKeyConstraint("batch_id", name="pk_running_batches"),
    )
    op.create_index("ix_running_batches_theme_id", "running_batches", ["theme_id"])
