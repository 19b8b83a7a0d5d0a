"""Names sort by code point on PostgreSQL too.

Revision ID: 0010
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("samples", "name", type_=sa.String(length=1000, collation="C"))
        op.alter_column("themes", "name", type_=sa.String(length=200, collation="C"))
