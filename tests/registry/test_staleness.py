"""What rests on labels that changed says so, and kept answers are scored on today's: recounted from raw rows."""

import csv

import pytest
from sqlalchemy import select

from workbench.registry.rescoring import rescored
from workbench.registry.tracking import connect, mlflow_run
from workbench.registry.versions import list_versions
from workbench.store.bulk_edits import delete_samples
from workbench.store.decisions import Decision
from workbench.store.label_merges import merge_labels
from workbench.store.labels import edit_label, labels_of
from workbench.store.samples import SampleFilter
from workbench.store.schema import ModelVersion, Prediction, Sample, SnapshotSample
from workbench.store.single_edits import Edit, decide
from workbench.store.staleness import changed_labels, samples_changed_since
from workbench.store.undo import undo


@pytest.fixture
def relabeled(two_versions):
    """Version 1 learned 18 labels and has predicted 18 images; two labels were corrected, three merged, one renamed."""
    shades = two_versions
    run_id = list_versions("shades")[-1].run_id
    with shades.store.read() as session:
        rows = session.scalars(select(Sample).where(Sample.split == "test").order_by(Sample.id)).all()
        labels = {label.name: label.id for label in labels_of(shades.theme_id, session=session)}
    names = {number: name for name, number in labels.items()}
    with mlflow_run("shades", shades.project, run_id=run_id):
        import mlflow

        # The first dark one was taken for gray, all else as it was labeled.
        lines = [f"{row.id},{names[row.label_id]},{names[row.label_id]},0.9" for row in rows]
        lines[0] = f"{rows[0].id},dark,gray,0.6"
        mlflow.log_text("\n".join(["sample_id,true,predicted,score", *lines]), "test_predictions.csv")
    connect(shades.project)
    dark = [row.id for row in rows if names[row.label_id] == "dark"]
    bright = [row.id for row in rows if names[row.label_id] == "bright"]
    with shades.store.write() as session:
        edits = [Edit(dark[0], Decision.of(labels["gray"])), Edit(bright[0], Decision.of(labels["dark"]))]
        decide(shades.theme_id, edits, annotator="eve", session=session)
        delete_samples(shades.theme_id, SampleFilter(ids=(bright[1],)), annotator="eve", session=session)
        edit_label(labels["gray"], name="grey", annotator="eve", session=session)
    return shades, dark, bright, labels


def _raw(shades, split):
    """(label of then, label of now) of each living sample of the snapshot's split, in names, straight from the rows."""
    with shades.store.read() as session:
        snapshot_id = session.scalar(select(ModelVersion.snapshot_id).where(ModelVersion.version == 1))
        kept = session.execute(select(SnapshotSample.sample_id, SnapshotSample.label, SnapshotSample.split)).all()
        samples = {row.id: row for row in session.scalars(select(Sample))}
        names = {label.id: label.name for label in labels_of(shades.theme_id, session=session)}
    then = {one: {"gray": "grey"}.get(label, label) for one, label, of in kept if of == split}
    now = {one: names.get(samples[one].label_id) for one in then if samples[one].deleted_at is None}
    return snapshot_id, then, now


def test_changed_labels_are_told_for_versions_and_runs(relabeled):
    shades, dark, bright, _ = relabeled
    snapshot_id, then, now = _raw(shades, "test")
    with shades.store.read() as session:
        found = changed_labels(shades.theme_id, [snapshot_id], session=session)[snapshot_id]
        which = samples_changed_since(shades.theme_id, snapshot_id, session=session)
    differing = sorted(one for one in now if now[one] != then[one])
    assert [row[0] for row in which] == differing == sorted([dark[0], bright[0]])
    assert (found.total, found.changed, found.by_merge) == ({"test": len(then)}, {"test": len(differing)}, 0)
    assert found.deleted == len(then) - len(now) == 1
    assert found.words == "2 of 18 test labels changed since; 1 image was deleted since"
    versions = {row.version: row for row in list_versions("shades")}
    assert versions[1].changed == found
    assert versions[1].as_dict()["labels_changed"] == 2


