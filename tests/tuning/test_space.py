"""optuna_params.yaml: what it may say, and what a mistake in it is told."""

import random
import re
from pathlib import Path

import optuna
import pytest

from workbench.configuration import Location
from workbench.errors import ConfigError
from workbench.paths import Project
from workbench.tuning.plan import read_plan
from workbench.tuning.settings import Parameter, load_tuning_params
from workbench.tuning.space import grid, suggest


def write(project, text):
    project.optuna_params_file.write_text(text, encoding="utf-8")
    return project


def test_the_shipped_file_tunes_what_the_issue_asks_for(project):
    settings, _ = load_tuning_params(project.optuna_params_file)
    space = settings.params_to_tune
    assert space["training.learning_rate"].log
    assert space["data.batch_size"].choices == (2, 4, 8, 18, 36)
    assert space["training.optimizer"].choices == ("Adam", "SGD", "AdamW")
    assert space["model.name"].choices == ("ResNet18", "ResNet50", "ResNet101")
    assert len(space) == 4


def test_every_key_of_the_shipped_file_has_a_comment(project):
    lines = project.optuna_params_file.read_text(encoding="utf-8").splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("study:"))
    keys = [line for line in lines[start:] if line.startswith("  ") and ":" in line and not line.startswith("    ")]
    assert [line for line in keys if "#" not in line and not line.strip().endswith("er:")] == []


MISTAKES = {
    "params_to_tune:\n  training.learning_rat: {type: float, low: 1, high: 2}": ["yaml:2:", "training.learning_rate"],
    "params_to_tune:\n  training.lr: {type: flaot, low: 1, high: 2}": ["yaml:2:", "Did you mean 'float'"],
    "params_to_tune:\n  model.name:\n    type: categorical\n    choice: [a]": ["yaml:4:", "'choices'"],
    "params_to_tune:\n  training.momentum: {type: float, low: 0.9, high: 0.1}": ["yaml:2:", "low (0.9) is above high"],
    "params_to_tune:\n  training.momentum: {type: float, low: 0, high: 1, log: true}": ["low must be above 0"],
    "params_to_tune:\n  data.batch_size: {type: int, low: 1.5, high: 2}": ["whole numbers"],
    "params_to_tune:\n  training.optimizer: {type: categorical, choices: [Adam, Sgd]}": ["'Sgd'", "'SGD'"],
    "params_to_tune:\n  model.name: {type: categorical, choices: [Convnext_tinny]}": ["'convnext_tiny'"],
    "params_to_tune:\n  training.momentum: {type: float, low: 0, high: 2}": ["cannot be 2.0"],
    "params_to_tune:\n  image.size: {type: categorical, choices: [-5]}": ["cannot be -5"],
    "params_to_tune:\n  training.run_name: {type: categorical, choices: [a]}": ["cannot be searched"],
    "study: {sampler: tpee}\nparams_to_tune:\n  model.name: {type: categorical, choices: [ResNet18]}": [
        "yaml:1:",
        "Did you mean 'tpe'",
    ],
    "study: {metric: test_accuracy}\nparams_to_tune:\n  model.name: {type: categorical, choices: [ResNet18]}": [
        "take valid_accuracy"
    ],
    "study: {metric: valid_acuracy}\nparams_to_tune:\n  model.name: {type: categorical, choices: [ResNet18]}": [
        "Did you mean 'valid_accuracy'"
    ],
    "study: {direction: maximize, metric: [valid_accuracy, inference_ms]}\nparams_to_tune:\n"
    "  model.name: {type: categorical, choices: [ResNet18]}": ["2 metric(s)", "directions"],
    "study: {metric: inference_ms, pruner: median}\nparams_to_tune:\n"
    "  model.name: {type: categorical, choices: [ResNet18]}": ["set pruner to none"],
    "study: {metric: valid_loss, direction: maximize}\nparams_to_tune:\n"
    "  model.name: {type: categorical, choices: [ResNet18]}": ["direction of valid_loss is minimize", "leave"],
    "study: {name: a}": ["params_to_tune", "missing"],
    "params_to_tune:\n  training.momentum: {type: float, low: 0, high: 1, when: {training.optimiser: SGD}}": [
        "yaml:2:",
        "training.optimiser",
    ],
    "params_to_tune:\n  training.momentum: {type: float, low: 0, high: 1, when: {training.optimizer: SGD}}\n"
    "  training.optimizer: {type: categorical, choices: [Adam, SGD]}": [
        "yaml:2:",
        "Move 'training.optimizer' above it",
    ],
    "params_to_tune:\n  training.optimizer: {type: categorical, choices: [Adam, SGD]}\n"
    "  training.momentum: {type: float, low: 0, high: 1, when: {training.optimizer: Sgd}}": [
        "yaml:3:",
        "which it never is",
    ],
    "params_to_tune:\n  training.learning_rate: {type: float, low: 1, high: 2}\nbase_params: {training.num_epoch: 3}": [
        "yaml:3:",
        "training.num_epochs",
    ],
    "params_to_tune:\n  training.momentum: {type: float, low: 0, high: 1}\nbase_params: {training.momentum: 1}": [
        "both fixed"
    ],
    "params_to_tune: [": ["not valid YAML"],
}


