"""Leases and opinions of several annotators.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("sample_id", BIG, nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("annotator", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name=op.f("fk_leases_sample_id_samples")),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_leases_theme_id_themes")),
        sa.PrimaryKeyConstraint("sample_id", name=op.f("pk_leases")),
    )
    op.create_index("ix_leases_holder", "leases", ["theme_id", "annotator"])
    op.create_table(
        "opinions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("sample_id", BIG, nullable=False),
        sa.Column("annotator", sa.String(length=200), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["batches.id"], name=op.f("fk_opinions_review_id_batches")),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name=op.f("fk_opinions_sample_id_samples")),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_opinions_theme_id_themes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinions")),
        sa.UniqueConstraint("sample_id", "annotator", name=op.f("uq_opinions_sample_id_annotator")),
    )
    op.create_index("ix_opinions_theme", "opinions", ["theme_id", "sample_id"])
