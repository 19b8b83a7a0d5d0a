"""Opening stores: fresh, older, newer, foreign, locked, damaged ones; and what a session sees."""

import sqlite3
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.schema import CreateSchema

from workbench.errors import StoreLockedError, StoreVersionError, WorkbenchError
from workbench.paths import asset
from workbench.store import open_store
from workbench.store.decisions import Decision
from workbench.store.engine import create_store_engine
from workbench.store.history import history_of
from workbench.store.images import ImageFiles, sha256_of
from workbench.store.labels import add_label, labels_of
from workbench.store.schema import Base
from workbench.store.single_edits import Edit, decide
from workbench.store.themes import create_theme, list_themes
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


def test_the_migrations_make_the_very_tables_of_the_models(fresh_database, project):
    store = open_store(project)
    assert migrations.current_version(store.engine) == migrations.latest_version()
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": migrations.VERSION_TABLE})
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


def test_a_locked_database_is_said_to_be_locked(store, make_theme):
    theme_id = make_theme(store)
    impatient = open_store(store.project, busy_timeout_ms=50)
    with store.write() as session:
        add_label(theme_id, "fish", session=session)
        with pytest.raises(StoreLockedError, match=r"locked.*try again"), impatient.write() as other:
            add_label(theme_id, "cow", session=other)
    with impatient.write() as other:
        add_label(theme_id, "cow", session=other)
    impatient.close()


def test_a_writer_waits_for_another_one(store, make_theme):
    theme_id = make_theme(store, labels=("a",))
    errors, started = [], threading.Event()

    def write():
        try:
            started.set()
            with store.write() as session:
                add_label(theme_id, "second", session=session)
        except WorkbenchError as error:
            errors.append(error)

    thread = threading.Thread(target=write)
    with store.write() as session:
        add_label(theme_id, "first", session=session)
        thread.start()
        started.wait()
    thread.join()
    assert errors == []
    with store.read() as session:
        assert [label.name for label in labels_of(theme_id, session=session)] == ["a", "first", "second"]


def test_a_reading_session_sees_one_moment_and_changes_nothing(store, make_theme):
    make_theme(store)
    with store.read() as session:
        assert len(list_themes(session=session)) == 1
        make_theme(store, "later")
        assert len(list_themes(session=session)) == 1
    with store.read() as session:
        create_theme("never", session=session)
    with store.read() as session:
        rows = list_themes(session=session)
    assert [theme.name for theme in rows] == ["later", "pets"]


def test_a_full_disk_is_said_to_be_full_and_nothing_half_written_stays(sqlite_store, make_theme):
    make_theme(sqlite_store)
    with sqlite_store.engine.connect() as connection:
        # SQLite gives the same answer when it may not grow as when the disk is full.
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(WorkbenchError, match=r"disk is full.*what was saved before is safe"):
        make_theme(sqlite_store, "big", tuple(f"label {number} {'x' * 80}" for number in range(200)))
    with sqlite_store.read() as session:
        assert [theme.name for theme in list_themes(session=session)] == ["pets"]


def test_a_damaged_database_is_said_to_be_damaged(project):
    project.db.mkdir()
    (project.db / "workbench.db").write_bytes(b"this is not a database" * 100)
    with pytest.raises(WorkbenchError, match=r"damaged or is not a database.*workbench db restore"):
        open_store(project)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://host/name", "'mysql' is not supported. Allowed: sqlite and postgresql"),
        ("workbench.db", "not a database URL"),
        ("sqlite://", "needs a SQLite file"),
        ("postgresql://nobody@127.0.0.1:1/none", "does not answer"),
        ("sqlite:////proc/nowhere/workbench.db", "cannot be created"),
    ],
)
def test_database_urls_that_do_not_work(project, monkeypatch, url, message):
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", url)
    with pytest.raises(WorkbenchError, match=message):
        open_store(project)


def test_acknowledged_writes_are_flushed_to_the_disk(sqlite_store):
    with sqlite_store.engine.connect() as connection:
        pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        assert pragmas == ["wal", 2]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


class TestImages:
    def test_bytes_are_kept_once_under_their_hash(self, tmp_path, draw_image):
        images = ImageFiles(tmp_path / "images")
        content = draw_image(1)
        first = images.put(content, sha256=sha256_of(content), suffix=".PNG")
        assert first == f"{sha256_of(content)[:2]}/{sha256_of(content)}.png"
        assert images.put(content, sha256=sha256_of(content), suffix="png") == first
        assert images.read(first) == content
        assert list(images.uris()) == [first]

    def test_a_file_that_was_cut_short_is_written_again(self, tmp_path):
        images = ImageFiles(tmp_path)
        uri = images.put(b"content", sha256="ab" * 32, suffix="png")
        images.path(uri).write_bytes(b"con")
        images.put(b"content", sha256="ab" * 32, suffix="png")
        assert images.read(uri) == b"content"

    def test_a_writer_that_was_killed_leaves_no_half_file_under_a_name(self, tmp_path, run_python):
        code = """
            import os, signal, sys
            from pathlib import Path
            from workbench.store import images

            def killed(descriptor, content):
                written = real(descriptor, content[: len(content) // 2])
                os.kill(os.getpid(), signal.SIGKILL)

            real, images.os.write = os.write, killed
            images.ImageFiles(Path(sys.argv[1])).put(b"x" * 100_000, sha256="ab" * 32, suffix="png")
        """
        folder = tmp_path / "images"
        child = run_python(code, folder)
        child.communicate()
        assert child.returncode == -9
        images = ImageFiles(folder)
        assert list(images.uris()) == []
        assert images.discard_unfinished() == 1
        assert [path for path in folder.rglob("*") if path.is_file()] == []

    def test_what_a_file_manager_left_is_no_image(self, tmp_path):
        images = ImageFiles(tmp_path)
        uri = images.put(b"a\nb", sha256=sha256_of(b"a\nb"), suffix="png")
        for name in (".DS_Store", "Thumbs.db"):
            (tmp_path / uri).with_name(name).write_bytes(b"x")
        assert list(images.uris()) == [uri]
        assert images.read(uri) == b"a\nb"

    @pytest.mark.parametrize("uri", ["../secret.png", "ab/../../x.png", "/etc/passwd", "ab/" + "0" * 64, "", "a\x00b"])
    def test_a_key_cannot_leave_the_folder(self, tmp_path, uri):
        with pytest.raises(WorkbenchError, match="not the key of a stored image"):
            ImageFiles(tmp_path).read(uri)

    def test_a_missing_file_says_what_to_do(self, tmp_path):
        with pytest.raises(WorkbenchError, match="workbench db check"):
            ImageFiles(tmp_path).read("ab/" + "ab" * 32 + ".png")
