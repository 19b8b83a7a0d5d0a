"""Backups and archives with one odd value: refused in a sentence, or what comes in could have been made by hand."""

import shutil

import pytest

from tests.faults.examples import mutations, try_each
from tests.faults.mutations import flipped, mutated_archive, mutated_backup
from workbench.data.exporting import export_theme
from workbench.data.importing.run import import_images
from workbench.errors import WorkbenchError
from workbench.paths import Project
from workbench.store import open_store
from workbench.store.annotators.second_opinions import give_opinion
from workbench.store.boxes import replace_boxes
from workbench.store.decisions import SKIPPED, BoxData, Decision
from workbench.store.label_merges import merge_labels
from workbench.store.labels import labels_of
from workbench.store.model_versions import add_model_version
from workbench.store.predictions import Predicted, write_predictions
from workbench.store.single_edits import Edit, decide
from workbench.store.snapshots import take_snapshot
from workbench.store.splits import assign_splits
from workbench.store.themes import list_themes
from workbench.store.undo import undo
from workbench.store.upkeep.backup import backup
from workbench.store.upkeep.integrity import check
from workbench.store.upkeep.restore import restore

ROUNDS = 60
WHO = {"annotator": "ann"}
# A backup saves what there is, with what `db check` finds in it.
STALE = {
    "label differs from its history",
    "split differs from its history",
    "event without batch",
    "event without sample",
}
STALE |= {"label of another theme or deleted label", "labeled and skipped", "label without annotator"}
STALE |= {"nothing there, and yet decided otherwise"}


@pytest.fixture
def lived(sqlite_store, make_theme, add_samples):
    """A store with a row in every table."""
    theme = make_theme(sqlite_store)
    ids = add_samples(sqlite_store, theme, range(8))
    with sqlite_store.write() as session:
        cat, dog, bird = (label.id for label in labels_of(theme, session=session))
        edits = [Edit(sample, Decision.of(cat if sample % 2 else dog)) for sample in ids[:6]]
        decide(theme, [*edits, Edit(ids[6], SKIPPED)], session=session, **WHO)
        assign_splits(theme, session=session, **WHO)
        give_opinion(theme, ids[0], bird, annotator="bob", session=session)
        replace_boxes(ids[7], [BoxData(cat, 1, 1, 3, 3.5)], session=session, **WHO)
        snapshot = take_snapshot(theme, session=session)
        model = add_model_version(theme, 1, run_id="r", snapshot_id=snapshot.id, metrics={"a": 1.0}, session=session)
        write_predictions(model.id, [Predicted(ids[0], cat, 0.5)], session=session)
    with sqlite_store.write() as session:
        merge_labels(bird, dog, session=session, **WHO)
    with sqlite_store.write() as session:
        undo(theme, session=session, **WHO)
    assert check(sqlite_store).ok
    return sqlite_store


@pytest.fixture
def empty_project(tmp_path, sqlite_template):
    """`empty_project()` is a project with an empty store, the same folder each time."""

    def make():
        place = Project(tmp_path / "elsewhere")
        shutil.rmtree(place.root, ignore_errors=True)
        place.db.mkdir(parents=True)
        shutil.copy(sqlite_template, place.db / "workbench.db")
        return place

    return make


@pytest.mark.parametrize("kind", ["backup", "archive"])
def test_an_odd_value_anywhere(lived, empty_project, tmp_path, kind):
    whole = tmp_path / f"{kind}.zip"
    if kind == "backup":
        backup(lived, whole)
    else:
        export_theme(lived, "pets", whole, "workbench", progress=False)
    told = []

    def each(drawn):
        place = empty_project()
        mutated = tmp_path / "mutated.zip"
        change = flipped if drawn.random() < 0.2 else mutated_backup if kind == "backup" else mutated_archive
        change(whole, mutated, drawn)
        store = open_store(place)
        try:
            bring_back(kind, store, mutated)
        except WorkbenchError as error:
            told.append(str(error))
            with store.read() as session:
                assert list_themes(session=session) == []
            assert list(store.images.uris()) == [] or kind == "archive"
        else:
            found = check(store)
            odd = {problem.kind for problem in found.problems} - (STALE if kind == "backup" else set())
            assert not odd, found.problems
        finally:
            store.close()

    tried = try_each(ROUNDS, mutations, each)
    assert len(told) >= tried // 3


def bring_back(kind, store, file):
    if kind == "backup":
        store.close()
        restore(store.project, file)
    else:
        import_images(store, "pets", file, progress=False, **WHO)
