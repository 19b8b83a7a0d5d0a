"""What label a merged one went into, so that opinions on samples count as that label.

For merges of before it is read from their events. A label that no sample carried has left none: its opinions stay
under its old name.

Revision ID: 0080
Revises: 0070
"""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("labels") as batch_op:
        batch_op.add_column(sa.Column("merged_into", sa.Integer(), nullable=True))
        # Checked at the end of a transaction: a label may have gone into one that was made after it.
        batch_op.create_foreign_key(
            op.f("fk_labels_merged_into_labels"), "labels", ["merged_into"], ["id"], deferrable=True,
            initially="DEFERRED",
        )  # fmt: skip
    # A label that goes is stamped with the time of the batch that took it.
    op.execute(
        """
        UPDATE labels SET merged_into = (
            SELECT MIN(other.id)
            FROM batches
            JOIN label_events ON label_events.batch_id = batches.id AND label_events.action = 'label'
            JOIN labels AS other ON other.theme_id = batches.theme_id
                AND CAST(other.id AS VARCHAR) = label_events.after
            WHERE batches.theme_id = labels.theme_id AND batches.action = 'merge labels'
                AND batches.source <> 'undo' AND batches.at = labels.deleted_at
                AND label_events.before = CAST(labels.id AS VARCHAR)
        )
        WHERE deleted_at IS NOT NULL
        """
    )
