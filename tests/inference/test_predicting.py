"""Predicting from a store, folders, globs and lists, into each format."""

from __future__ import annotations

import os
from pathlib import Path

import mlflow.pyfunc
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sqlalchemy import select

from tests.shades import draw_png
from workbench import predict, register
from workbench.errors import NotFoundError, WorkbenchError
from workbench.inference.batches import read_batches
from workbench.inference.forward import predict_batch
from workbench.inference.items import Item
from workbench.registry.model_loading import load_model
from workbench.registry.tracking import connect
from workbench.registry.versions import delete_version, promote
from workbench.store.column_types import now
from workbench.store.decisions import Decision
from workbench.store.label_merges import delete_label
from workbench.store.labels import add_label, edit_label, get_label, labels_of, reorder_labels
from workbench.store.schema import Label, Prediction, Sample, Snapshot
from workbench.store.single_edits import Edit, decide
from workbench.store.snapshots import take_snapshot


def stored(shades):
    """(sample name, predicted label) of every answer in the store."""
    query = (
        select(Sample.name, Label.name.label("label"), Prediction.score)
        .join(Sample, Sample.id == Prediction.sample_id)
        .outerjoin(Label, Label.id == Prediction.label_id)
        .order_by(Sample.name)
    )
    with shades.store.read() as session:
        return list(session.execute(query))


def test_the_test_split_with_the_production_model(shades):
    result = predict("shades")
    assert (result.images, result.predicted, result.failed, result.model_version) == (18, 18, 0, 1)
    assert result.metrics == dict.fromkeys(("accuracy", "balanced_accuracy", "precision", "recall", "f1"), 1.0)
    assert result.confusion.counts.tolist() == [[6, 0, 0], [0, 6, 0], [0, 0, 6]]
    rows = stored(shades)
    assert len(rows) == 18
    assert all(row.name.startswith(f"{row.label}/") and 0.9 < row.score <= 1 for row in rows)
    assert result.output.parent == shades.project.runs / "predictions"


def test_unlabeled_samples_get_answers_but_no_metrics(shades):
    result = predict("shades", source="unlabeled", model=1)
    assert (result.images, result.metrics, result.confusion) == (3, {}, None)
    assert [(row.name, row.label) for row in stored(shades)] == [
        ("new/100.png", "dark"),
        ("new/101.png", "gray"),
        ("new/102.png", "bright"),
    ]


def test_predicting_again_replaces_the_answers(shades):
    predict("shades")
    predict("shades")
    assert len(stored(shades)) == 18


def test_the_patches_of_an_image_are_averaged_to_one_answer(shades, tmp_path):
    stripes = np.repeat(np.array([25, 230, 230], np.uint8), 8)
    pixels = np.broadcast_to(stripes[None, :, None], (8, 24, 3))
    Image.fromarray(np.ascontiguousarray(pixels)).save(tmp_path / "stripes.png")
    register("shades", shades.log_run(size=None, preprocessing_steps={"patches": {"size": 8}}), "production")
    result = predict("shades", source=str(tmp_path / "*.png"), output=tmp_path / "answers.csv")
    assert (result.images, result.by_label) == (1, {"bright": 1})
    assert pd.read_csv(tmp_path / "answers.csv")["score"].tolist() == pytest.approx([2 / 3], abs=1e-3)
    connect(shades.project)
    served = mlflow.pyfunc.load_model("models:/shades@production").predict([str(tmp_path / "stripes.png")])
    assert (served["label"][0], served["score"][0]) == ("bright", pytest.approx(2 / 3, abs=1e-3))


def test_a_folder_with_damaged_files_lists_them_and_goes_on(shades, tmp_path, png):
    photos = tmp_path / "photos"
    (photos / "deep").mkdir(parents=True)
    (photos / "a.png").write_bytes(png(25, 1))
    (photos / "b.png").write_bytes(b"this is no image")
    (photos / "c.png").write_bytes(png(230, 2)[:60])
    (photos / "deep" / "d.png").write_bytes(png(128, 3, size=(31, 20)))
    (photos / "notes.txt").write_text("not an image, and not named like one")
    os.mkfifo(photos / "pipe.png")
    result = predict("shades", source=str(photos))
    assert (result.images, result.predicted, result.failed, result.stored) == (5, 2, 3, 0)
    assert [Path(file).name for file, _ in result.failures] == ["b.png", "c.png", "pipe.png"]
    assert "not an image" in result.failures[0][1]
    table = result.table()
    assert [Path(file).name for file in table["file"]] == ["a.png", "b.png", "c.png", "d.png", "pipe.png"]
    assert list(table["label"].fillna("-")) == ["dark", "-", "-", "gray", "-"]


