"""The tuning panel's state, as it goes to the browser."""

import optuna
import pytest

from workbench import TuningPanel
from workbench.tuning.status import study_state
from workbench.tuning.storage import open_storage, quiet_optuna, storage_lock
from workbench.tuning.study import METRICS, N_TRIALS, OPENED, STOP, THEME


@pytest.fixture
def study(project):
    with quiet_optuna(), storage_lock(project.optuna_url):
        study = optuna.create_study(study_name="search", storage=open_storage(project), direction="minimize")
    for name, value in {THEME: "pets", METRICS: ["valid_loss"], N_TRIALS: 6, STOP: False}.items():
        study.set_user_attr(name, value)
    return study


def test_the_state_counts_the_trials_and_names_the_best(study):
    for value in (0.5, 0.25, 0.75):
        study.tell(study.ask(), value)
    study.tell(study.ask(), state=optuna.trial.TrialState.PRUNED)
    study.ask().report(0.4, 2)
    state = study_state(study)
    assert (state["done"], state["total"], state["pruned"]) == (4, 6, 1)
    assert state["best"]["number"] == 1
    assert [(trial["number"], trial["epoch"], trial["value"]) for trial in state["running"]] == [(4, 3, 0.4)]
    assert state["seconds_left"] is not None
    assert [trial["number"] for trial in state["trials"]] == [3, 2, 1, 0]


def test_a_batch_run_shows_the_study_as_text(study, project, monkeypatch):
    monkeypatch.setenv("WORKBENCH_BATCH", "1")
    assert "has not been tuned yet" in TuningPanel("cars", project=project)._repr_mimebundle_()["text/html"]
    trial = study.ask()
    trial.suggest_categorical("training.optimizer", ["Adam"])
    study.tell(trial, 0.125)
    shown = TuningPanel("pets", project=project)._repr_mimebundle_()["text/html"]
    assert "1 of 6 trials" in shown
    assert "valid_loss 0.1250" in shown
    assert "training.optimizer = Adam" in shown


def test_the_panel_shows_the_study_that_was_tuned_last(study, project):
    study.ask()
    with quiet_optuna(), storage_lock(project.optuna_url):
        later = optuna.create_study(study_name="later", storage=open_storage(project))
    for name, value in {THEME: "pets", METRICS: ["valid_loss"], N_TRIALS: 1, STOP: False, OPENED: 2.0}.items():
        later.set_user_attr(name, value)
    assert TuningPanel("pets", project=project).state["study"] == "later"
    study.set_user_attr(OPENED, 3.0)
    assert TuningPanel("pets", project=project).state["study"] == "search"
