"""Room in the indexes of samples on PostgreSQL, which writes a changed row anew into each of them: a quarter of what
assigning splits took went into dividing full pages.

Revision ID: 0070
Revises: 0060
"""

from alembic import op

revision = "0070"
down_revision = "0060"
branch_labels = None
depends_on = None

INDEXES = (
    "pk_samples", "uq_samples_theme_id_sha256", "ix_samples_paging_id", "ix_samples_paging_split",
    "ix_samples_paging_name", "ix_samples_paging_annotator", "ix_samples_paging_labeled_at",
    "ix_samples_paging_state", "ix_samples_counts",
)  # fmt: skip


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for index in INDEXES:
            op.execute(f"ALTER INDEX {index} SET (fillfactor = 60)")
            op.execute(f"REINDEX INDEX {index}")
