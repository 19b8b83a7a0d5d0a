"""Each evaluation on the test split counts, and the figures measured there say what that leaves of them."""

from statistics import NormalDist

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

import workbench as wb
from workbench.cli import main
from workbench.errors import ConfigError
from workbench.panels.models.panel import ModelsPanel
from workbench.panels.training.panel import TrainingPanel
from workbench.registry.test_meter import count_evaluation
from workbench.registry.tracking import get_run
from workbench.registry.versions import list_versions
from workbench.store.groups.certificate import sentence
from workbench.training.progress_file import read_progress


def wilson(right, total, level):
    """Wilson's score interval from its formula."""
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    middle = (right + z * z / 2) / (total + z * z)
    half = z / (total + z * z) * (right * (total - right) / total + z * z / 4) ** 0.5
    return pytest.approx((middle - half, middle + half))


def test_each_evaluation_on_test_counts_once_for_its_model(trained):
    meter = trained.test_meter()
    (first,) = meter.evaluations
    assert (first.purpose, first.run_id, first.images) == ("training", trained.model(1).run_id, 2)
    assert first.annotator == trained.annotator
    trained.model(1).confusion("test")  # the run keeps what the training answered
    wb.predict("cells", model=1, source="train", num_workers=0)
    assert trained.test_meter() == meter
    trained.model(1).predictions("test")
    wb.predict("cells", model=1, source="all", num_workers=0)
    meter = trained.test_meter()
    assert meter.to_frame()[["purpose", "images"]].values.tolist() == [
        ["training", 2],
        ["evaluation", 2],
        ["prediction", 2],
    ]
    assert (meter.models, meter.level) == (1, 0.95)
    assert meter.interval(9, 10) == wilson(9, 10, 0.95)
    with trained.store.read() as session:
        theme_id = wb.theme.base.id_of(trained, session)
    count_evaluation(trained.store, theme_id, "another run", "trial", 2)
    meter = trained.test_meter()
    assert (meter.models, meter.level) == (2, 0.975)
    assert meter.interval(9, 10) == wilson(9, 10, 0.975)
    assert "widened for 2 models" in meter.words(9, 10)
    (version,) = list_versions("cells")
    right = round(version.metrics["test_accuracy"] * 2)
    assert version.test_interval == wilson(right, 2, 0.975)
    assert trained.models().loc[0, "test_low"] == version.test_interval[0]
    # One sentence, wherever the figure stands.
    sentence = meter.words(right, 2)
    assert str(version.test) == sentence
    assert wb.register("cells", trained.model(1).run_id).test == sentence
    panel = ModelsPanel("cells")
    (row,) = panel._versions({}).value["versions"]
    assert (row["test"], row["leaks"], row["leaking"]) == (sentence, version.leaks, version.leaking)
    assert sentence in panel.summary()
    assert version.leaks in panel.summary()
    printed = CliRunner().invoke(main, ["models", "list", "cells"]).output
    assert f"Version 1: {version.leaks}." in printed
    assert "2 models measured on the test split" in printed
    # Another test split: whoever was lucky on the former one need not be on this.
    trained.split((0.5, 0.25, 0.25), seed=7, reset=True)
    assert trained.test_meter().models == 0


def test_what_a_training_measured_on_test_says_what_it_rests_on_everywhere(trained):
    earlier, project = trained.model(1), trained.project
    result = wb.train("cells", num_epochs=1)
    right = int(result.confusion.counts.trace())
    low, high = wilson(right, 2, 0.975).expected
    assert result.test.interval == pytest.approx((low, high))
    assert "widened for 2 models" in result.on_test
    assert result.on_test in repr(result)
    assert result.as_dict()["test_interval"] == pytest.approx([low, high])
    run = get_run(result.run_id, project)
    assert run.data.tags["workbench.test"] == result.on_test
    # What is known of leaks goes the same way: from the snapshot to the run, and with it to its version.
    assert run.data.tags["workbench.leaks"] == result.leaks == sentence(trained.snapshot().certificate)
    assert run.data.tags["workbench.test_looks"] == "2 models measured on the test split, 2 times"
    state = read_progress(project, result.run_id)
    assert state["test"] == result.on_test
    assert result.on_test in TrainingPanel("cells").summary()
    (candidate,) = ModelsPanel("cells")._runs({}).value["runs"]
    assert candidate["test_interval"] == pytest.approx((low, high))
    compared = earlier.compare(result.run_id)
    assert compared.on_test == [f"version 1: {compared.first.test}", f"{result.run_name}: {result.on_test}"]
    assert compared.first.test.models == 2
    predicted = wb.predict("cells", model=result.run_id, source="test", num_workers=0)
    assert predicted.test == result.on_test
    assert f"test: {result.on_test}" in str(predicted)
    some = wb.predict("cells", model=result.run_id, source="labeled", num_workers=0)
    assert some.test.startswith("2 of these images are of the test split: 2 models measured")
    assert wb.predict("cells", model=result.run_id, source="train", num_workers=0).test == ""
    assert wb.register("cells", result.run_id).leaks == result.leaks
    assert {version.leaks for version in list_versions("cells")} == {result.leaks}


def test_choosing_by_test_is_refused_unless_it_is_said_twice(trained):
    file = trained.project.optuna_params_file
    settings = YAML(typ="safe").load(file)
    settings["study"] |= {"name": "by test", "metric": "test_accuracy"}
    YAML(typ="safe").dump(settings, file)
    with pytest.raises(ConfigError, match=r"take valid_accuracy.*choose_by_test: true"):
        wb.tune("cells", n_trials=1)
    settings["study"]["choose_by_test"] = True
    YAML(typ="safe").dump(settings, file)
    result = wb.tune("cells", n_trials=1)
    assert "of 2 test images; true accuracy between" in str(result)
    (trial,) = result.all_trials
    assert trial.values[0] == pytest.approx(trained.model(trial.run_id).metrics["test_accuracy"])
    assert trained.test_meter().to_frame().purpose.tolist() == ["training", "trial"]
