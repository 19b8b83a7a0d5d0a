"""From a training to a registered version that another program loads."""

import json
import subprocess
import sys

import pytest

from tests.shades import draw_png
from workbench import register
from workbench.errors import NotFoundError, WorkbenchError
from workbench.registry.versions import list_versions, promote
from workbench.store.labels import add_label
from workbench.store.model_versions import model_versions
from workbench.store.snapshots import take_snapshot


def stages(colors):
    """version -> stage as the store has it, and alias -> version as MLflow has it."""
    from workbench.store.themes import get_theme

    with colors.store.read() as session:
        theme = get_theme("colors", session=session)
        rows = {row.version: row.stage for row in model_versions(theme.id, session=session)}
    aliases = colors.client.get_registered_model("colors").aliases
    return rows, {alias: int(version) for alias, version in aliases.items()}


def test_the_best_run_is_registered_and_the_former_production_archived(colors):
    poor = colors.train({"training.learning_rate": 1e-6}, num_epochs=1)
    good = colors.train(num_epochs=6)
    first = register("colors", poor.run_id, "production")
    assert (first.version, first.archived, first.metrics["test_accuracy"]) == (
        1,
        None,
        pytest.approx(poor.metrics["test_accuracy"], abs=1e-5),
    )
    second = register("colors", "best", "production")
    assert (second.run_id, second.version, second.archived) == (good.run_id, 2, 1)
    assert second.snapshot_digest == good.snapshot_digest
    assert stages(colors) == ({1: "archived", 2: "production"}, {"archived": 1, "production": 2})


def test_a_run_becomes_a_version_once_and_moves_between_stages(colors):
    run = colors.train(num_epochs=1)
    register("colors", run.run_id, "staging")
    assert register("colors", run.run_id, "staging").version == 1
    promote("colors", 1, "production")
    assert stages(colors) == ({1: "production"}, {"production": 1})
    promote("colors", 1, "none")
    assert stages(colors) == ({1: "none"}, {})


def test_what_cannot_be_registered_is_refused(colors):
    with pytest.raises(NotFoundError, match="no finished run"):
        register("colors")
    with pytest.raises(NotFoundError, match="Did you mean 'colors'"):
        register("colours")
    run = colors.train(num_epochs=1)
    with pytest.raises(WorkbenchError, match="Did you mean 'production'"):
        register("colors", run.run_id, "prodction")
    with pytest.raises(NotFoundError, match="no run 'abc'"):
        register("colors", "abc")
    with pytest.raises(NotFoundError, match="no model version 7"):
        promote("colors", 7, "production")


def test_the_model_loads_elsewhere_with_an_empty_working_directory(colors, tmp_path):
    run = colors.train()
    register("colors", run.run_id, "production")
    image = next(colors.project.images.rglob("*.png"))
    code = """
        import base64, json, sys
        import mlflow, numpy as np
        mlflow.set_tracking_uri(sys.argv[1])
        model = mlflow.pyfunc.load_model("models:/colors@production")
        import workbench
        path = sys.argv[2]
        content = open(path, "rb").read()
        text = base64.b64encode(content).decode()
        from PIL import Image
        array = np.array(Image.open(path))
        images = (path, content, text, "data:image/png;base64," + text, array)
        answers = [model.predict([each]).iloc[0].to_dict() for each in images]
        mixed = model.predict([content, b"broken", "no/such/file.png", 7]).to_dict("records")
        print(json.dumps({"code": workbench.__file__, "answers": answers, "mixed": mixed}))
    """
    import os
    import textwrap

    empty = tmp_path / "empty"
    empty.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "WORKBENCH_ROOT")}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), colors.project.mlflow_uri, str(image)],
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert str(colors.project.artifacts) in said["code"], "the code comes from the model"
    assert len(said["answers"]) == 5
    first = said["answers"][0]
    assert set(first["probabilities"]) == {"red", "green", "blue"}
    assert first["score"] == max(first["probabilities"].values())
    assert all(answer == first for answer in said["answers"])
    good, broken, absent, number = said["mixed"]
    assert good == first
    assert "not an image" in broken["error"]
    assert broken["label"] is None
    assert "neither the path of a file nor base64" in absent["error"]
    assert "int is not accepted" in number["error"]


def test_the_best_run_knows_all_labels_and_is_compared_on_one_valid_split(shades):
    def log(accuracy):
        with shades.store.write() as session:
            digest = take_snapshot(shades.theme_id, session=session).digest
        return shades.log_run(tags={"workbench.snapshot": digest}, accuracy=accuracy)

    lucky = log(1.0)
    shades.add_sample(draw_png(60, 900), label="dark", split="valid", name="valid.png")
    good, poor = log(0.8), log(0.7)
    assert register("shades", "best").run_id == good, "another valid split gave the older one its figure"
    with shades.store.write() as session:
        add_label(shades.theme_id, "black", session=session)
    assert register("shades", "best").run_id == good, "no sample has the new label yet"
    shades.add_sample(draw_png(1, 901), label="black", split="train", name="black.png")
    with pytest.raises(NotFoundError, match="all labels that the theme has now"):
        register("shades", "best", "production")
    assert {lucky, poor}.isdisjoint(version.run_id for version in list_versions("shades"))
