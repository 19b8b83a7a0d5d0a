"""Events reach their sample without a check of each row, as they reach theme and batch: half of what a bulk act's
events took on PostgreSQL. `workbench db clean` removes them with their sample, and `workbench db check` finds an event
without one.

Revision ID: 0060
Revises: 0050
"""

from alembic import op

revision = "0060"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("label_events") as batch_op:
        batch_op.drop_constraint("fk_label_events_sample_id_samples", type_="foreignkey")
