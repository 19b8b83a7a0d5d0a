"""What runs that begin at the same moment write into MLflow."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import event
from sqlalchemy.engine import Engine

from workbench.registry.tracking import connect, experiment_for, mlflow_run
from workbench.training.mlflow_logging import log_dataset


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
