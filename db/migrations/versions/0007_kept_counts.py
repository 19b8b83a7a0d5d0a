"""Counts of samples are kept beside them: by theme, block of ids, label, split and skipping.

A later migration that rebuilds the table of samples (batch_alter_table on SQLite) has to make the triggers once more.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# As `workbench.store.kept_counts` reads it: 8,192 ids are a block; 0 is no label, '' no split.
KEY = "theme_id, id >> 13, coalesce(label_id, 0), coalesce(split, ''), skipped"
COUNT = f"INSERT INTO sample_counts SELECT {KEY}, count(*) FROM samples WHERE deleted_at IS NULL GROUP BY 1, 2, 3, 4, 5"


def _row(row: str, number: int) -> str:
    """Add a number to the count that SQLite keeps for one row of a trigger."""
    key = f"{row}.theme_id, {row}.id >> 13, coalesce({row}.label_id, 0), coalesce({row}.split, ''), {row}.skipped"
    put = f"INSERT INTO sample_counts VALUES ({key}, {number}) ON CONFLICT DO UPDATE SET number = number + ({number})"
    return f"WHEN {row}.deleted_at IS NULL BEGIN {put}; END"


COUNTED = "theme_id, label_id, split, skipped, deleted_at"
SQLITE = (
    "CREATE TABLE sample_counts (theme_id INTEGER NOT NULL, block INTEGER NOT NULL, label_id INTEGER NOT NULL, "
    "split VARCHAR(10) NOT NULL, skipped BOOLEAN NOT NULL, number INTEGER NOT NULL, "
    "PRIMARY KEY (theme_id, block, label_id, split, skipped)) WITHOUT ROWID",
    COUNT,
    f"CREATE TRIGGER samples_counted_added AFTER INSERT ON samples {_row('new', 1)}",
    f"CREATE TRIGGER samples_counted_removed AFTER DELETE ON samples {_row('old', -1)}",
    f"CREATE TRIGGER samples_counted_before AFTER UPDATE OF {COUNTED} ON samples {_row('old', -1)}",
    f"CREATE TRIGGER samples_counted_after AFTER UPDATE OF {COUNTED} ON samples {_row('new', 1)}",
)

# Counts that are changed in their rows would make all who label wait for each other there. So each statement adds rows
# of what it changed, which are summed when they are read; now and then the rows of a block are made one for each count.
CHANGES = """
    INSERT INTO sample_counts SELECT theme, block, label, part, skip, sum(number) FROM (
        {}
    ) AS changed (theme, block, label, part, skip, number) GROUP BY 1, 2, 3, 4, 5 HAVING sum(number) <> 0;
    IF random() < 0.06 THEN
        WITH summed AS (
            DELETE FROM sample_counts WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM sample_counts
                WHERE (theme_id, block) IN (SELECT DISTINCT theme_id, id >> 13 FROM {}) FOR UPDATE SKIP LOCKED
            )) RETURNING theme_id, block, label_id, split, skipped, number
        )
        INSERT INTO sample_counts SELECT theme_id, block, label_id, split, skipped, sum(number) FROM summed
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(number) <> 0;
    END IF;
    RETURN NULL;
"""
ADDED = f"SELECT {KEY}, 1 FROM added WHERE deleted_at IS NULL"
REMOVED = f"SELECT {KEY}, -1 FROM removed WHERE deleted_at IS NULL"


def _follow(name: str, event: str, tables: str, changes: str, table: str) -> tuple[str, str]:
    function = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    return (
        f"{function} {CHANGES.format(changes, table)} END $$",
        f"CREATE TRIGGER {name} AFTER {event} ON samples REFERENCING {tables} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION {name}()",
    )


POSTGRESQL = (
    "CREATE TABLE sample_counts (theme_id integer NOT NULL, block bigint NOT NULL, label_id integer NOT NULL, "
    "split varchar(10) NOT NULL, skipped boolean NOT NULL, number bigint NOT NULL)",
    COUNT,
    "CREATE INDEX ix_sample_counts_block ON sample_counts (theme_id, block)",
    *_follow("samples_counted_added", "INSERT", "NEW TABLE AS added", ADDED, "added"),
    *_follow("samples_counted_removed", "DELETE", "OLD TABLE AS removed", REMOVED, "removed"),
    *_follow(
        "samples_counted_changed",
        "UPDATE",
        "OLD TABLE AS removed NEW TABLE AS added",
        f"{ADDED} UNION ALL {REMOVED}",
        "added",
    ),
)


def upgrade() -> None:
    connection = op.get_bind()
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)
