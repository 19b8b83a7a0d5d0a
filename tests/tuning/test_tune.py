"""tune() on a tiny theme: what MLflow holds afterwards, what survives, what is refused."""

import csv
import io
import json
import os
import re
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML
from sqlalchemy import select

from tests.tuning.conftest import change_yaml
from workbench import tune
from workbench.cli import main
from workbench.errors import ConfigError, ConflictError, NotFoundError, WorkbenchError
from workbench.jobs.records import list_jobs
from workbench.registry.tracking import connect
from workbench.store.bulk_edits import delete_samples
from workbench.store.samples import SampleFilter
from workbench.store.schema import Sample
from workbench.store.themes import get_theme
from workbench.tuning.plan import read_plan
from workbench.tuning.queue import WORKER
from workbench.tuning.study import find_study
from workbench.tuning.trial import TrialRunner
from workbench.tuning.trial_lines import TrialLines
from workbench.tuning.tune import begin

ROOT = Path(__file__).resolve().parents[2]
TUNING = """
    from workbench import tune
    from workbench.data import datamodule
    from workbench.registry import tracking
    from workbench.training import fit
    from workbench.training import mlflow_logging
    from workbench.tuning import trial

    tune("pets", overrides={"training.num_epochs": 500})
"""


def runs_of(project, theme):
    """All runs of the theme's experiment by name."""
    client = connect(project)
    experiment = client.get_experiment_by_name(theme)
    return {run.info.run_name: run for run in client.search_runs([experiment.experiment_id], max_results=100)}


def text_of(project, run_id, name):
    client = connect(project)
    with open(client.download_artifacts(run_id, name), encoding="utf-8") as stream:
        return stream.read()


def test_one_parent_run_and_a_full_child_run_for_each_trial(project, theme, write_study):
    write_study(n_trials=2, base_params={"training.run_name": "search"})
    result = tune(theme, overrides={"training.num_epochs": 2})
    runs = runs_of(project, theme)
    assert set(runs) == {"search", "trial_0", "trial_1"}
    parent = runs["search"]
    assert parent.info.run_id == result.run_id
    assert parent.info.status == "FINISHED"
    for trial in result.all_trials:
        child = runs[trial.name]
        assert trial.run_id == child.info.run_id
        assert child.data.tags["mlflow.parentRunId"] == result.run_id
        assert child.data.tags["workbench.trial_state"] == "complete"
        assert float(child.data.params["training.learning_rate"]) == trial.params["training.learning_rate"]
        for name in ("train_loss", "valid_loss", "test_loss", "test_accuracy"):
            points = connect(project).get_metric_history(child.info.run_id, name)
            assert {point.step for point in points} == {1, 2}, name
        assert child.outputs.model_outputs
        assert trial.values[0] == pytest.approx(child.data.metrics["best_valid_accuracy"])
    assert connect(project).search_model_versions() == []
    for trial in find_study(project, theme).trials:  # what who watches sees of a trial that runs
        assert list(trial.intermediate_values) == [0, 1]
    assert result.best_value == max(trial.values[0] for trial in result.all_trials)
    assert parent.data.tags["workbench.best_run_id"] == result.best_run_id