def test_a_merge_is_told_as_one_until_it_is_undone(relabeled):
    shades, _, _, labels = relabeled
    snapshot_id, *_ = _raw(shades, "test")
    with shades.store.write() as session:
        merge_labels(labels["bright"], labels["dark"], annotator="eve", session=session)
    _, then, now = _raw(shades, "test")
    with shades.store.read() as session:
        found = changed_labels(shades.theme_id, [snapshot_id], session=session)[snapshot_id]
    differing = [one for one in now if now[one] != then[one]]
    assert found.changed == {"test": len(differing)} == {"test": 6}
    assert found.by_merge == sum(then[one] == "bright" for one in differing) == 5
    assert "6 of 18 test labels changed since (5 by merge)" in found.words
    assert rescored("shades", 1).accuracy == (16 / 17, 1.0)
    with shades.store.write() as session:
        undo(shades.theme_id, annotator="eve", session=session)
        assert changed_labels(shades.theme_id, [snapshot_id], session=session)[snapshot_id].by_merge == 0


def test_answers_for_test_images_are_scored_on_the_labels_of_today(relabeled, client):
    shades, dark, bright, _ = relabeled
    _, then, now = _raw(shades, "test")
    file = client.download_artifacts(list_versions("shades")[-1].run_id, "test_predictions.csv")
    with open(file, newline="") as stream:
        answers = {
            int(row["sample_id"]): {"gray": "grey"}.get(row["predicted"], row["predicted"])
            for row in csv.DictReader(stream)
        }
    found = rescored("shades", 1)
    # "then" are the labels of then; the deleted image counts for neither.
    assert found.then.total == len(now)
    assert found.then.counts.trace() == sum(answers[one] == then[one] for one in now)
    assert found.now.counts.trace() == sum(answers[one] == now[one] for one in now) == len(now) - 1
    assert [(row.sample_id, row.right) for row in found.moved] == [(dark[0], (False, True)), (bright[0], (True, False))]
    assert (found.left_out, found.answers) == (1, "test")
    per_class = found.per_class()
    assert per_class.loc["dark", "support_now"] == sum(label == "dark" for label in now.values())
    assert list_versions("shades")[-1].test_accuracy_now == found.accuracy[1]


def test_stored_predictions_are_scored_on_the_labels_that_stood_when_they_were_made(relabeled):
    shades, dark, bright, _ = relabeled
    found = rescored("shades", 1, "stored")
    with shades.store.read() as session:
        version = session.scalar(select(ModelVersion.id).where(ModelVersion.version == 1))
        rows = session.execute(
            select(Prediction.sample_id, Prediction.label_id, Sample.label_id)
            .join(Sample, Sample.id == Prediction.sample_id)
            .where(Prediction.model_id == version, Sample.deleted_at.is_(None), Sample.label_id.is_not(None))
        ).all()
    assert found.now.total == len(rows)
    assert found.now.counts.trace() == sum(answer == label for _, answer, label in rows) == len(rows) - 2
    assert found.accuracy[0] == 1.0
    assert {row.sample_id for row in found.moved} == {dark[0], bright[0]}
    assert "17 of 17 (100.0 %) stored predictions right then, 15 of 17 (88.2 %) on today's labels" in str(found)


def test_the_command_line_tells_it(relabeled, capsys):
    import json

    from click.testing import CliRunner

    from workbench.cli import main

    def call(*arguments):
        done = CliRunner().invoke(main, list(arguments))
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    assert "Version 1: 2 of 18 test labels changed since" in call("models", "list", "shades")
    assert call("models", "list", "shades", "--json")[-1]["changed_labels"]["changed"] == {"test": 2}
    stale = call("models", "stale", "shades", "--json")
    assert {(row["kind"], row["name"]) for row in stale} >= {("version", "1")}
    assert "Train once more: workbench train shades" in call("models", "stale", "shades")
    told = call("models", "rescore", "shades", "1", "--json")
    assert told["now"]["right"] == 16
    assert "on today's labels" in call("models", "rescore", "shades", "1")
