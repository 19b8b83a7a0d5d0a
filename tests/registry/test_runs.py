"""The runs that a version can be made of."""

import mlflow
import pytest
from mlflow.entities import LoggedModelOutput

from workbench.errors import NotFoundError
from workbench.registry.runs import best_run, model_of, unregistered_runs
from workbench.registry.tracking import MODEL_NAME, connect, mlflow_run


def log_metric(shades, run_id: str, name: str, value: float) -> None:
    with mlflow_run("shades", shades.project, run_id=run_id):
        mlflow.log_metric(name, value)


def test_the_lowest_loss_is_the_best_and_of_equal_runs_the_oldest(shades):
    runs = [shades.log_run(accuracy=0.9) for _ in range(3)]
    for run_id, loss in zip(runs, (0.5, 0.2, 0.2), strict=True):
        log_metric(shades, run_id, "best_valid_loss", loss)
    assert best_run("shades", shades.project, "best_valid_loss").info.run_id == runs[1]
    assert best_run("shades", shades.project).info.run_id == runs[0]


@pytest.mark.parametrize("metric", ["best_valid_accuracy", "best_valid_loss"])
def test_a_run_whose_metric_is_no_number_is_never_the_best(shades, metric):
    runs = [shades.log_run() for _ in range(3)]
    for run_id, value in zip(runs, (float("nan"), 0.5, float("nan")), strict=True):
        log_metric(shades, run_id, metric, value)
    assert best_run("shades", shades.project, metric).info.run_id == runs[1]


def test_a_run_that_failed_or_has_no_model_is_not_offered(shades):
    for status in ("FINISHED", "FAILED"):
        with mlflow_run("shades", shades.project) as run:
            mlflow.log_metric("best_valid_accuracy", 1.0)
        mlflow.MlflowClient().set_terminated(run.info.run_id, status)
    assert unregistered_runs("shades", shades.project) == []
    with pytest.raises(NotFoundError, match="no finished run with the metric 'best_valid_accuracy' and a model"):
        best_run("shades", shades.project)
    good = shades.log_run(accuracy=0.4)
    assert best_run("shades", shades.project).info.run_id == good
    (offered,) = unregistered_runs("shades", shades.project)
    assert (offered.run_id, offered.metrics) == (good, {"best_valid_accuracy": 0.4})


def test_of_the_models_of_a_run_the_one_that_is_left_counts(shades):
    client = connect(shades.project)
    for discarded in (0, 1):
        with mlflow_run("shades", shades.project) as run:
            experiment = run.info.experiment_id
            models = [client.create_logged_model(experiment, MODEL_NAME, run.info.run_id).model_id for _ in range(2)]
            client.log_outputs(run.info.run_id, [LoggedModelOutput(each, 0) for each in models])
        client.delete_logged_model(models[discarded])
        assert model_of(client, client.get_run(run.info.run_id)) == f"models:/{models[1 - discarded]}"