@pytest.mark.parametrize("text", MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_names_file_line_and_what_is_allowed(project, text):
    write(project, text)
    with pytest.raises(ConfigError) as error:
        read_plan(project)
    for part in ["optuna_params.yaml", *MISTAKES[text]]:
        assert part in str(error.value)


def test_a_missing_file_is_told(project):
    project.optuna_params_file.unlink()
    with pytest.raises(ConfigError, match="does not exist"):
        read_plan(project)


ONE = "params_to_tune:\n  training.learning_rate: {type: float, low: 0.01, high: 0.1}\n"


def test_an_override_beats_params_yaml_which_beats_base_params(project):
    write(project, ONE + "base_params: {training.run_name: base, training.num_epochs: 3, training.weight_decay: 0.5}")
    plan = read_plan(project, overrides={"training.num_epochs": 7})
    params = plan.params_with({"training.learning_rate": 0.05})
    assert params.training.num_epochs == 7
    assert params.training.weight_decay == 0.01
    assert params.training.learning_rate == 0.05
    (told,) = plan.unused
    assert "training.weight_decay is 0.5 here and 0.01 in params.yaml" in told
    assert "--set training.weight_decay=0.5" in told


def test_base_params_fill_what_params_yaml_leaves_out_or_empty(project):
    write(project, ONE + "base_params: {training.num_epochs: 3, training.seed: 7, data.seed: 42}")
    text = project.params_file.read_text(encoding="utf-8")
    text = text.replace("  num_epochs: 10", "  num_epochs:").replace(
        "  seed: 42                        # seed of w", "  # "
    )
    project.params_file.write_text(text, encoding="utf-8")
    plan = read_plan(project)
    params = plan.params_with({})
    assert (params.training.num_epochs, params.training.seed, params.data.seed) == (3, 7, 42)
    assert plan.unused == ()
    write(project, ONE + "base_params: {training.num_epochs: many}")
    with pytest.raises(ConfigError, match="num_epochs='many'"):
        read_plan(project)


def test_the_parents_name_is_the_parameters_then_params_yamls_then_base_params(project):
    write(project, ONE + "base_params: {training.run_name: base}")
    assert read_plan(project).run_name == "base"
    text = project.params_file.read_text(encoding="utf-8")
    project.params_file.write_text(text.replace("  run_name:", "  run_name: mine"), encoding="utf-8")
    assert read_plan(project).run_name == "mine"
    assert read_plan(project, run_name="given").run_name == "given"


def test_an_overridden_name_is_not_searched(project):
    plan = read_plan(project, overrides={"model.name": "ResNet34"})
    assert "model.name" not in plan.space
    assert plan.params_with({}).model.name == "ResNet34"


def test_a_name_of_auguments_yaml_reaches_the_images_settings(project):
    text = project.augment_file.read_text(encoding="utf-8")
    assert "- Affine:" in text
    write(
        project,
        "params_to_tune:\n  image.size: {type: categorical, choices: [16, 24]}\n"
        "  augmentation.train.Affine.p: {type: float, low: 0, high: 1}\n",
    )
    augment = read_plan(project).augment_with({"image.size": 24, "augmentation.train.Affine.p": 0.25})
    assert augment.image.size == (24, 24)
    affine = next(item["Affine"] for item in augment.augmentation.train if "Affine" in item)
    assert affine["p"] == 0.25
    assert affine["rotate"] == [-10, 10]


def test_a_conditional_name_is_searched_only_where_its_condition_holds():
    space = {
        "optimizer": Parameter(type="categorical", choices=("Adam", "SGD")),
        "momentum": Parameter(type="float", low=0.5, high=0.9, when={"optimizer": "SGD"}),
    }
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=3))
    seen = [suggest(study.ask(), space) for _ in range(20)]
    assert {"momentum" in values for values in seen if values["optimizer"] == "SGD"} == {True}
    assert {"momentum" in values for values in seen if values["optimizer"] == "Adam"} == {False}