def test_the_parent_keeps_the_best_settings_history_and_figures(project, theme, write_study):
    write_study(
        n_trials=3,
        space={
            "training.learning_rate": {"type": "float", "low": 0.001, "high": 0.1, "log": True},
            "training.optimizer": {"type": "categorical", "choices": ["Adam", "SGD"]},
            "augmentation.train.Affine.p": {"type": "float", "low": 0.1, "high": 0.9},
        },
    )
    result = tune(theme, run_name="given", overrides={"training.weight_decay": 0.5})
    client = connect(project)
    artifacts = {item.path for item in client.list_artifacts(result.run_id)}
    assert {"params.yaml", "auguments.yaml", "trials.csv", "figures"} <= artifacts
    best = YAML(typ="safe").load(text_of(project, result.run_id, "params.yaml"))
    assert best["training"]["learning_rate"] == result.best_params["training.learning_rate"]
    assert best["training"]["weight_decay"] == 0.5
    augment = YAML(typ="safe").load(text_of(project, result.run_id, "auguments.yaml"))
    affine = next(item["Affine"] for item in augment["augmentation"]["train"] if "Affine" in item)
    assert affine["p"] == result.best_params["augmentation.train.Affine.p"]
    figures = {os.path.basename(item.path) for item in client.list_artifacts(result.run_id, "figures")}
    assert figures == {"history.png", "parallel_coordinates.png", "slices.png", "contour.png"}
    rows = list(csv.DictReader(io.StringIO(text_of(project, result.run_id, "trials.csv"))))
    assert [row["run_id"] for row in rows] == [trial.run_id for trial in result.all_trials]
    history = client.get_metric_history(result.run_id, "study_valid_accuracy")
    assert [point.value for point in history] == sorted(point.value for point in history)
    trained = result.train_best(num_epochs=2)
    run = client.get_run(trained.run_id)
    assert float(run.data.params["training.learning_rate"]) == result.best_params["training.learning_rate"]
    assert run.data.params["training.num_epochs"] == "2"
    assert "mlflow.parentRunId" not in run.data.tags


def test_the_same_call_again_repeats_nothing_and_more_trials_are_added_to_it(project, theme, write_study):
    write_study(n_trials=1)
    first = tune(theme)
    again = tune(theme)
    assert again.all_trials == first.all_trials
    more = tune(theme, n_trials=2)
    assert more.run_id == first.run_id
    assert more.all_trials[0] == first.all_trials[0]
    assert len(more.all_trials) == 2
    assert set(runs_of(project, theme)) == {"tune pets", "trial_0", "trial_1"}


def test_a_study_killed_in_mid_trial_goes_on_with_the_same_command(project, theme, write_study, run_python):
    write_study(n_trials=2)
    # Long enough that the kill comes while it trains.
    child = run_python(TUNING)
    wait_for(lambda: "trial_0" in runs_of(project, theme) and metrics_of(project, theme, "trial_0"), child)
    child.kill()
    child.wait()
    assert runs_of(project, theme)["trial_0"].info.status == "RUNNING"
    study = find_study(project, theme)
    # The rest of the trials need not be as long: what a trial trains for is not what this is about.
    shorten(study)
    result = tune(theme, overrides={"training.num_epochs": 1})
    assert [trial.state for trial in result.all_trials] == ["retried", "complete", "complete"]
    assert result.all_trials[1].params == result.all_trials[0].params
    runs = runs_of(project, theme)
    assert runs["trial_0"].info.status == "KILLED"
    assert runs["trial_0"].data.tags["workbench.repeated_as"] == "trial_1"
    assert sum(run.data.tags.get("workbench.kind") == "tuning" for run in runs.values()) == 1
    assert result.as_dict()["n_trials"] == 2


def shorten(study):
    from workbench.tuning.study import FINGERPRINT

    fingerprint = json.loads(study.user_attrs[FINGERPRINT])
    fingerprint["params"]["training.num_epochs"] = 1
    study.set_user_attr(FINGERPRINT, json.dumps(fingerprint))


def wait_for(condition, child, seconds=180):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise AssertionError(f"the process ended: {child.communicate()}")
        try:
            if condition():
                return
        except (AttributeError, KeyError):
            pass
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


def metrics_of(project, theme, name):
    return runs_of(project, theme)[name].data.metrics


