"""What restoring a backup refuses; nothing stays behind then."""

import contextlib
import hashlib
import json
import os
import shutil
import zipfile

import pytest

from workbench.errors import ConflictError, StoreVersionError, WorkbenchError
from workbench.paths import Project
from workbench.store import open_store
from workbench.store.connection import open_as_it_is
from workbench.store.samples import SampleFilter, page_of_samples
from workbench.store.themes import list_themes
from workbench.store.upkeep import migrations
from workbench.store.upkeep.backup import backup
from workbench.store.upkeep.integrity import check
from workbench.store.upkeep.restore import restore
from workbench.trust import foreign_because


def _stopped(*_given, **_named):
    raise KeyboardInterrupt


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

    def test_what_is_restored_is_whole_and_marked_whenever_it_ends(self, saved, place, monkeypatch):
        def renamed(name, content):
            return name, content.replace(b"img_00001", "Äpfel".encode()) if name == "tables/samples.jsonl" else content

        def resealed(name, content):
            if name == "manifest.json":
                manifest = json.loads(content)
                with zipfile.ZipFile(changed) as opened:
                    digest = hashlib.sha256(opened.read("tables/samples.jsonl")).hexdigest()
                manifest["tables"]["samples"]["sha256"] = digest
                return name, json.dumps(manifest).encode()
            return name, content

        changed = self._rewritten(saved, renamed).rename(saved.with_name("renamed.zip"))
        with monkeypatch.context() as patch:
            patch.setattr(migrations, "prepare", _stopped)
            with pytest.raises(KeyboardInterrupt):
                restore(place, self._rewritten(changed, resealed))
        assert foreign_because(place)
        with contextlib.closing(open_store(place)) as store, store.read() as session:
            theme = list_themes(session=session)[0].id
            found = page_of_samples(theme, SampleFilter(search="äPFE"), session=session)
            assert [sample.name for sample in found] == ["Äpfel.png"]

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
