"""The models panel's kernel half, and what it shows without a browser."""

import json

import pytest

from workbench.errors import NotFoundError
from workbench.panels.base.messages import answer_calls
from workbench.panels.models.panel import ModelsPanel
from workbench.store.labels import labels_of
from workbench.store.model_versions import add_model_version, set_stage
from workbench.store.predictions import Predicted, write_predictions


@pytest.fixture
def ask(sqlite_store, make_theme, add_samples):
    theme_id = make_theme(sqlite_store)
    ids = add_samples(sqlite_store, theme_id, range(4))
    with sqlite_store.write() as session:
        cat, dog, _ = (label.id for label in labels_of(theme_id, session=session))
        for version, said in ((1, (cat, cat, dog, dog)), (2, (cat, dog, dog, dog))):
            metrics = {"test_accuracy": 0.5 * version}
            row = add_model_version(
                theme_id, version, run_id=str(version) * 32, snapshot_id=None, metrics=metrics, session=session
            )
            answers = [Predicted(sample, label, 0.9) for sample, label in zip(ids, said, strict=True)]
            write_predictions(row.id, answers, session=session)
        set_stage(theme_id, 1, "production", session=session)
    panel = ModelsPanel("pets", store=sqlite_store, annotator="ann")

    def call(method, **params):
        pieces = {"id": 1, "method": method, "params": params, "buffers": [0, 0]}
        (result,), outgoing = answer_calls(panel._methods, [pieces], [])
        return json.loads(json.dumps(result)), outgoing

    call.panel = panel
    return call


def test_versions_promoting_and_their_history(ask):
    result, _ = ask("versions")
    assert [(row["version"], row["stage"], row["predictions"]) for row in result["value"]["versions"]] == [
        (2, "none", 4),
        (1, "production", 4),
    ]
    assert result["value"]["metrics"] == ["test_accuracy"]
    assert ask("promote", version=2, stage="production")[0]["value"]["archived"] == 1
    history = ask("versions")[0]["value"]["history"]
    assert [(event["version"], event["after"], event["annotator"]) for event in history] == [
        (2, "production", "ann"),
        (1, "archived", "ann"),
    ]
    assert "in production" in ask("delete", version=2)[0]["error"]
    assert ask("delete", version=1)[0]["value"] == {"predictions": 4}


def test_comparing_comes_with_pictures_of_the_differences(ask):
    result, (sheet,) = ask("compare", first=1, second=2)
    (difference,) = result["value"]["differences"]
    assert (difference["name"], difference["first"], difference["second"]) == ("img_00001.png", "cat", "dog")
    assert result["value"]["sheet"]["ids"] == [difference["sample_id"]]
    assert sheet.startswith(b"\x89PNG")


def test_a_sample_is_traced_and_an_unknown_one_refused_in_words(ask):
    result, _ = ask("sample", sample="img_00001.png")
    assert [(use["version"], use["predicted"]) for use in result["value"]["uses"]] == [(2, "dog"), (1, "cat")]
    assert "There is no sample" in ask("sample", sample="img_99")[0]["error"]
    assert ask("version", version=1)[0]["value"]["run"] == {}


def test_the_check_finds_what_mlflow_lacks(ask):
    report = ask("check")[0]["value"]
    assert [each["kind"] for each in report["differences"]][:2] == ["missing in MLflow", "missing in MLflow"]


def test_without_a_kernel_there_is_a_table(ask, sqlite_store):
    text = ask.panel.summary()
    assert ">production</td>" in text
    assert ">0.5000</td>" in text
    with pytest.raises(NotFoundError, match="Did you mean 'pets'"):
        ModelsPanel("pet", store=sqlite_store)