def test_workers_share_the_trials_and_the_parent_run(
    project, theme, write_study, tmp_path, monkeypatch, notebooks_in_process
):
    """The line of docs/tuning.md, for this theme."""
    page = (ROOT / "docs" / "tuning.md").read_text()
    (line,) = re.findall(r"^ {4}workbench (.*--workers 2)$", page, flags=re.MULTILINE)
    # `mlflow.pyfunc.load_model` leaves the copy of the package that a model carries first on the path.
    (tmp_path / "code" / "workbench").mkdir(parents=True)
    (tmp_path / "code" / "workbench" / "__init__.py").write_text("raise ImportError('the copy within a model')")
    monkeypatch.syspath_prepend(tmp_path / "code")
    ours = TrialRunner.__call__

    def pids():
        workers = [trial.user_attrs.get("workbench.worker") for trial in find_study(project, theme).trials]
        return {worker["pid"] for worker in workers if worker}

    def once_the_other_is_at_work(runner, trial):
        deadline = time.monotonic() + 300
        while len(pids()) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        return ours(runner, trial)

    monkeypatch.setattr(TrialRunner, "__call__", once_the_other_is_at_work)
    write_study(n_trials=2)
    shutil.copytree(ROOT / "notebooks", project.notebooks)
    done = CliRunner().invoke(main, line.replace("digits", theme).split())
    assert done.exit_code == 0, done.stderr
    assert pids() > {os.getpid()}
    result = tune(theme, workers=2)  # nothing is left of it
    assert [trial.state for trial in result.all_trials] == ["complete"] * 2, [
        trial.failure for trial in result.all_trials
    ]
    runs = runs_of(project, theme)
    assert set(runs) == {"tune pets", "trial_0", "trial_1"}
    assert {run.data.tags.get("mlflow.parentRunId") for run in runs.values()} == {None, result.run_id}
    assert list_jobs(project) == [], "a worker that ended well leaves no record"


def test_workers_of_a_cluster_share_the_trials(project, theme, write_study, machines, capsys):
    write_study(n_trials=3)
    machines.start(2)
    result = tune(theme, on=machines.address)
    assert [trial.state for trial in result.all_trials] == ["complete"] * 3
    assert capsys.readouterr().out.count(" complete ") == 3
    runs = runs_of(project, theme)
    assert sum("mlflow.parentRunId" in run.data.tags for run in runs.values()) == 3
    workers = {trial.user_attrs[WORKER]["pid"] for trial in find_study(project, theme).trials}
    assert os.getpid() not in workers


def test_no_worker_is_started_for_a_study_that_has_its_trials(project, theme, write_study, monkeypatch, capsys):
    write_study(n_trials=1)
    monkeypatch.setattr("workbench.jobs.launcher.subprocess", None)
    first = tune(theme, workers=3)  # one trial is left, and this process has it
    assert "has its" not in capsys.readouterr().out
    assert tune(theme, workers=3).all_trials == first.all_trials
    assert "The study 'pets' has its 1 trial(s); for more, raise n_trials." in capsys.readouterr().out


def test_the_time_is_up_once(project, theme, write_study):
    write_study(n_trials=5, timeout=0.2)
    job = begin(read_plan(project, theme=theme), project)
    for _ in range(2):  # the second time takes up what workers left
        replace(job, runner=lambda _trial: time.sleep(0.3) or 0.5).work(TrialLines(job.study))
    assert len(job.study.trials) == 1


def test_a_trial_that_fails_says_why_and_the_others_go_on(project, theme, write_study):
    # The second learning rate makes the loss infinite.
    write_study(
        n_trials=2, sampler="grid", space={"training.learning_rate": {"type": "categorical", "choices": [0.01, 1e30]}}
    )
    result = tune(theme)
    states = {trial.params["training.learning_rate"]: trial for trial in result.all_trials}
    assert states[0.01].state == "complete"
    assert states[1e30].state == "failed"
    assert "learning_rate" in states[1e30].failure
    child = runs_of(project, theme)[states[1e30].name]
    assert child.info.status == "FAILED"
    assert child.data.tags["workbench.trial_state"] == "failed"
    assert "learning_rate" in child.data.tags["workbench.failure"]
    assert runs_of(project, theme)["tune pets"].info.status == "FINISHED"