def test_a_version_that_is_deleted_while_it_predicts_is_told(shades, monkeypatch):
    promote("shades", 1, "staging")

    def answered(*given):
        delete_version("shades", 1)
        return predict_batch(*given)

    monkeypatch.setattr("workbench.inference.forward.predict_batch", answered)
    with pytest.raises(NotFoundError, match="was deleted while it predicted"):
        predict("shades", model=1)


def test_images_of_different_sizes_go_through_a_model_without_a_size(shades, tmp_path, png):
    version = register("shades", shades.log_run(size=None), "staging").version
    for number, size in enumerate([(8, 8), (20, 9), (8, 8)]):
        (tmp_path / f"{number}.png").write_bytes(png(25 + 100 * number, number, size=size))
    result = predict("shades", model="staging", source=[tmp_path / f"{number}.png" for number in range(3)])
    assert result.model_version == version
    assert list(result.table()["label"]) == ["dark", "gray", "bright"]


def test_workers_give_the_same_answers(shades):
    alone = predict("shades", batch_size=4, num_workers=0).table()
    pd.testing.assert_frame_equal(alone, predict("shades", batch_size=4, num_workers=2).table())


def test_a_run_that_is_not_registered_is_predicted_but_not_stored(shades):
    run_id = shades.log_run(sharpness=1.0)
    result = predict("shades", model=run_id)
    assert (result.model_version, result.run_id, result.stored) == (None, run_id, 0)
    assert result.table()["score"].max() < 0.7
    assert stored(shades) == []


def test_views_average_what_the_network_says(shades):
    plain = predict("shades", views=()).table()
    averaged = predict("shades", views=("flip", "rotate", "shift")).table()
    assert list(plain["label"]) == list(averaged["label"])
    # Flips and turns leave the mean brightness alone, shifts do not.
    assert (plain["score"] - averaged["score"]).abs().max() > 0


def test_half_precision_agrees_within_its_digits(shades):
    exact = predict("shades").table()["score"]
    half = predict("shades", precision="bf16-mixed").table()["score"]
    assert (exact - half).abs().max() < 0.02


def test_a_theme_whose_labels_have_changed_says_so(shades):
    with shades.store.write() as session:
        edit_label(get_label(shades.theme_id, "gray", session=session).id, name="grey", session=session)
        delete_label(get_label(shades.theme_id, "bright", session=session).id, annotator="ann", session=session)
        add_label(shades.theme_id, "other", session=session)
    result = predict("shades")
    assert result.notes == (
        "Classes of the model count as the labels that they are now: gray as grey.",
        "The model knows classes that the theme has no label for now: bright. Train a new model.",
        "The theme has labels that the model never saw: other. It cannot predict them.",
    )
    assert result.confusion.labels == ("dark", "grey", "bright")
    assert result.metrics["accuracy"] == 1
    # The answer stays what it was, the label that was deleted.
    assert [row.label for row in stored(shades)].count("bright") == 6


def test_answers_keep_their_meaning_when_labels_change_place_and_others_come(shades):
    before = predict("shades", source="test")
    with shades.store.write() as session:
        ids = [label.id for label in labels_of(shades.theme_id, session=session)]
        reorder_labels(shades.theme_id, ids[::-1], session=session)
        add_label(shades.theme_id, "other", session=session)
    after = predict("shades", source="test")
    assert after.metrics["accuracy"] == before.metrics["accuracy"] == 1
    assert after.by_label == {"dark": 6, "gray": 6, "bright": 6}


