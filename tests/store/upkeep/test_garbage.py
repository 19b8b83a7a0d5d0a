"""What garbage collection removes, and what it keeps."""

import os
import time
from datetime import timedelta

import pytest

from workbench.errors import NotFoundError
from workbench.store import now
from workbench.store.bulk_edits import delete_samples, restore_samples
from workbench.store.history import history_of
from workbench.store.model_versions import add_model_version
from workbench.store.samples import SampleFilter
from workbench.store.schema import Batch, Sample, Snapshot, SnapshotSample, Theme
from workbench.store.snapshots import snapshot_rows
from workbench.store.steps import writing
from workbench.store.themes import delete_theme
from workbench.store.upkeep.garbage import GRACE, collect_garbage, preview_garbage
from workbench.store.upkeep.integrity import check


class TestGarbage:
    def _age(self, store):
        old = time.time() - 2 * GRACE.total_seconds()
        for file in store.project.images.rglob("*.*"):
            os.utime(file, (old, old))

    def test_deleted_samples_go_with_their_files_and_history(self, store, trained, uri_of):
        _, ids = trained
        self._age(store)
        uri = uri_of(store, ids[23])
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

    def test_it_goes_in_steps_and_what_is_restored_meanwhile_stays(self, store, trained, monkeypatch):
        theme_id, ids = trained
        with store.write() as session:
            delete_samples(theme_id, SampleFilter(ids=tuple(ids[:12])), annotator="ann", session=session)
        restored = []

        def rest(pace, _started):
            pace.size = 3
            if not restored:
                with store.write() as session:
                    where = SampleFilter(ids=(ids[11],))
                    restored.append(restore_samples(theme_id, where, annotator="bob", session=session).changed)

        monkeypatch.setattr(writing, "_FIRST_STEP", 3)
        monkeypatch.setattr(writing.Pace, "rest", rest)
        report = collect_garbage(store, deleted_before=now(), annotator="ann")
        assert (restored, report.samples, report.snapshots) == ([1], 12, 1)
        with store.read() as session:
            assert session.get_one(Sample, ids[11]).deleted_at is None
            assert session.query(Batch).filter_by(action="collect garbage").one().changed == 12
            assert session.query(Snapshot).count() == session.query(SnapshotSample).count() == 0
        with store.write() as session:
            delete_theme(theme_id, annotator="ann", session=session)
        assert collect_garbage(store, deleted_before=now(), annotator="ann").themes == 1
        with store.read() as session:
            assert session.query(Theme).count() == session.query(Batch).count() == session.query(Sample).count() == 0
        assert check(store).ok

    def test_what_a_file_manager_left_is_neither_garbage_nor_in_the_way(self, store, trained, uri_of):
        foreign = store.images.path(uri_of(store, trained[1][0])).with_name(".DS_Store")
        foreign.write_bytes(b"x")
        self._age(store)
        assert collect_garbage(store, deleted_before=now(), annotator="ann").files == 1
        assert foreign.exists()

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
            assert len(list(snapshot_rows(snapshot.id, session=session))) == 20
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

    def test_an_image_that_another_theme_uses_is_kept(self, store, trained, make_theme, add_samples, uri_of):
        [twin] = add_samples(store, make_theme(store, "other"), range(23, 24))
        self._age(store)
        assert collect_garbage(store, deleted_before=now(), annotator="ann").files == 0
        assert store.images.read(uri_of(store, twin))

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