def test_a_trial_that_repeats_another_takes_its_values_over(project, theme, write_study, capsys):
    write_study(n_trials=3, space={"training.learning_rate": {"type": "categorical", "choices": [0.01]}})
    result = tune(theme)
    assert [trial.state for trial in result.all_trials] == ["complete"] * 3
    assert len({trial.values for trial in result.all_trials}) == 1
    assert set(runs_of(project, theme)) == {"tune pets", "trial_0"}
    assert "trial_2 repeats trial_0" in capsys.readouterr().out


def test_an_accuracy_that_so_few_classes_do_not_have_is_refused_before_a_trial(project, theme, write_study):
    write_study(metric="valid_top3_accuracy")
    with pytest.raises(ConfigError, match="so few classes have none"):
        tune(theme)


def test_a_trial_whose_transforms_do_not_fit_says_so(project, theme, write_study):
    change_yaml(project.augment_file, {"augmentation.valid": [{"HorizontalFlip": {"p": 0.0}}]})
    write_study(
        n_trials=2,
        sampler="grid",
        space={"augmentation.valid.HorizontalFlip.p": {"type": "categorical", "choices": [0.0, 0.5]}},
    )
    failed = next(trial for trial in tune(theme).all_trials if trial.state == "failed")
    assert failed.params["augmentation.valid.HorizontalFlip.p"] == 0.5
    assert "draws at random" in failed.failure


def test_a_trial_whose_settings_exclude_each_other_has_a_failed_run_too(project, theme, write_study):
    write_study(
        n_trials=2,
        sampler="grid",
        space={
            "model.freeze_backbone": {"type": "categorical", "choices": [True, False]},
            "model.unfreeze_after": {"type": "int", "low": 1, "high": 1},
        },
    )
    result = tune(theme)
    assert sorted(trial.state for trial in result.all_trials) == ["complete", "failed"]
    failed = next(trial for trial in result.all_trials if trial.state == "failed")
    run = runs_of(project, theme)[failed.name]
    assert run.info.status == "FAILED"
    assert run.data.tags["mlflow.parentRunId"] == result.run_id
    assert run.data.params["model.freeze_backbone"] == "False"
    assert "set freeze_backbone to true" in run.data.tags["workbench.failure"]


def test_when_every_trial_fails_the_reasons_are_told(project, theme, write_study):
    write_study(n_trials=1, space={"training.learning_rate": {"type": "categorical", "choices": [1e30]}})
    with pytest.raises(WorkbenchError, match="No trial of the study 'pets' is complete") as error:
        tune(theme)
    assert "learning_rate" in str(error.value)
    assert runs_of(project, theme)["tune pets"].info.status == "FAILED"


