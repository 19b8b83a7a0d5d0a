"""A recipe is spelled out as the settings that it stands for."""

import pytest

from workbench import predict
from workbench.registry.model_loading import load_model
from workbench.registry.onnx_export import export_onnx
from workbench.store.samples import SampleFilter, page_of_sample_files
from workbench.training.params import Params
from workbench.training.plan import read_params
from workbench.training.recipes import RECIPES, recipe_values


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_recipe_is_what_these_settings_are(name):
    params = Params.model_validate({"model": {"recipe": name}})
    few, many = recipe_values(params, 100), recipe_values(params, 1_000_000)
    assert few["training.num_epochs"] == RECIPES[name].most
    assert many["training.num_epochs"] == RECIPES[name].fewest
    assert "training.mixup" not in recipe_values(params, 100, ["training.mixup"])
    assert recipe_values(Params(), 100) == {}


def test_what_is_given_counts_more_than_the_recipe_and_that_more_than_the_file(colors):
    given = {"model.recipe": "best", "training.label_smoothing": 0.3}
    params = read_params(colors.project, theme="colors", overrides=given, num_epochs=3)
    assert params.training.num_epochs == 3
    assert params.training.label_smoothing == 0.3
    assert params.training.mixup == 0.2
    assert params.training.find_learning_rate
    assert params.training.test_views == "auto"


def test_the_run_records_what_the_recipe_stands_for_and_is_reproduced_by_it(colors):
    run = colors.train({"model.recipe": "balanced"}, num_epochs=2)
    recorded = colors.client.get_run(run.run_id).data.params
    assert recorded["model.recipe"] == "balanced"
    assert recorded["training.label_smoothing"] == "0.05"
    assert 0.9 <= float(recorded["training.ema_decay"]) < 1
    assert "label_smoothing: 0.05" in colors.artifact(run.run_id, "params.yaml")


def test_views_are_averaged_wherever_the_model_answers(colors, tmp_path):
    flips = [{"HorizontalFlip": {"p": 0.5}}, {"OneOf": {"transforms": [{"Affine": {"rotate": [-5, 5]}}], "p": 0.2}}]
    run = colors.train({"training.test_views": "auto", "augmentation.train": flips, "training.learning_rate": 0.001})
    assert colors.client.get_run(run.run_id).data.params["training.test_views"] == '["flip", "shift"]'
    model = load_model("colors", run.run_id, device="cpu")
    assert model.classifier.content.views == ["flip", "shift"]
    with colors.store.read() as session:
        rows = page_of_sample_files(1, SampleFilter(split="test"), session=session)
    files = colors.store.images.paths([row.uri for row in rows])
    averaged, _ = model.classifier.probabilities(files)
    told = [line.split(",") for line in colors.artifact(run.run_id, "test_predictions.csv").splitlines()[1:]]
    scores = {int(each[0]): float(each[3]) for each in told}
    assert [scores[row.id] for row in rows] == pytest.approx(averaged.max(axis=1).tolist(), abs=1e-5)
    tables = [
        predict("colors", run.run_id, output=tmp_path / f"{len(views)}.csv", views=views, progress=False).table()
        for views in ((), ("none",))
    ]
    assert tables[0]["score"].tolist() == pytest.approx(averaged.max(axis=1).tolist(), abs=1e-5)
    assert tables[1]["score"].tolist() != pytest.approx(averaged.max(axis=1).tolist(), abs=1e-5)
    assert export_onnx("colors", run.run_id, tmp_path / "net.onnx").largest_difference < 1e-5
