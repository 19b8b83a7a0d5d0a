"""What runs that begin at the same moment write into MLflow."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import mlflow
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.colors import QUICK
from workbench.registry.tracking import connect, experiment_for, mlflow_run
from workbench.store.assistance import AnsweredPage, answer_page
from workbench.store.decisions import Decision
from workbench.store.labels import labels_of
from workbench.store.samples import page_of_samples
from workbench.store.single_edits import Edit, decide
from workbench.store.themes import get_theme
from workbench.training import reproduce
from workbench.training.mlflow_logging import log_dataset, log_start, metric_name
from workbench.training.plan import make_plan, read_settings


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


def test_a_run_says_how_many_labels_came_from_pages_and_how_many_nobody_saw(colors):
    with colors.store.write() as session:
        theme_id = get_theme("colors", session=session).id
        label = labels_of(theme_id, session=session)[0].id
        ids = [sample.id for sample in page_of_samples(theme_id, limit=12, session=session)]
        decide(theme_id, [Edit(each, Decision.of(None)) for each in ids], annotator="ann", session=session)
        on_page = AnsweredPage("suggested", tuple(ids[:8]), label, off=(ids[7],))
        answer_page(theme_id, on_page, annotator="ann", session=session)
        unseen = AnsweredPage("rest", tuple(ids[7:]), labels=(label,) * 5)
        answer_page(theme_id, unseen, annotator="ann", session=session)
    plan = make_plan(*read_settings(colors.project, theme="colors", overrides=QUICK), colors.project)
    experiment_for("colors", colors.project)
    with mlflow_run("colors", colors.project) as active:
        log_start(plan)
    tags = colors.client.get_run(active.info.run_id).data.tags
    assert (tags["workbench.labels_on_pages"], tags["workbench.labels_unseen"]) == ("7", "5")
