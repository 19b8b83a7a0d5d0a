"""Bulk acts on a million samples: without the indexes and checks that cost them most and that others stand in for.

Pages by label use the index by state, files are found by their digest, and events reach theme and batch as before but
without a check of each row.

Revision ID: 0050
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_samples_paging_label", "samples")
    op.drop_index("ix_samples_uri", "samples")
    with op.batch_alter_table("label_events") as batch_op:
        batch_op.drop_constraint("fk_label_events_theme_id_themes", type_="foreignkey")
        batch_op.drop_constraint("fk_label_events_batch_id_batches", type_="foreignkey")
        batch_op.drop_constraint("uq_label_events_client_key", type_="unique")
    given = sa.text("client_key IS NOT NULL")
    op.create_index(
        "uq_label_events_client_key", "label_events", ["client_key"], unique=True,
        sqlite_where=given, postgresql_where=given,
    )  # fmt: skip
