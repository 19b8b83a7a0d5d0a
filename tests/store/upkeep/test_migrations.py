"""Stores that are fresh, older, newer or of another program."""

import sqlite3
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.schema import CreateSchema

from workbench.errors import StoreVersionError
from workbench.paths import asset
from workbench.store import open_store
from workbench.store.decisions import Decision
from workbench.store.engine import create_store_engine
from workbench.store.groups.given import groups_of, set_groups
from workbench.store.history import history_of
from workbench.store.kept_counts import TABLE
from workbench.store.labels import labels_of
from workbench.store.name_search import INDEX
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.schema import Base
from workbench.store.single_edits import Edit, decide
from workbench.store.snapshots import labels_given, snapshot_rows
from workbench.store.states.tags import add_tag
from workbench.store.themes import create_theme, get_theme, list_themes
from workbench.store.upkeep import migrations
from workbench.store.upkeep.integrity import check

OPENING = """
    import sys
    from workbench.store import open_store
    from workbench.store.themes import create_theme

    print("ready", flush=True)
    sys.stdin.readline()
    store = open_store()
    with store.write() as session:
        create_theme(f"theme {sys.argv[1]}", session=session)
"""


def _tables(engine):
    return sorted(inspect(engine).get_table_names())


def _details_of_samples(connection):
    """The indexes that are for paging, and the collation of each column, as PostgreSQL words them."""
    indexes = text(
        "SELECT replace(indexdef, schemaname || '.', '') FROM pg_indexes "
        "WHERE schemaname = current_schema() AND indexname LIKE 'ix\\_samples\\_%'"
    )
    columns = text(
        "SELECT column_name || ' ' || coalesce(collation_name, '') FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name = 'samples'"
    )
    return sorted([*connection.scalars(indexes), *connection.scalars(columns)])


def test_the_migrations_make_the_very_tables_of_the_models(fresh_database, project):
    store = open_store(project)
    assert migrations.current_version(store.engine) == migrations.latest_version()
    with store.engine.connect() as connection:
        mapped = {
            "version_table": migrations.VERSION_TABLE,
            "include_name": lambda name, kind, _parents: kind != "table" or not name.startswith((INDEX, TABLE)),
        }
        context = MigrationContext.configure(connection, opts=mapped)
        assert compare_metadata(context, Base.metadata) == []
        if connection.dialect.name == "postgresql":
            # The comparison passes over how full an index is packed, what it leaves out, and how text is compared.
            migrated = _details_of_samples(connection)
            connection.execute(CreateSchema("modeled"))
            Base.metadata.create_all(connection.execution_options(schema_translate_map={None: "modeled"}))
            connection.execute(text("SET search_path TO modeled"))
            modeled = _details_of_samples(connection)
            assert migrated == modeled
            assert any("fillfactor" in line for line in migrated)
    store.close()


def test_the_versions_are_those_that_alembic_knows():
    scripts = ScriptDirectory(str(asset("db", "migrations")))
    assert migrations.latest_version() == scripts.get_current_head()
    assert migrations.known_versions() == {script.revision for script in scripts.walk_revisions()}


def test_several_processes_open_a_fresh_store_at_once(fresh_database, project, run_python):
    children = [run_python(OPENING, number) for number in range(4)]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        assert child.communicate()[1] == ""
        assert child.returncode == 0
    store = open_store(project)
    with store.read() as session:
        assert [theme.name for theme in list_themes(session=session)] == [f"theme {number}" for number in range(4)]
    store.close()


def test_an_older_store_says_how_to_upgrade_and_is_upgraded_when_asked(
    fresh_database, project, make_theme, add_samples, newer_code
):
    store = open_store(project)
    theme_id = make_theme(store)
    [sample_id] = add_samples(store, theme_id, [1])
    with store.write() as session:
        cat = Decision.of(labels_of(theme_id, session=session)[0].id)
        decide(theme_id, [Edit(sample_id, cat, client_key="k1")], annotator="ann", session=session)
    older = migrations.latest_version()
    store.close()
    newer_code()
    with pytest.raises(StoreVersionError, match=rf"version {older}.*workbench db backup FILE.*workbench db upgrade"):
        open_store(project)
    upgraded = open_store(project, upgrade=True)
    with upgraded.engine.connect() as connection:
        assert connection.scalar(text("SELECT motto FROM themes")) == "none"
    with upgraded.write() as session:
        [event] = history_of(sample_id, session=session)
        assert (event.annotator, event.after, event.client_key) == ("ann", cat.text, "k1")
        decide(theme_id, [Edit(sample_id)], annotator="bob", session=session)
    with upgraded.read() as session:
        assert [event.annotator for event in history_of(sample_id, session=session)] == ["ann", "bob"]
    assert check(upgraded).ok
    upgraded.close()
    open_store(project).close()


