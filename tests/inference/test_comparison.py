"""Two versions side by side, and where versions and samples come from."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from workbench import predict, register
from workbench.errors import NotFoundError, WorkbenchError
from workbench.inference.comparison import compare
from workbench.store.label_merges import delete_label, merge_labels
from workbench.store.labels import get_label
from workbench.store.schema import ModelVersion, SnapshotSample
from workbench.store.undo import undo


def test_versions_side_by_side(two_versions):
    found = compare("shades", 1, 2)
    assert (found.common, found.labeled, found.differing) == (21, 18, 14)
    assert (found.both_right, found.only_first, found.only_second, found.both_wrong) == (6, 12, 0, 0)
    assert found.metrics == {"best_valid_accuracy": (None, 0.4)}
    one, two = found.per_class["gray"]
    assert (one.recall, two.recall, one.support) == (1.0, 0.0, 6)
    first = found.differences[0]
    assert (first.name, first.actual, first.first, first.second) == ("gray/1.png", "gray", "gray", "bright")
    assert [each.actual for each in found.differences[12:]] == [None, None]
    assert [note.split(":")[0] for note in found.notes] == ["They were trained on different snapshots"]
    assert found.per_class_table().loc["gray", "change"] == -1
    assert found.metrics_table().shape == (1, 3)
    assert len(found.differences_table()) == 14


def test_answers_count_as_the_label_that_theirs_was_merged_into(two_versions):
    theme_id = two_versions.theme_id
    with two_versions.store.write() as session:
        gray, bright = (get_label(theme_id, name, session=session).id for name in ("gray", "bright"))
        merge_labels(gray, bright, annotator="ann", session=session)
    # Version 2 takes gray for bright and bright for gray, which are one by now.
    found = compare("shades", 1, 2)
    assert (found.common, found.labeled, found.differing, found.both_right) == (21, 18, 0, 18)
    assert set(found.per_class) == {"dark", "bright"}
    # What is predicted later keeps the class that the model names and counts the same.
    predict("shades", model=1, source="test")
    assert (compare("shades", 1, 2).both_right, compare("shades", 1, 2).differing) == (18, 0)
    with two_versions.store.write() as session:
        undo(theme_id, annotator="ann", session=session)
    assert (compare("shades", 1, 2).only_first, compare("shades", 1, 2).differing) == (12, 14)


def test_answers_with_a_label_that_is_gone_are_misses_of_the_right_one(two_versions):
    with two_versions.store.write() as session:
        delete_label(get_label(two_versions.theme_id, "gray", session=session).id, annotator="ann", session=session)
    found = compare("shades", 1, 2)
    assert (found.labeled, found.only_first) == (12, 6)
    # Version 2 takes bright for gray.
    one, two = found.per_class["bright"]
    assert [(each.recall, each.support) for each in (one, two)] == [(1.0, 6), (0.0, 6)]
    assert set(found.per_class) == {"dark", "bright"}


def test_samples_that_a_version_was_trained_on_are_named(two_versions):
    with two_versions.store.write() as session:
        for row in session.scalars(select(SnapshotSample).limit(5)):
            row.split = "train"
    assert "5 of the 21 common samples were in the training split of version 1" in compare("shades", 1, 2).notes[1]
    with two_versions.store.write() as session:
        for row in session.scalars(select(ModelVersion)):
            row.snapshot_id = session.scalar(select(SnapshotSample.snapshot_id).limit(1))
    (note,) = compare("shades", 1, 2).notes
    assert note.startswith("5 of the 21 common samples were in the training split of both versions: their predictions")


def test_without_common_answers_it_says_what_to_do(shades):
    register("shades", shades.log_run(), "staging")
    found = compare("shades", 1, 2)
    assert (found.common, found.differences) == (0, [])
    assert "workbench predict shades --model 1" in found.notes[0]
    with pytest.raises(WorkbenchError, match="two different versions"):
        compare("shades", 1, 1)
    with pytest.raises(NotFoundError, match="Known: 2, 1"):
        compare("shades", 1, 3)
