"""Labels that changed under a snapshot, counted from the raw rows."""

from sqlalchemy import select

from workbench.store.bulk_edits import delete_samples
from workbench.store.decisions import Decision
from workbench.store.label_merges import merge_labels
from workbench.store.labels import edit_label, labels_of
from workbench.store.samples import SampleFilter
from workbench.store.schema import Snapshot, SnapshotSample
from workbench.store.single_edits import Edit, decide
from workbench.store.staleness import changed_labels, changed_since_digests, samples_changed_since


def test_changed_deleted_and_merged_labels_are_counted_by_split(store, trained):
    theme_id, _ = trained
    with store.write() as session:
        snapshot = session.scalars(select(Snapshot)).one()
        kept = session.execute(select(SnapshotSample.sample_id, SnapshotSample.label, SnapshotSample.split)).all()
        cat, dog = (label.id for label in labels_of(theme_id, session=session))
        in_train = [row for row in kept if row.split == "train"]
        in_test = next(row for row in kept if row.split == "test")
        changed, gone = in_train[0], in_train[1]
        assert not changed_labels(theme_id, [snapshot.id], session=session)[snapshot.id].is_stale
        others = {"cat": dog, "dog": cat}
        edits = [Edit(row.sample_id, Decision.of(others[row.label])) for row in (changed, in_test)]
        decide(theme_id, edits, annotator="eve", session=session)
        delete_samples(theme_id, SampleFilter(ids=(gone.sample_id,)), annotator="eve", session=session)
        edit_label(dog, name="hound", annotator="eve", session=session)
    total = {split: sum(row.split == split for row in kept) for split in ("train", "valid", "test")}
    with store.read() as session:
        found = changed_since_digests(theme_id, [snapshot.digest, "none"], session=session)
        # A label that is only called otherwise is none that changed.
        assert (found[snapshot.digest].changed, found[snapshot.digest].deleted) == ({"train": 1, "test": 1}, 1)
        assert found[snapshot.digest].total == total
        assert samples_changed_since(theme_id, snapshot.id, session=session) == sorted(
            (row.sample_id, row.split, row.label) for row in (changed, in_test)
        )
    with store.write() as session:
        merge_labels(dog, cat, annotator="eve", session=session)
        merged = changed_labels(theme_id, [snapshot.id], session=session)[snapshot.id]
    # By now all that were dogs are cats: by the merge, but for the one that eve had called so.
    now_cats = [row for row in kept if row.label == "dog" and row is not gone]
    back = [row for row in (changed, in_test) if row.label == "cat"]
    assert merged.number == len(now_cats)
    assert merged.by_merge == len(now_cats)
    assert not {row.sample_id for row in back} & {row.sample_id for row in now_cats}
