"""The tuning panel and the pages that it opens, looked at in a real JupyterLab."""

import re
import shutil

import optuna
import pytest
from playwright.sync_api import expect

from workbench.paths import asset
from workbench.registry.tracking import connect, experiment_for
from workbench.tuning.results import read_trials
from workbench.tuning.storage import open_storage, quiet_optuna, storage_lock
from workbench.tuning.study import METRICS, N_TRIALS, PARENT_RUN, RUN, STOP, THEME, find_study

# A study whose second trial ends when the file `go` is there: what tune() does, without minutes of training.
TUNING = """
import time
from pathlib import Path
from workbench.paths import find_project
from workbench.tuning.queue import run_next
from workbench.tuning.study import find_study

project = find_project()
study = find_study(project, "search")

def objective(trial):
    rate = trial.suggest_float("training.learning_rate", 0.001, 0.1, log=True)
    if trial.number > 1:
        trial.report(0.25, 0)
        while not Path("go").exists():
            time.sleep(0.05)
    return rate

while run_next(study, project.optuna_url, objective):
    pass
"""


@pytest.fixture
def study(project):
    """The study "search" of the theme "digits": five trials wanted, two done, with a parent run in MLflow."""
    client = connect(project)
    experiment = experiment_for("digits", project)
    parent = client.create_run(experiment, run_name="the parent run").info.run_id
    with quiet_optuna(), storage_lock(project.optuna_url):
        study = optuna.create_study(study_name="search", storage=open_storage(project), direction="maximize")
    attributes = {THEME: "digits", METRICS: ["valid_accuracy"], N_TRIALS: 5, STOP: False, PARENT_RUN: parent}
    for name, value in attributes.items():
        study.set_user_attr(name, value)
    for value in (0.5, 0.75):
        trial = study.ask()
        trial.suggest_float("training.learning_rate", 0.001, 0.1, log=True)
        run = client.create_run(experiment, run_name=f"trial_{trial.number}", tags={"mlflow.parentRunId": parent})
        trial.set_user_attr(RUN, run.info.run_id)
        study.tell(trial, value)
    return study


PANEL = "from workbench.panels.tuning.panel import TuningPanel\nTuningPanel('digits')"


def test_the_panel_follows_a_busy_cell_and_stops_it_after_the_trial(lab, project, study):
    tab = lab.take_over(project, [PANEL, TUNING])
    tab.run_all(wait=False)
    expect(tab.panel.get_by_text("2 of 5 trials")).to_be_visible()
    expect(tab.panel.locator(".wb-best")).to_contain_text("valid_accuracy 0.75")
    expect(tab.panel.locator(".wb-running")).to_contain_text("trial_2")
    expect(tab.panel.locator(".wb-running")).to_contain_text("epoch 1: 0.25")
    chart = tab.panel.locator(".wb-chart")
    chart.get_by_role("img", name="valid_accuracy over trial").hover()
    expect(chart.locator(".wb-read")).to_contain_text(re.compile(r"trial \d: best so far 0\.\d+, value 0\.\d+"))
    tab.screenshot("tuning-panel")
    tab.panel.get_by_role("button", name="Stop after this trial").click()
    expect(tab.panel.get_by_role("button", name="Stopping after this trial")).to_be_disabled()
    (project.root / "go").touch()
    expect(tab.panel.get_by_text("3 of 5 trials")).to_be_visible()
    expect(tab.panel.locator(".wb-status")).to_have_text("stopped: go on here, or run the cell again")
    assert [trial.state for trial in read_trials(find_study(project, "search"))] == ["complete"] * 3


def test_the_panel_shows_a_study_that_begins_later(lab, project):
    shutil.copy(asset("optuna_params.yaml"), project.optuna_params_file)
    tab = lab.take_over(project, [PANEL]).run_all()
    expect(tab.panel).to_contain_text("digits has not been tuned yet")
    # What a search in the background would do, before anybody starts one.
    expect(tab.panel.get_by_role("row", name="training.optimizer Adam, SGD, AdamW")).to_be_visible()
    expect(tab.panel.get_by_label("Trials in total")).to_have_value("20")
    expect(tab.panel.get_by_role("button", name="Start in the background")).to_be_enabled()
    with quiet_optuna(), storage_lock(project.optuna_url):
        study = optuna.create_study(study_name="search", storage=open_storage(project))
    for name, value in {METRICS: ["valid_loss"], N_TRIALS: 4, STOP: False, THEME: "digits"}.items():
        study.set_user_attr(name, value)
    study.ask()
    expect(tab.panel.get_by_text("0 of 4 trials")).to_be_visible()
    # Somebody searches already.
    expect(tab.panel.get_by_role("button", name="Go on in the background")).to_be_disabled()
    expect(tab.panel.get_by_label("Trials in total")).to_have_value("4")


def test_both_reviews_open_below_jupyters_address(lab, project, study):
    tab = lab.open(project, [PANEL]).run_all()
    with tab.page.context.expect_page() as opened:
        tab.panel.get_by_role("button", name="Optuna dashboard", exact=True).click()
    dashboard = opened.value
    dashboard.wait_for_url(re.compile(rf"{lab.url}/proxy/\d+/dashboard/studies/1"), timeout=90_000)
    expect(dashboard.get_by_text("search").first).to_be_visible(timeout=60_000)
    expect(dashboard.get_by_text("Best Trial (number=1)")).to_be_visible()
    dashboard.screenshot(path=tab.screenshot("tuning-reviews").with_name("tuning-dashboard.png"))
    with tab.page.context.expect_page() as opened:
        tab.panel.get_by_role("button", name="Run of trial_1 in MLflow").click()
    mlflow = opened.value
    mlflow.wait_for_url(re.compile(rf"{lab.url}/proxy/\d+/#/experiments/"), timeout=90_000)
    expect(mlflow.get_by_text("trial_1").first).to_be_visible(timeout=60_000)
    mlflow.screenshot(path=tab.screenshot("tuning-reviews").with_name("tuning-mlflow.png"))