def test_proposals_stay_within_bounds_steps_and_types():
    generator = random.Random(5)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    for _ in range(30):
        low = generator.uniform(0.001, 1)
        space = {
            "a": Parameter(type="float", low=low, high=low * 10, log=True),
            "b": Parameter(type="int", low=2, high=10, step=4),
            "c": Parameter(type="float", low=0, high=1, step=0.25),
        }
        trial = optuna.trial.FixedTrial({"a": low * 2, "b": 6, "c": 0.5})
        assert suggest(trial, space) == {"a": low * 2, "b": 6, "c": 0.5}
    values = [suggest(study.ask(), {"b": space["b"], "c": space["c"]}) for _ in range(40)]
    assert {value["b"] for value in values} == {2, 6, 10}
    assert {value["c"] for value in values} == {0, 0.25, 0.5, 0.75, 1}


def test_a_grid_lists_every_value_and_refuses_what_has_none():
    space = {
        "a": Parameter(type="categorical", choices=("x", "y")),
        "b": Parameter(type="int", low=1, high=3),
        "c": Parameter(type="float", low=0, high=0.3, step=0.1),
    }
    points = grid(space, at=Location("f"))
    assert points["a"] == ["x", "y"]
    assert points["b"] == [1, 2, 3]
    assert points["c"] == pytest.approx([0, 0.1, 0.2, 0.3])
    with pytest.raises(ConfigError, match="no step"):
        grid({"c": Parameter(type="float", low=0, high=1)}, at=Location("f"))


def test_a_file_given_by_path_is_used(project, tmp_path):
    other = tmp_path / "small.yaml"
    other.write_text(ONE, encoding="utf-8")
    assert list(read_plan(Project(project.root), optuna_params_file=other).space) == ["training.learning_rate"]


GUIDE = Path(__file__).resolve().parents[2] / "docs" / "tuning.md"


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL))
def test_the_guides_yaml_is_valid(project, text):
    assert read_plan(write(project, text)).space


def test_the_direction_follows_the_metric(project):
    names = ("valid_loss", "valid_calibration_error", "valid_f1", "inference_ms", "num_parameters")
    several = {"metric": names, "pruner": "none"}
    settings, _ = load_tuning_params(project.optuna_params_file, several)
    assert settings.study.goals == ("minimize", "minimize", "maximize", "minimize", "minimize")
    assert load_tuning_params(project.optuna_params_file, {"metric": "valid_loss"})[0].study.goals == ("minimize",)
