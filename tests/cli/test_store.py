"""Databases that commands cannot use."""

import sqlite3

from workbench.store.engine import create_store_engine


def test_a_database_newer_than_the_code(cli, animals, folder):
    with sqlite3.connect(folder / "db" / "workbench.db") as connection:
        connection.execute("UPDATE workbench_version SET version_num = '9999'")
    message = cli("theme", "list", code=2)
    assert "schema version 9999" in message
    assert "newer version" in message


def test_a_locked_database(cli, animals, folder, monkeypatch):
    monkeypatch.setattr(
        "workbench.store.connection.create_store_engine",
        lambda url, *, busy_timeout_ms: create_store_engine(url, busy_timeout_ms=50),
    )
    connection = sqlite3.connect(folder / "db" / "workbench.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        message = cli("theme", "create", "other", code=2)
    finally:
        connection.close()
    assert "is locked" in message
    assert [row["theme"] for row in cli("theme", "list", "--json")] == ["animals"]
