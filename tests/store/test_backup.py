"""Backing up and restoring."""

import json
import os
import shutil
import zipfile

import pytest

from workbench.errors import ConflictError, StoreVersionError, WorkbenchError
from workbench.paths import Project
from workbench.store import open_store
from workbench.store.bulk_edits import delete_samples, label_many
from workbench.store.connection import open_as_it_is
from workbench.store.label_merges import merge_labels
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, page_of_samples
from workbench.store.schema import Base, LabelEvent
from workbench.store.themes import list_themes
from workbench.store.upkeep import migrations
from workbench.store.upkeep.backup import backup
from workbench.store.upkeep.integrity import check
from workbench.store.upkeep.restore import restore

LABELING = """
    import sys
    from workbench.store import open_store
    from workbench.store.decisions import Decision
    from workbench.store.single_edits import Edit, decide

    store, theme_id, label_id = open_store(), int(sys.argv[1]), int(sys.argv[2])
    print("ready", flush=True)
    for turn in range(1000):
        for sample_id in map(int, sys.argv[3:]):
            with store.write() as session:
                decision = Edit(sample_id, Decision.of(label_id if turn % 2 == 0 else None))
                decide(theme_id, [decision], annotator="bob", session=session)
"""


def _content(store):
    """Every row of every table, for comparison."""
    with store.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def empty_place(tmp_path, store, monkeypatch):
    """Another project without a store, on SQLite whatever the test's own store is on."""
    monkeypatch.delenv("WORKBENCH_DATABASE_URL", raising=False)
    root = tmp_path / "elsewhere"
    root.mkdir()
    return Project(root)


class TestBackup:
    def test_it_comes_back_whole_in_an_empty_place(self, store, trained, empty_place, tmp_path):
        with store.write() as session:
            # The first row of labels refers to the second.
            merge_labels(*(row.id for row in labels_of(trained[0], session=session)), annotator="ann", session=session)
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
            label, other, _ = labels_of(theme_id, session=session)
            label_many(theme_id, SampleFilter(), label.id, annotator="ann", session=session)
            merge_labels(label.id, other.id, annotator="ann", session=session)
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

    def test_images_that_were_lost_before_are_named(self, store, trained, empty_place, tmp_path, uri_of):
        uri = uri_of(store, trained[1][0])
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

    def test_a_flipped_bit_anywhere_is_told_or_harmless(self, saved, place):
        content = saved.read_bytes()
        told = 0
        for position in range(7, len(content), len(content) // 60):
            damaged = saved.with_name(f"{position}.zip")
            damaged.write_bytes(content[:position] + bytes([content[position] ^ 4]) + content[position + 1 :])
            shutil.rmtree(place.db, ignore_errors=True)
            try:
                restore(place, damaged)
            except WorkbenchError:
                told += 1
                continue
            there = open_store(place)
            found = check(there)
            assert (found.ok, found.samples, found.files) == (True, 3, 3), position
            there.close()
        assert told > 20

    def test_an_image_that_the_list_of_files_has_lost_is_missed(self, saved, place):
        def change(name, content):
            return name.replace("images/", "imaggs/", 1) if content == lost else name, content

        with zipfile.ZipFile(saved) as archive:
            lost = archive.read(next(name for name in archive.namelist() if name.startswith("images/")))
        with pytest.raises(WorkbenchError, match="it lacks 1 images that its samples refer to"):
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

    def test_an_older_store_is_backed_up_as_it_is_and_upgraded_when_restored(
        self, fresh_database, project, make_theme, tmp_path, newer_code
    ):
        store = open_store(project)
        make_theme(store, "old")
        older = migrations.latest_version()
        store.close()
        newer_code()
        as_it_is = open_as_it_is(project)
        report = backup(as_it_is, tmp_path / "old.zip")
        as_it_is.close()
        with zipfile.ZipFile(report.file) as archive:
            assert json.loads(archive.read("manifest.json"))["schema_version"] == older
        os.environ.pop("WORKBENCH_DATABASE_URL", None)
        place = Project(tmp_path / "new")
        restore(place, report.file)
        restored = open_store(place)
        assert migrations.current_version(restored.engine) == migrations.latest_version() != older
        with restored.read() as session:
            assert [theme.name for theme in list_themes(session=session)] == ["old"]
        restored.close()
