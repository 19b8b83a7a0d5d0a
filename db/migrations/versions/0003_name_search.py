"""Searching samples by a part of their file name: an index of three letters each, kept by triggers.

A later migration that rebuilds the table of samples (batch_alter_table on SQLite) has to make the triggers once more.

Revision ID: 0003
Revises: 0002
"""

from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE VIRTUAL TABLE name_search USING fts5(folded, tokenize = 'trigram case_sensitive 1')",
    "INSERT INTO name_search (rowid, folded) SELECT id, lower(name) FROM samples ORDER BY id",
    "CREATE TRIGGER samples_name_added AFTER INSERT ON samples BEGIN "
    "INSERT INTO name_search (rowid, folded) VALUES (new.id, lower(new.name)); END",
    "CREATE TRIGGER samples_name_changed AFTER UPDATE OF name ON samples BEGIN "
    "UPDATE name_search SET folded = lower(new.name) WHERE rowid = new.id; END",
    "CREATE TRIGGER samples_name_removed AFTER DELETE ON samples BEGIN "
    "DELETE FROM name_search WHERE rowid = old.id; END",
)
POSTGRESQL = (
    "CREATE TABLE name_search (sample_id bigint PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE, "
    'folded text COLLATE "C" NOT NULL)',
    "INSERT INTO name_search (sample_id, folded) SELECT id, lower(name) FROM samples ORDER BY id",
    "CREATE FUNCTION name_search_trigrams(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ "
    "SELECT array(SELECT DISTINCT substr(name, at, 3) FROM generate_series(1, length(name) - 2) AS at) $$",
    "CREATE INDEX ix_name_search_trigrams ON name_search USING gin (name_search_trigrams(folded))",
    "CREATE FUNCTION name_search_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO name_search (sample_id, folded) VALUES (new.id, lower(new.name)) "
    "ON CONFLICT (sample_id) DO UPDATE SET folded = excluded.folded; RETURN NULL; END $$",
    "CREATE TRIGGER samples_name_added AFTER INSERT OR UPDATE OF name ON samples "
    "FOR EACH ROW EXECUTE FUNCTION name_search_follow()",
)


ALIVE = {"sqlite_where": sa.text("deleted_at IS NULL"), "postgresql_where": sa.text("deleted_at IS NULL")}


def upgrade() -> None:
    op.drop_index("ix_samples_paging_name", "samples")
    columns = ["theme_id", "name", "id", "deleted_at"]
    op.create_index("ix_samples_paging_name", "samples", columns, **ALIVE, postgresql_with={"fillfactor": 60})
    op.create_index(
        "ix_samples_beyond_ascii",
        "samples",
        ["theme_id", "id"],
        sqlite_where=sa.text("length(CAST(name AS BLOB)) <> length(name)"),
        postgresql_where=sa.text("octet_length(name) <> length(name)"),
    )
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    for statement in SQLITE if sqlite else POSTGRESQL:
        connection.exec_driver_sql(statement)
    key = "rowid" if sqlite else "sample_id"
    put = sa.text(f"UPDATE name_search SET folded = :name WHERE {key} = :one")
    page = sa.text("SELECT id, name FROM samples WHERE id > :last ORDER BY id LIMIT 5000")
    last = 0
    while rows := connection.execute(page, {"last": last}).all():
        names = [
            {"one": number, "name": normalize("NFC", normalize("NFD", name).casefold())}
            for number, name in rows
            if not name.isascii()
        ]
        if names:
            connection.execute(put, names)
        last = rows[-1].id
