"""Alembic's entry: runs the migrations on the connection that `workbench.store.upkeep.migrations` hands over."""

from alembic import context

from workbench.store.schema import Base
from workbench.store.upkeep.migrations import VERSION_TABLE

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Run 'workbench db upgrade': it knows which database to upgrade.")

context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