def test_a_pruned_trial_is_pruned_not_failed(project, theme, write_study):
    pruner = {"name": "median", "arguments": {"n_startup_trials": 1, "n_warmup_steps": 0}}
    study_overrides = {
        "training.num_epochs": 3,
        "training.scheduler": "none",
        "training.optimizer": "SGD",
        "training.gradient_clip": 0.01,
    }
    result = None
    for seed in range(4):
        write_study(
            n_trials=2,
            name=f"study {seed}",
            metric="valid_loss",
            direction="minimize",
            pruner=pruner,
            sampler={"name": "grid", "seed": seed},
            space={"training.learning_rate": {"type": "categorical", "choices": [0.001, 100.0]}},
        )
        result = tune(theme, overrides=study_overrides)
        if "pruned" in result.counts:
            break
    pruned = next(trial for trial in result.all_trials if trial.state == "pruned")
    run = connect(project).get_run(pruned.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.tags["workbench.trial_state"] == "pruned"
    assert "workbench.failure" not in run.data.tags
    assert result.best_trial.state == "complete"


def test_a_changed_search_space_says_what_to_do(project, theme, write_study):
    write_study(n_trials=1)
    tune(theme)
    write_study(n_trials=2, space={"training.optimizer": {"type": "categorical", "choices": ["Adam", "SGD"]}})
    with pytest.raises(ConflictError) as error:
        tune(theme)
    assert "params_to_tune.training.optimizer" in str(error.value)
    assert "Give study.name another name" in str(error.value)
    write_study(n_trials=1, name="second", space={"training.optimizer": {"type": "categorical", "choices": ["Adam"]}})
    assert tune(theme).study_name == "second"


def test_changed_fixed_settings_and_changed_data_are_noticed(project, theme, write_study, sqlite_store):
    write_study(n_trials=1)
    tune(theme)
    with pytest.raises(ConflictError, match=r"params\.training\.num_epochs: 1 -> 2"):
        tune(theme, n_trials=2, overrides={"training.num_epochs": 2})
    assert len(tune(theme, overrides={"data.num_workers": 1}).all_trials) == 1
    with sqlite_store.write() as session:
        theme_id = get_theme(theme, session=session).id
        deleted = session.scalars(select(Sample.id).where(Sample.theme_id == theme_id).limit(1)).all()
        delete_samples(theme_id, SampleFilter(ids=tuple(deleted)), annotator="test", session=session)
    with pytest.raises(ConflictError, match="the data: images, labels or splits of the theme"):
        tune(theme, n_trials=2)


def test_several_objectives_have_a_front(project, theme, write_study):
    networks = {"type": "categorical", "choices": ["squeezenet1_1", "shufflenet_v2_x0_5"]}
    write_study(
        n_trials=3,
        metric=["valid_accuracy", "inference_ms"],
        directions=["maximize", "minimize"],
        space={"model.name": networks},
    )
    result = tune(theme)
    assert result.metrics == ("valid_accuracy", "inference_ms")
    assert all(trial.values[1] > 0 for trial in result.all_trials)
    for trial in result.front:
        assert not any(
            other.values[0] > trial.values[0] and other.values[1] < trial.values[1] for other in result.all_trials
        )
    assert result.best_trial in result.front
    figures = {os.path.basename(item.path) for item in connect(project).list_artifacts(result.run_id, "figures")}
    assert "pareto_front.png" in figures
    assert "inference_ms" in connect(project).get_run(result.all_trials[0].run_id).data.metrics


SAMPLERS = ["tpe", "random", "grid", "gp", "cmaes"]
PRUNERS = ["median", "hyperband", "successive_halving"]


@pytest.mark.parametrize(
    ("sampler", "pruner"), [*((name, "none") for name in SAMPLERS), *(("tpe", name) for name in PRUNERS)]
)
def test_every_sampler_and_pruner_is_accepted(project, theme, write_study, sampler, pruner):
    write_study(
        n_trials=2,
        sampler=sampler,
        pruner=pruner,
        space={
            "training.learning_rate": {"type": "float", "low": 0.01, "high": 0.04, "step": 0.01},
            "training.momentum": {"type": "float", "low": 0.5, "high": 0.9, "step": 0.1},
        },
    )
    job = begin(read_plan(project, theme=theme), project)
    for _ in range(12):
        trial = job.study.ask()
        value = trial.suggest_float("training.learning_rate", 0.01, 0.04, step=0.01)
        value += trial.suggest_float("training.momentum", 0.5, 0.9, step=0.1)
        trial.report(value, 1)
        trial.should_prune()
        job.study.tell(trial, value)
    assert job.study.best_value > 0.51


def test_wrong_input_writes_nothing(project, theme, write_study):
    write_study(n_trials=1)
    for name in ("optuna.db", "mlflow.db"):
        (project.db / name).unlink()
    with pytest.raises(NotFoundError, match="Did you mean 'pets'"):
        tune("pet")
    with pytest.raises(WorkbenchError, match="workers is 0"):
        tune(theme, workers=0)
    with pytest.raises(WorkbenchError, match="n_trials"):
        tune(theme, n_trials=0)
    with pytest.raises(ConfigError, match="is ddp_spawn"):
        tune(theme, overrides={"training.strategy": "ddp_spawn"})
    assert not (project.db / "optuna.db").exists()
    assert not (project.db / "mlflow.db").exists()