def test_a_store_of_the_former_version_keeps_its_snapshots_and_tells_how_later_labels_were_given(
    fresh_database, project
):
    engine = create_store_engine(project.database_url)
    migrations.upgrade_to(engine, "0005")
    rows = {
        "themes": "(id, name, description, task, overlap, created_at) VALUES (1, 'pets', '', 'images', 0, :now)",
        "snapshots": "(id, theme_id, digest, class_names, created_at) VALUES (1, 1, 'd', '[\"cat\"]', :now)",
        "samples": "(id, theme_id, sha256, uri, name, width, height, size_bytes, skipped, nothing_there, created_at) "
        "VALUES (1, 1, :digest, 'u', 'a.png', 8, 8, 9, false, false, :now)",
        "snapshot_samples": "(snapshot_id, sample_id, label, split) VALUES (1, 1, 'cat', 'train')",
    }
    with engine.begin() as connection:
        for table, values in rows.items():
            connection.execute(
                text(f"INSERT INTO {table} {values}"), {"now": "2026-01-01 00:00:00", "digest": "0" * 64}
            )
    engine.dispose()
    with pytest.raises(StoreVersionError, match="0005"):
        open_store(project)
    upgraded = open_store(project, upgrade=True)
    with upgraded.read() as session:
        assert [(row.label, row.split) for row in snapshot_rows(1, session=session)] == [("cat", "train")]
        assert labels_given(1, session=session) == {}
    upgraded.close()


def test_a_store_from_before_the_states_of_labels_is_upgraded(fresh_database, project):
    engine = create_store_engine(project.database_url)
    migrations.upgrade_to(engine, "0003")
    with engine.begin() as connection:
        columns = "(name, description, task, overlap, created_at)"
        values = "('pets', '', 'classification', 0, '2026-01-01 00:00:00+00:00')"
        connection.execute(text(f"INSERT INTO themes {columns} VALUES {values}"))
    engine.dispose()
    store = open_store(project, upgrade=True)
    with store.write() as session:
        theme_id = get_theme("pets", session=session).id
        assert add_tag(theme_id, "upgraded", annotator="ann", session=session).last_event == 0
    assert check(store).ok
    store.close()


def test_a_store_from_before_groups_is_upgraded_with_its_samples(fresh_database, project):
    engine = create_store_engine(project.database_url)
    migrations.upgrade_to(engine, "0004")
    at = "'2026-01-01 00:00:00+00:00'"
    with engine.begin() as connection:
        columns = "(id, name, description, task, overlap, created_at)"
        connection.execute(text(f"INSERT INTO themes {columns} VALUES (1, 'pets', '', 'classification', 0, {at})"))
        columns = "(id, theme_id, sha256, uri, name, width, height, size_bytes, skipped, nothing_there, created_at)"
        values = f"(1, 1, '{'0' * 64}', 'a.png', 'patient_7.png', 1, 1, 1, false, false, {at})"
        connection.execute(text(f"INSERT INTO samples {columns} VALUES {values}"))
    engine.dispose()
    store = open_store(project, upgrade=True)
    assert set_groups(store, 1, {1: "patient 7"}, annotator="ann").changed == 1
    with store.read() as session:
        assert groups_of(1, session=session) == {"patient 7": 1}
        assert count_samples(1, SampleFilter(search="IENT_7"), session=session) == 1
        assert count_samples(1, session=session) == 1
    assert not check(store).problems[1:]  # its one image was never put
    store.close()


def test_a_newer_store_is_refused_even_when_an_upgrade_is_asked(store):
    with store.engine.begin() as connection:
        connection.execute(text(f"UPDATE {migrations.VERSION_TABLE} SET version_num = '9999'"))
    for upgrade in (False, True):
        with pytest.raises(StoreVersionError, match=r"9999.*made by a newer version"):
            open_store(store.project, upgrade=upgrade)


def test_a_fresh_database_that_another_process_is_making_is_waited_for(tmp_path):
    file = tmp_path / "fresh.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE themes (id INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: other.execute("COMMIT")).start()
    engine = create_store_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert _tables(engine) == ["themes"]
    engine.dispose()
    other.close()


def test_a_database_of_another_program_is_refused_and_left_alone(fresh_database, project):
    engine = create_store_engine(project.database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE experiments (id INTEGER)"))
    with pytest.raises(StoreVersionError, match="tables of another program \\(experiments"):
        open_store(project)
    assert _tables(engine) == ["experiments"]
    engine.dispose()


def test_a_postgresql_schema_of_its_own_is_created(project, postgresql_url, monkeypatch):
    other = create_store_engine(postgresql_url)
    with other.begin() as connection:
        connection.execute(text("CREATE TABLE experiments (id INTEGER)"))
    join = "&" if "?" in postgresql_url else "?"
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", f"{postgresql_url}{join}options=-csearch_path%3Dworkbench")
    store = open_store(project)
    with store.write() as session:
        create_theme("pets", session=session)
    store.close()
    with other.connect() as connection:
        assert connection.scalar(text("SELECT name FROM workbench.themes")) == "pets"
    assert _tables(other) == ["experiments"]
    other.dispose()
