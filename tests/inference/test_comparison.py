"""Two versions side by side, and where versions and samples come from."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from workbench import predict, register
from workbench.errors import NotFoundError, WorkbenchError
from workbench.inference.comparison import compare
from workbench.registry.tracking import connect
from workbench.store.label_merges import delete_label, merge_labels
from workbench.store.labels import get_label
from workbench.store.samples import SampleFilter, page_of_samples
from workbench.store.schema import ModelVersion, SnapshotSample
from workbench.store.snapshots import take_snapshot
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
    assert note.startswith("5 of the 21 common samples were in the training split of both: their predictions")


@pytest.fixture
def tested_run(shades):
    """`tested_run(answers)` logs a run that answered its test images, a label for each, as a training does."""

    def log(answers, **arguments):
        with shades.store.write() as session:
            digest = take_snapshot(shades.theme_id, session=session).digest
        run_id = shades.log_run(tags={"workbench.snapshot": digest}, **arguments)
        rows = [f"{sample_id},{label},{label},0.9" for sample_id, label in answers.items()]
        text = "\n".join(["sample_id,true,predicted,score", *rows])
        connect(shades.project).log_text(run_id, text, "test_predictions.csv")
        return run_id

    return log


def test_runs_are_compared_without_being_registered(shades, tested_run):
    with shades.store.read() as session:
        ids = [sample.id for sample in page_of_samples(shades.theme_id, SampleFilter(split="test"), session=session)]
    first = tested_run(dict.fromkeys(ids, "dark"), accuracy=0.3)
    second = tested_run({sample_id: "dark" if number % 2 else "gray" for number, sample_id in enumerate(ids[:10])})
    found = compare("shades", first, second)
    assert (found.first.version, found.second.version, found.common, found.labeled) == (None, None, 10, 10)
    assert found.differing == 5 == len(found.differences)
    assert found.metrics == {"best_valid_accuracy": (0.3, None)}
    assert found.both_right + found.only_first + found.only_second + found.both_wrong == 10
    assert found.notes == ()
    # A class that was merged since counts as what it went into.
    with shades.store.write() as session:
        gray, bright = (get_label(shades.theme_id, name, session=session).id for name in ("gray", "bright"))
        merge_labels(gray, bright, annotator="ann", session=session)
    assert {each.second for each in compare("shades", first, second).differences} == {"bright"}
    # Registered, both are compared all the same: nothing was predicted with them yet.
    for run_id in (first, second):
        register("shades", run_id, "none")
    again = compare("shades", 2, 3)
    assert (again.common, again.differing) == (10, 5)
    assert "test images of their runs" in again.notes[0]
    with pytest.raises(WorkbenchError, match="are one model"):
        compare("shades", first, 2)
    with pytest.raises(NotFoundError, match=r"no test_predictions\.csv"):
        compare("shades", first, shades.log_run())
    with pytest.raises(NotFoundError, match="There is no run"):
        compare("shades", first, "0" * 32)


def test_without_common_answers_it_says_what_to_do(shades):
    register("shades", shades.log_run(), "staging")
    found = compare("shades", 1, 2)
    assert (found.common, found.differences) == (0, [])
    assert "workbench predict shades --model 1" in found.notes[0]
    with pytest.raises(WorkbenchError, match="two different ones"):
        compare("shades", 1, 1)
    with pytest.raises(NotFoundError, match="Known: 2, 1"):
        compare("shades", 1, 3)
