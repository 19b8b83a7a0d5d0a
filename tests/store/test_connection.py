"""Opening stores, locked and damaged ones, and what a session sees."""

import threading

import pytest

from workbench.errors import StoreLockedError, WorkbenchError
from workbench.store import open_store
from workbench.store.labels import add_label, labels_of
from workbench.store.themes import create_theme, list_themes


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


ON_A_BROKEN_DISK = """
    import resource, signal
    from workbench.errors import StoreFailedError
    from workbench.store import open_store
    from workbench.store.themes import create_theme, list_themes

    store = open_store()
    with store.read() as session:
        list_themes(session=session)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        with store.write() as session:
            create_theme("lost", session=session)
    except StoreFailedError as error:
        print(error)
"""


def test_a_disk_that_refuses_to_write_is_a_sentence(sqlite_store, run_python):
    output, errors = run_python(ON_A_BROKEN_DISK).communicate()
    assert ("cannot be read or written: disk I/O error" in output, errors) == (True, "")
    with sqlite_store.read() as session:
        assert list_themes(session=session) == []


def test_acknowledged_writes_are_flushed_to_the_disk(sqlite_store):
    with sqlite_store.engine.connect() as connection:
        pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        assert pragmas == ["wal", 2]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://ann:secret@no.such.host.invalid/work", r"no\.such\.host\.invalid/work does not answer"),
        (f"postgresql://ann:secret@{'x' * 64}/work", "does not answer: .*label too long"),
        ("postgresql://ann:secret@127.0.0.1:1/work", "does not answer"),
        ("postgresql://ann:secret@127.0.0.1:bad/work", "is not a database URL"),
        ("postgresql://ann:secret@127.0.0.1:99999/work", "does not answer"),
        ("postgresql://ann:secret@127.0.0.1/work?nonsense=1", "does not answer"),
        ("postgresql+nonsense://ann:secret@127.0.0.1/work", "driver"),
        ("sqlite+nonsense:///work.db", "driver"),
        ("mysql://ann:secret@127.0.0.1/work", "not supported"),
    ],
)
def test_a_database_that_cannot_be_had_is_a_sentence(project, monkeypatch, url, said):
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", url)
    with pytest.raises(WorkbenchError, match=said) as caught:
        open_store(project)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:secret@no.such.host.invalid/work",
        "postgresql://ann:secret@h:bad/w",
        "sqlite:////proc/none/x.db",
    ],
)
@pytest.mark.parametrize("whose", ["MLFLOW_URI", "OPTUNA_URL"])
def test_mlflow_and_optuna_say_it_in_a_sentence_too(project, monkeypatch, whose, url):
    from workbench.registry.tracking import connect
    from workbench.tuning.storage import open_storage

    project.db.mkdir()
    monkeypatch.setenv(f"WORKBENCH_{whose}", url)
    with pytest.raises(WorkbenchError) as caught:
        (connect if whose == "MLFLOW_URI" else open_storage)(project)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
