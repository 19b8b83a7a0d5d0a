"""Checking, backing up, restoring and collecting garbage."""

import json
import os
import shutil
import time
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import text

from workbench.errors import ConflictError, NotFoundError, StoreVersionError, WorkbenchError
from workbench.paths import Project
from workbench.store import migrations, now, open_store
from workbench.store.backup import backup
from workbench.store.connection import open_as_it_is
from workbench.store.engine import create_store_engine
from workbench.store.garbage import GRACE, collect_garbage, preview_garbage
from workbench.store.integrity import check
from workbench.store.labeling import Decision, decide, delete_samples, history_of, label_many
from workbench.store.labels import labels_of
from workbench.store.model_versions import add_model_version
from workbench.store.restoring import restore
from workbench.store.samples import SampleFilter, page_of_samples
from workbench.store.schema import Base, LabelEvent, Sample, Snapshot, Theme
from workbench.store.snapshots import snapshot_size, take_snapshot
from workbench.store.splits import assign_splits
from workbench.store.themes import delete_theme, get_theme, list_themes

LABELING = """
    import sys
    from workbench.store import open_store
    from workbench.store.labeling import Decision, decide

    store, theme_id, label_id = open_store(), int(sys.argv[1]), int(sys.argv[2])
    print("ready", flush=True)
    for turn in range(1000):
        for sample_id in map(int, sys.argv[3:]):
            with store.write() as session:
                decision = Decision(sample_id, label_id if turn % 2 == 0 else None)
                decide(theme_id, [decision], annotator="bob", session=session)
"""


@pytest.fixture
def trained(store, make_theme, add_samples):
    """A theme with labels, splits, a snapshot and a deleted sample. Returns its id and its samples' ids."""
    theme_id = make_theme(store, labels=("cat", "dog"))
    ids = add_samples(store, theme_id, range(24))
    with store.write() as session:
        cat, dog = labels_of(theme_id, session=session)
        decisions = [Decision(sample_id, (cat if number % 2 else dog).id) for number, sample_id in enumerate(ids[:20])]
        decide(theme_id, [*decisions, Decision(ids[20], skip=True)], annotator="ann", session=session)
        assign_splits(theme_id, annotator="ann", session=session)
        take_snapshot(theme_id, session=session)
        delete_samples(theme_id, SampleFilter(ids=(ids[23],)), annotator="ann", session=session)
    return theme_id, ids


def _content(store):
    """Every row of every table, for comparison."""
    with store.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
        }


def _uri(store, sample_id):
    with store.read() as session:
        return session.get_one(Sample, sample_id).uri


@pytest.fixture
def empty_place(tmp_path, store, monkeypatch):
    """Another project without a store, on SQLite whatever the test's own store is on."""
    monkeypatch.delenv("WORKBENCH_DATABASE_URL", raising=False)
    root = tmp_path / "elsewhere"
    root.mkdir()
    return Project(root)


class TestCheck:
    def test_a_sound_store(self, store, trained):
        report = check(store)
        assert report.ok
        assert (report.samples, report.files, report.orphans, report.unfinished) == (24, 24, 0, 0)
        assert report.bytes == sum(file.stat().st_size for file in store.project.images.rglob("*.png"))

    def test_files_that_are_missing_or_damaged(self, store, trained):
        _, ids = trained
        missing, cut, changed = (_uri(store, sample_id) for sample_id in ids[:3])
        store.images.path(missing).unlink()
        os.truncate(store.images.path(cut), 10)
        content = bytearray(store.images.read(changed))
        content[-1] ^= 1
        store.images.path(changed).write_bytes(content)
        report = check(store)
        assert {(problem.kind, problem.subject) for problem in report.problems} == {
            ("missing file", missing), ("damaged file", cut), ("damaged file", changed)
        }  # fmt: skip
        assert not report.ok

    def test_files_that_belong_to_nothing(self, store, trained):
        store.images.put(b"left over", sha256="ab" * 32, suffix="png")
        (store.project.images / "ab" / ".part-1234").write_bytes(b"half")
        report = check(store)
        assert (report.ok, report.orphans, report.unfinished) == (True, 1, 1)

    def test_rows_that_contradict_each_other(self, store, trained, make_theme):
        _, ids = trained
        make_theme(store, "other", ("x",))
        with store.write() as session:
            foreign = labels_of(get_theme("other", session=session).id, session=session)[0].id
            session.get_one(Sample, ids[0]).label_id = foreign
            session.get_one(Sample, ids[1]).skipped = True
            session.get_one(Sample, ids[2]).split = None
        kinds = {(problem.kind, problem.subject.split()[1]) for problem in check(store).problems}
        assert kinds == {
            ("label of another theme or deleted label", str(ids[0])),
            ("label differs from its history", str(ids[0])),
            ("labeled and skipped", str(ids[1])),
            ("split differs from its history", str(ids[2])),
        }


