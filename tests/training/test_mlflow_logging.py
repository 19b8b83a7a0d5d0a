"""What runs that begin at the same moment write into MLflow."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import mlflow
from sqlalchemy import event
from sqlalchemy.engine import Engine

from workbench.registry.tracking import connect, experiment_for, mlflow_run
from workbench.training import reproduce
from workbench.training.mlflow_logging import log_dataset, metric_name


def test_two_runs_may_be_the_first_on_the_same_data(project, mlflow_template):
    project.db.mkdir()
    shutil.copy(mlflow_template, project.db)
    experiment_for("pets", project)
    both_found_none = threading.Barrier(2, timeout=60)

    def wait_for_the_other(connection, cursor, statement, *_):
        if statement.startswith("INSERT INTO datasets"):
            both_found_none.wait()

    def run(_):
        with mlflow_run("pets", project) as active:
            log_dataset("pets", "d" * 64, {"train": 3})
        return connect(project).get_run(active.info.run_id)

    event.listen(Engine, "before_cursor_execute", wait_for_the_other)
    try:
        with ThreadPoolExecutor(2) as pool:
            runs = list(pool.map(run, range(2)))
    finally:
        event.remove(Engine, "before_cursor_execute", wait_for_the_other)
    assert [[one.dataset.digest for one in each.inputs.dataset_inputs] for each in runs] == [["d" * 36]] * 2


def test_every_label_has_metrics_of_its_own(project, mlflow_template):
    project.db.mkdir()
    shutil.copy(mlflow_template, project.db)
    labels = [
        "a<b",
        "a>b",
        "a_b",
        "a&b",
        "a%b",
        "a+b",
        "a:3c:b",
        "a/b",
        "猫",
        "犬",
        "é",
        "e\u0301",
        ".",
        "..",
        " ",
        "x" * 300,
    ]
    with mlflow_run("pets", project) as active:
        names = [f"test_f1/{metric_name(label)}" for label in labels]
        mlflow.log_metrics({name: float(value) for value, name in enumerate(names)})
    metrics = connect(project).get_run(active.info.run_id).data.metrics
    assert [metrics[name] for name in names] == list(range(len(labels)))
    assert names[8] == "test_f1/猫"


def test_a_setting_longer_than_mlflow_takes_is_whole_in_the_runs_file(colors):
    transforms = [{"HorizontalFlip": {"p": 0.0}}] * 400
    run = colors.train({"augmentation.train": transforms}, num_epochs=1)
    recorded = colors.client.get_run(run.run_id).data.params["augment.augmentation.train"]
    assert len(recorded) == 6000
    assert recorded.endswith("...")
    assert colors.artifact(run.run_id, "auguments.yaml").count("HorizontalFlip") == 400
    assert reproduce(run.run_id).equal