def test_a_label_that_was_renamed_is_still_what_the_model_calls_it(shades):
    with shades.store.write() as session:
        gray = get_label(shades.theme_id, "gray", session=session).id
        ids = session.scalars(select(Sample.id).where(Sample.label_id == gray)).all()
        for label in (None, gray):
            decide(shades.theme_id, [Edit(id_, Decision.of(label)) for id_ in ids], annotator="ann", session=session)
        session.scalars(select(Snapshot)).one().created_at = now()
        edit_label(gray, name="grey", session=session)
    result = predict("shades")
    assert result.notes == ("Classes of the model count as the labels that they are now: gray as grey.",)
    assert result.confusion.labels == ("dark", "grey", "bright")
    assert result.metrics["accuracy"] == 1
    assert [row.label for row in stored(shades)].count("grey") == 6


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"theme": "shade"}, NotFoundError, "Did you mean 'shades'?"),
        ({"model": "staging"}, NotFoundError, "Versions: 1 (production)"),
        ({"model": "7"}, NotFoundError, "Known: 1"),
        ({"model": "prod"}, WorkbenchError, "production, staging"),
        ({"model": "0" * 32}, NotFoundError, "There is no run"),
        ({"source": "train"}, WorkbenchError, "no samples in 'train'"),
        ({"source": "no/such/folder"}, WorkbenchError, "'unlabeled'"),
        ({"source": []}, WorkbenchError, "empty"),
        ({"source": ""}, WorkbenchError, "The source is empty"),
        ({"source": [1, "a.png"]}, WorkbenchError, "holds 1. Allowed"),
        ({"source": [1, 2, 999]}, NotFoundError, "1 of the 3 samples to predict are not in the theme"),
        ({"source": "[z-a].png"}, WorkbenchError, "cannot be read"),
        ({"source": "label=gray, or not"}, NotFoundError, "There is no label 'gray, or not'"),
        ({"source": "label=grey"}, NotFoundError, "Did you mean 'gray'?"),
        ({"source": "split=test,labl=gray"}, NotFoundError, "Did you mean 'label'?"),
        ({"source": "split=tests"}, NotFoundError, "Did you mean 'test'?"),
        ({"source": "label=gray,label=dark"}, WorkbenchError, "label stands twice"),
        ({"source": "label=gray,split=train"}, WorkbenchError, "no samples that meet 'label=gray,split=train'"),
        ({"output": "answers.xlsx"}, WorkbenchError, ".parquet"),
        ({"precision": "bf16"}, WorkbenchError, "bf16-mixed"),
        ({"precision": "16-mixed", "device": "cpu"}, WorkbenchError, "GPU"),
        ({"views": ["flips"]}, NotFoundError, "Did you mean 'flip'?"),
        ({"device": "quantum"}, WorkbenchError, "quantum"),
        ({"batch_size": 0}, WorkbenchError, "batch_size"),
    ],
)
def test_bad_input_says_what_is_allowed_and_writes_nothing(shades, tmp_path, arguments, error, words):
    with pytest.raises(error) as raised:
        predict(**{"theme": "shades", **arguments})
    assert words in str(raised.value)
    assert stored(shades) == []
    assert not (shades.project.runs).exists()


@pytest.mark.parametrize("workers", [0, 2])
def test_however_long_the_source_only_a_few_batches_are_held(shades, tmp_path, png, workers):
    (tmp_path / "dark.png").write_bytes(png(25, 1))
    drawn = 0

    def endless():
        nonlocal drawn
        while True:
            drawn += 1
            yield Item("dark.png", str(tmp_path / "dark.png"))

    preprocessing = load_model("shades", device="cpu").preprocessing
    batches = read_batches(endless(), preprocessing, batch_size=4, num_workers=workers)
    for number in range(1, 11):
        assert len(next(batches).items) == 4
        assert drawn <= 4 * (number + 2 * workers + 1)
    batches.close()


def test_images_that_the_model_was_trained_on_are_told_and_left_out(shades):
    shades.add_sample(draw_png(25, 500), label="dark", split="train", name="trained.png")
    wrong = shades.add_sample(draw_png(230, 501), label="dark", split="train", name="learned by heart.png")
    with shades.store.write() as session:
        digest = take_snapshot(shades.theme_id, session=session).digest
    run_id = shades.log_run(tags={"workbench.snapshot": digest})
    with shades.store.write() as session:
        session.get_one(Sample, wrong).split = "test"
    for model in (run_id, register("shades", run_id).version):
        result = predict("shades", model, "test", resume=False)
        assert (result.images, result.trained) == (19, 1)
        assert result.metrics["accuracy"] < result.unseen_metrics["accuracy"] == 1.0
        assert "1 of these 19 labeled images were in the training split" in str(result)
        assert result.as_dict()["unseen_metrics"]["accuracy"] == 1.0
    assert predict("shades", 1, "test").trained == 0