class TestBackup:
    def test_it_comes_back_whole_in_an_empty_place(self, store, trained, empty_place, tmp_path):
        report = backup(store, tmp_path / "saved" / "b.zip")
        assert (report.images, report.missing) == (24, ())
        restored = restore(empty_place, report.file)
        assert (restored.rows, restored.images) == (report.rows, 24)
        there = open_store(empty_place)
        assert _content(there) == _content(store)
        assert check(there).ok
        with there.write() as session:
            sample = page_of_samples(trained[0], SampleFilter(state="skipped"), session=session)[0]
            delete_samples(trained[0], SampleFilter(ids=(sample.id,)), annotator="ann", session=session)
        there.close()

    def test_a_sqlite_store_moves_to_postgresql_and_work_goes_on_there(
        self, sqlite_store, make_theme, add_samples, tmp_path, monkeypatch, postgresql_url
    ):
        theme_id = make_theme(sqlite_store)
        ids = add_samples(sqlite_store, theme_id, range(5))
        with sqlite_store.write() as session:
            label = labels_of(theme_id, session=session)[0]
            label_many(theme_id, SampleFilter(), label.id, annotator="ann", session=session)
        report = backup(sqlite_store, tmp_path / "b.zip")
        monkeypatch.setenv("WORKBENCH_DATABASE_URL", postgresql_url)
        root = tmp_path / "server"
        root.mkdir()
        restore(Project(root), report.file)
        there = open_store(Project(root))
        assert _content(there) == _content(sqlite_store)
        new = add_samples(there, make_theme(there, "new"), range(50, 52))
        assert min(new) > max(ids)
        there.close()

    def test_it_is_of_one_moment_while_people_label(self, store, trained, tmp_path, run_python, request):
        theme_id, ids = trained
        with store.read() as session:
            label_id = labels_of(theme_id, session=session)[0].id
        child = run_python(LABELING, theme_id, label_id, *ids[:10])
        assert child.stdout.readline() == "ready\n"
        for number in range(100):
            before = self._events(store)
            report = backup(store, tmp_path / f"{number}.zip")
            if self._events(store) > before:
                break
        assert self._events(store) > before
        child.kill()
        child.communicate()
        place = request.getfixturevalue("empty_place")
        restore(place, report.file)
        there = open_store(place)
        assert check(there).ok
        there.close()

    def _events(self, store):
        with store.read() as session:
            return session.query(LabelEvent).count()

    def test_images_that_were_lost_before_are_named(self, store, trained, empty_place, tmp_path):
        uri = _uri(store, trained[1][0])
        store.images.path(uri).unlink()
        report = backup(store, tmp_path / "b.zip")
        assert report.missing == (uri,)
        assert restore(empty_place, report.file).missing == (uri,)

    def test_it_is_never_written_over_a_file(self, store, tmp_path):
        (tmp_path / "b.zip").write_bytes(b"mine")
        with pytest.raises(WorkbenchError, match="exists already"):
            backup(store, tmp_path / "b.zip")
        assert (tmp_path / "b.zip").read_bytes() == b"mine"

    def test_nothing_half_written_stays(self, store, tmp_path):
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(WorkbenchError, match="cannot be written"):
            backup(store, tmp_path / "file" / "b.zip")
        assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["file"]


