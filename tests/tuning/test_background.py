"""Searches in the background, as the tuning panel starts, finds and stops them."""

import shutil
import time

import pytest

from workbench import TuningPanel, tune
from workbench.errors import ConfigError, ConflictError, NotFoundError, WorkbenchError
from workbench.paths import asset
from workbench.tuning.background import search_of, start_search, stop_search


@pytest.fixture
def notebooks(project):
    shutil.copytree(asset("notebooks"), project.notebooks)


def until(panel, wanted, seconds=180):
    """What the panel shows, as soon as it is as wanted."""
    deadline = time.monotonic() + seconds
    while not wanted(state := panel.read()):
        assert state["search"]["state"] == "running", state["search"]
        assert time.monotonic() < deadline, state
        time.sleep(0.2)
    return state


def test_a_search_outlives_its_starter_and_is_stopped_and_gone_on_with(project, theme, notebooks, write_study):
    write_study(n_trials=2)
    panel = TuningPanel(theme, project=project)
    assert panel.config["space"] == [["training.learning_rate", "0.001 to 0.1 (log)"]]
    assert "Started" in panel._start({"n_trials": 200, "timeout": None, "workers": 1}).value
    with pytest.raises(ConflictError, match="searched already"):
        panel._start({"n_trials": 200, "timeout": None, "workers": 1})
    # Whoever opens a panel finds it.
    panel = TuningPanel(theme, project=project)
    state = until(panel, lambda state: state.get("running"))
    assert (state["total"], state["search"]["state"]) == (200, "running")
    assert "after the trials that run now" in panel._stop({}).value
    if panel.read()["running"]:  # else its trial has ended in between
        panel._stop({"at_once": True})
    state = until(panel, lambda state: state["search"]["state"] != "running")
    assert state["search"]["state"] in ("interrupted", "complete"), state["search"]
    assert (state["running"], state["stopped"]) == ([], True)
    assert state["done"] < 200
    job = search_of(project, theme)
    with pytest.raises(WorkbenchError, match="does not run any more"):
        stop_search(project, job.id)
    # The same study goes on, with what was interrupted first.
    result = tune(theme, n_trials=state["done"] + 1)
    assert result.counts["complete"] == state["done"] + 1
    with pytest.raises(WorkbenchError, match="Give a larger number"):
        panel._start({"n_trials": 1, "timeout": None, "workers": 1})


def test_what_cannot_begin_is_refused_before_anything_starts(project, theme, notebooks, write_study):
    write_study()
    with pytest.raises(ConfigError, match="n_trials"):
        start_search(project, {"theme": theme, "n_trials": 0})
    with pytest.raises(NotFoundError, match="Did you mean 'pets'"):
        start_search(project, {"theme": "pest"})
    with pytest.raises(WorkbenchError, match="no parameter 'trials'"):
        start_search(project, {"theme": theme, "trials": 3})
    assert search_of(project, theme) is None
    project.optuna_params_file.write_text("study: {metric: valid_acuracy}\n")
    assert "params_to_tune" in TuningPanel(theme, project=project).config["problem"]
