"""Names of states of a theme's labels, themes that were forked from one, and the evaluations on the test split.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("last_event", sa.BigInteger(), nullable=False),
        sa.Column("last_sample", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_tags_theme_id_themes"),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
        sa.UniqueConstraint("theme_id", "name", name="uq_tags_theme_id_name"),
    )
    op.create_table(
        "forks",
        sa.Column("theme_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("last_event", sa.BigInteger(), nullable=False),
        sa.Column("last_sample", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_forks_theme_id_themes"),
        sa.ForeignKeyConstraint(["origin_id"], ["themes.id"], name="fk_forks_origin_id_themes"),
        sa.PrimaryKeyConstraint("theme_id", name="pk_forks"),
    )
    op.create_index("ix_forks_origin_id", "forks", ["origin_id"])
    op.create_table(
        "test_evaluations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("images", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_test_evaluations_theme_id_themes"),
        sa.PrimaryKeyConstraint("id", name="pk_test_evaluations"),
    )
    op.create_index("ix_test_evaluations_theme", "test_evaluations", ["theme_id", "id"])