class TestRestore:
    @pytest.fixture
    def saved(self, sqlite_store, make_theme, add_samples, tmp_path):
        add_samples(sqlite_store, make_theme(sqlite_store), range(3))
        return backup(sqlite_store, tmp_path / "b.zip").file

    @pytest.fixture
    def place(self, tmp_path):
        root = tmp_path / "elsewhere"
        root.mkdir()
        return Project(root)

    def _rewritten(self, saved, change):
        """A copy of a backup in which `change(name, content)` has replaced members."""
        copy = saved.with_name("changed.zip")
        with zipfile.ZipFile(saved) as old, zipfile.ZipFile(copy, "w") as new:
            for info in old.infolist():
                name, content = change(info.filename, old.read(info))
                new.writestr(name, content)
        return copy

    def _is_empty(self, place):
        store = open_store(place)
        with store.read() as session:
            themes = list_themes(session=session)
        files = list(store.images.uris())
        store.close()
        return themes == [] and files == []

    def test_a_place_that_is_not_empty_is_left_alone(self, saved, sqlite_store):
        with pytest.raises(ConflictError, match="holds themes already"):
            restore(sqlite_store.project, saved)
        with sqlite_store.read() as session:
            assert [theme.name for theme in list_themes(session=session)] == ["pets"]

    def test_images_that_are_there_are_left_alone(self, saved, place):
        place.images.mkdir(parents=True)
        shutil.copytree(saved.parent / "project" / "db" / "images", place.images, dirs_exist_ok=True)
        with pytest.raises(ConflictError, match="images in"):
            restore(place, saved)

    def test_a_damaged_image_is_found(self, saved, place):
        def change(name, content):
            return name, content[:-1] + b"x" if name.startswith("images/") else content

        with pytest.raises(WorkbenchError, match=r"image .* is damaged"):
            restore(place, self._rewritten(saved, change))
        assert self._is_empty(place)

    def test_a_damaged_table_is_found(self, saved, place):
        def change(name, content):
            return name, content.replace(b"img_00001", b"img_00002")

        with pytest.raises(WorkbenchError, match="does not match its checksum"):
            restore(place, self._rewritten(saved, change))
        assert self._is_empty(place)

    def test_a_file_that_was_cut_short(self, saved, place):
        os.truncate(saved, saved.stat().st_size - 100)
        with pytest.raises(WorkbenchError, match="not a backup, or is incomplete"):
            restore(place, saved)

    def test_other_files(self, saved, place, tmp_path):
        (tmp_path / "text.zip").write_text("hello")
        with pytest.raises(WorkbenchError, match="not a backup"):
            restore(place, tmp_path / "text.zip")
        with pytest.raises(WorkbenchError, match="There is no file"):
            restore(place, tmp_path / "none.zip")
        with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
            archive.writestr("x.txt", "x")
        with pytest.raises(WorkbenchError, match=r"lacks manifest\.json"):
            restore(place, tmp_path / "other.zip")

    def test_a_backup_of_a_newer_version_is_refused(self, saved, place):
        def change(name, content):
            if name == "manifest.json":
                content = json.dumps({**json.loads(content), "schema_version": "9999"})
            return name, content

        with pytest.raises(StoreVersionError, match="newer version"):
            restore(place, self._rewritten(saved, change))

    def test_a_name_that_would_leave_the_folder_is_refused(self, saved, place):
        def change(name, content):
            return (name.replace("images/", "images/../../../", 1), content)

        with pytest.raises(WorkbenchError, match="not the key of a stored image"):
            restore(place, self._rewritten(saved, change))
        assert self._is_empty(place)

    def test_a_bomb_is_refused_before_it_unpacks(self, saved, place):
        bomb = saved.with_name("bomb.zip")
        with zipfile.ZipFile(saved) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
            for info in old.infolist():
                content = b"[" * 50_000_000 if info.filename == "tables/themes.jsonl" else old.read(info)
                new.writestr(info.filename, content)
        with pytest.raises(WorkbenchError, match=r"would unpack to 50,000,000 bytes"):
            restore(place, bomb)

    def test_an_older_store_is_backed_up_as_it_is_and_upgraded_when_restored(self, fresh_database, project, tmp_path):
        engine = create_store_engine(project.database_url)
        migrations.upgrade_to(engine, "0001")
        with engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO themes (name, description, task, created_at) VALUES ('old', '', 'boxes', '2026-01-01')"
                )
            )
        engine.dispose()
        older = open_as_it_is(project)
        report = backup(older, tmp_path / "old.zip")
        older.close()
        os.environ.pop("WORKBENCH_DATABASE_URL", None)
        place = Project(tmp_path / "new")
        restore(place, report.file)
        store = open_store(place)
        with store.read() as session:
            [theme] = list_themes(session=session)
            assert (theme.name, theme.created_at.isoformat()) == ("old", "2026-01-01T00:00:00+00:00")
        store.close()


