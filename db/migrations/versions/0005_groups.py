"""Groups of samples that belong together, near duplicates, and what a snapshot knows of them.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
GROUPED = {"sqlite_where": sa.text("group_id IS NOT NULL"), "postgresql_where": sa.text("group_id IS NOT NULL")}


def upgrade() -> None:
    op.create_table(
        "groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_groups_theme_id_themes"),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
        sa.UniqueConstraint("theme_id", "name", name="uq_groups_theme_id_name"),
    )
    # Not as a batch: the triggers of the name search stand on this table.
    key = "CONSTRAINT fk_samples_group_id_groups REFERENCES groups (id)"
    op.execute(f"ALTER TABLE samples ADD COLUMN group_id INTEGER {key}")
    op.create_index("ix_samples_group_id", "samples", ["group_id"], **GROUPED)
    op.create_table(
        "duplicate_searches",
        sa.Column("theme_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("method", sa.String(100), nullable=False),
        sa.Column("encoder", sa.String(200), nullable=False),
        sa.Column("encoder_digest", sa.String(16), nullable=False),
        sa.Column("threshold", sa.Float(53), nullable=False),
        sa.Column("images", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.Column("last_event", BIG, nullable=False),
        sa.Column("last_sample", BIG, nullable=False),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_duplicate_searches_theme_id_themes"),
        sa.PrimaryKeyConstraint("theme_id", name="pk_duplicate_searches"),
    )
    op.create_table(
        "near_duplicates",
        sa.Column("first_id", BIG, nullable=False),
        sa.Column("second_id", BIG, nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(53), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["samples.id"], name="fk_near_duplicates_first_id_samples"),
        sa.ForeignKeyConstraint(["second_id"], ["samples.id"], name="fk_near_duplicates_second_id_samples"),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_near_duplicates_theme_id_themes"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="pk_near_duplicates"),
    )
    op.create_index("ix_near_duplicates_theme_id", "near_duplicates", ["theme_id", "score"])
    op.create_index("ix_near_duplicates_second_id", "near_duplicates", ["second_id"])
    op.add_column("snapshots", sa.Column("certificate", sa.JSON(), nullable=True))
