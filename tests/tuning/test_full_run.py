"""A full training that the tuning panel begins in the background."""

import pytest

from workbench import TuningPanel, tune
from workbench.errors import WorkbenchError
from workbench.registry.tracking import connect, experiment_for
from workbench.tuning.full_run import full_run_state, start_full_run


def test_a_click_trains_the_best_settings_in_the_background_once(project, theme, write_study):
    write_study(n_trials=1)
    result = tune(theme)
    panel = TuningPanel(theme, project=project)
    assert panel.state["num_epochs"] == 1
    for _ in range(2):  # a message may come twice
        panel._train({"num_epochs": 2})
    assert panel.read()["full_run"]["running"]
    panel._full_run.process.wait(180)
    state = panel.read()["full_run"]
    assert not state["running"]
    assert "Trained the run 'pets best'" in state["text"]
    runs = connect(project).search_runs([experiment_for(theme, project)], "tags.`workbench.kind` = 'best'")
    assert [run.data.params["training.num_epochs"] for run in runs] == ["2"]
    assert runs[0].info.run_id in state["text"]
    chosen = {name: float(runs[0].data.params[name]) for name in result.best_params}
    assert chosen == result.best_params


def test_a_training_that_cannot_begin_says_why(project):
    with pytest.raises(WorkbenchError, match="epochs is 0"):
        start_full_run(project, "pets", 0)
    run = start_full_run(project, "pets")
    run.process.wait(120)
    state = full_run_state(run.now())
    assert state["failed"]
    assert "There is no study 'pets'" in state["text"]