class TestGarbage:
    def _age(self, store):
        old = time.time() - 2 * GRACE.total_seconds()
        for file in store.project.images.rglob("*.*"):
            os.utime(file, (old, old))

    def test_deleted_samples_go_with_their_files_and_history(self, store, trained):
        _, ids = trained
        self._age(store)
        uri = _uri(store, ids[23])
        report = collect_garbage(store, deleted_before=now(), annotator="ann")
        assert (report.samples, report.kept, report.files, report.snapshots) == (1, 0, 1, 0)
        assert report.bytes > 0
        with store.read() as session:
            assert session.get(Sample, ids[23]) is None
            assert history_of(ids[23], session=session) == []
        with pytest.raises(NotFoundError):
            store.images.read(uri)
        assert check(store).ok
        assert collect_garbage(store, deleted_before=now(), annotator="ann").samples == 0

    def test_what_was_deleted_lately_stays(self, store, trained):
        self._age(store)
        report = collect_garbage(store, deleted_before=now() - timedelta(days=1), annotator="ann")
        assert (report.samples, report.files) == (0, 0)

    def test_samples_of_a_registered_models_snapshot_are_kept(self, store, trained):
        theme_id, _ = trained
        self._age(store)
        with store.write() as session:
            snapshot = session.query(Snapshot).one()
            add_model_version(theme_id, 1, run_id="r", snapshot_id=snapshot.id, metrics={}, session=session)
            delete_samples(theme_id, SampleFilter(), annotator="ann", session=session)
        report = collect_garbage(store, deleted_before=now(), annotator="ann")
        assert (report.samples, report.kept, report.files) == (4, 20, 4)
        with store.read() as session:
            assert snapshot_size(snapshot.id, session=session) == 20
        assert check(store).ok

    def test_a_snapshot_of_an_unregistered_run_goes_as_a_whole(self, store, trained):
        theme_id, ids = trained
        with store.write() as session:
            delete_samples(theme_id, SampleFilter(ids=(ids[0],)), annotator="ann", session=session)
        preview = preview_garbage(store, deleted_before=now())
        report = collect_garbage(store, deleted_before=now(), annotator="ann")
        assert (preview.samples, preview.snapshots) == (report.samples, report.snapshots) == (2, 1)
        with store.read() as session:
            assert session.query(Snapshot).count() == 0

    def test_an_image_that_another_theme_uses_is_kept(self, store, trained, make_theme, add_samples):
        [twin] = add_samples(store, make_theme(store, "other"), range(23, 24))
        self._age(store)
        assert collect_garbage(store, deleted_before=now(), annotator="ann").files == 0
        assert store.images.read(_uri(store, twin))

    def test_a_deleted_theme_goes_unless_it_has_a_registered_model(self, store, trained, make_theme, add_samples):
        theme_id, _ = trained
        other = make_theme(store, "other")
        add_samples(store, other, range(100, 103))
        with store.write() as session:
            snapshot = session.query(Snapshot).one()
            add_model_version(theme_id, 1, run_id="r", snapshot_id=snapshot.id, metrics={}, session=session)
            delete_theme(theme_id, annotator="ann", session=session)
            delete_theme(other, annotator="ann", session=session)
        report = collect_garbage(store, deleted_before=now(), annotator="ann")
        assert (report.themes, report.samples, report.kept) == (1, 7, 20)
        with store.read() as session:
            assert [theme.id for theme in session.query(Theme)] == [theme_id]

    def test_files_of_an_import_that_is_going_on_are_left_alone(self, store, trained):
        store.images.put(b"not yet in a row", sha256="ab" * 32, suffix="png")
        assert collect_garbage(store, deleted_before=now() - timedelta(days=1), annotator="ann").files == 0
        self._age(store)
        store.images.put(b"not yet in a row", sha256="ab" * 32, suffix="png")
        assert collect_garbage(store, deleted_before=now() - timedelta(days=1), annotator="ann").files == 0
        self._age(store)
        assert collect_garbage(store, deleted_before=now() - timedelta(days=1), annotator="ann").files == 1
