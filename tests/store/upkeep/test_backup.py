"""A backup is whole, of one moment, and moves between databases."""

import pytest

from workbench.errors import WorkbenchError
from workbench.paths import Project
from workbench.store import open_store
from workbench.store.bulk_edits import delete_samples, label_many
from workbench.store.label_merges import merge_labels
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, page_of_samples
from workbench.store.schema import Base, LabelEvent
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
