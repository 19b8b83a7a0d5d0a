"""A recipe is spelled out as the settings that it stands for."""

import pytest

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


def test_the_run_records_what_the_recipe_stands_for_and_is_reproduced_by_it(colors):
    run = colors.train({"model.recipe": "balanced"}, num_epochs=2)
    recorded = colors.client.get_run(run.run_id).data.params
    assert recorded["model.recipe"] == "balanced"
    assert recorded["training.label_smoothing"] == "0.05"
    assert 0.9 <= float(recorded["training.ema_decay"]) < 1
    assert "label_smoothing: 0.05" in colors.artifact(run.run_id, "params.yaml")
