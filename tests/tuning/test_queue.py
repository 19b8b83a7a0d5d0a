"""Which trial comes next: totals, several processes, kill -9, on SQLite and on PostgreSQL."""

import os
import signal
import warnings

import optuna
import pytest
from sqlalchemy import create_engine, text

from workbench.jobs.processes import process_identity
from workbench.paths import Project
from workbench.tuning.plan import read_plan
from workbench.tuning.queue import WORKER as WORKER_OF_TRIAL
from workbench.tuning.queue import counted, is_dead, run_next
from workbench.tuning.results import read_trials
from workbench.tuning.space import suggest
from workbench.tuning.storage import open_storage, quiet_optuna, storage_lock
from workbench.tuning.study import N_TRIALS, STOP, find_study, stop_study

SEEDED = """
study: {sampler: {name: random, seed: 1}}
params_to_tune:
  training.learning_rate: {type: float, low: 0.001, high: 0.1}
"""
GRID = """
study: {n_trials: 20, sampler: {name: grid, seed: 1}}
params_to_tune:
  data.batch_size: {type: categorical, choices: [16, 32]}
  training.optimizer: {type: categorical, choices: [Adam, SGD]}
"""

# A worker: it writes "begin N" and "end N" and waits in trial `hang` until it is killed.
WORKER = """
import sys, time
import optuna
from workbench.paths import find_project
from workbench.tuning.queue import run_next
from workbench.tuning.study import find_study
hang = int(sys.argv[1])
project = find_project()
study = find_study(project, "s")
study.sampler = optuna.samplers.RandomSampler()
def objective(trial):
    x = trial.suggest_float("x", 0, 1)
    print("begin", trial.number, flush=True)
    if trial.number == hang:
        sys.stdin.read()
    print("end", trial.number, flush=True)
    return x
while run_next(study, project.optuna_url, objective):
    pass
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def storage_project(request, project, monkeypatch):
    """A project whose studies lie in SQLite, and once more in PostgreSQL."""
    if request.param == "postgresql":
        monkeypatch.setenv("WORKBENCH_OPTUNA_URL", request.getfixturevalue("postgresql_url"))
    return project


def test_a_panel_that_looks_at_a_study_leaves_the_warnings_of_a_training_as_they_are():
    panel = quiet_optuna()
    with warnings.catch_warnings(record=True) as told:
        panel.__enter__()
        warnings.filterwarnings("ignore", "many workers")
        panel.__exit__(None, None, None)
        warnings.warn("many workers", stacklevel=1)
    assert told == []


def test_optuna_is_quiet_until_the_last_one_has_looked():
    before = optuna.logging.get_verbosity()
    panel, search = quiet_optuna(), quiet_optuna()
    panel.__enter__()
    search.__enter__()
    panel.__exit__(None, None, None)
    assert optuna.logging.get_verbosity() == optuna.logging.ERROR
    search.__exit__(None, None, None)
    assert optuna.logging.get_verbosity() == before


def new_study(project: Project, n_trials: int) -> optuna.Study:
    with quiet_optuna(), storage_lock(project.optuna_url):
        study = optuna.create_study(study_name="s", storage=open_storage(project), direction="maximize")
    study.set_user_attr(N_TRIALS, n_trials)
    study.set_user_attr(STOP, False)
    return study


def run_all(study, project, objective):
    while run_next(study, project.optuna_url, objective):
        pass


def objective(trial):
    return trial.suggest_float("x", 0, 1)


def test_n_trials_is_the_total(storage_project):
    study = new_study(storage_project, 3)
    run_all(study, storage_project, objective)
    assert len(study.trials) == 3
    run_all(study, storage_project, objective)
    assert len(study.trials) == 3
    study.set_user_attr(N_TRIALS, 5)
    run_all(study, storage_project, objective)
    assert len(study.trials) == 5


def test_a_failing_trial_does_not_end_the_study(project):
    def sometimes(trial):
        if trial.number == 1:
            raise RuntimeError("no luck")
        return objective(trial)

    study = new_study(project, 3)
    run_all(study, project, sometimes)
    assert [trial.state for trial in read_trials(study)] == ["complete", "failed", "complete"]


def test_a_killed_processs_trial_is_repeated_with_its_values_and_no_finished_one(storage_project, run_python):
    study = new_study(storage_project, 4)
    child = run_python(WORKER, 2)
    for line in child.stdout:
        if line == "begin 2\n":
            break
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    again = []
    run_all(study, storage_project, lambda trial: again.append(trial.number) or objective(trial))
    trials = read_trials(study)
    assert [trial.state for trial in trials] == ["complete", "complete", "retried", "complete", "complete"]
    assert again == [3, 4]
    assert trials[3].params == trials[2].params
    assert len(counted(study.trials)) == 4
    assert "trial_3 took its place" in trials[2].failure


def test_a_machine_without_a_network_card_knows_its_own_workers_again(monkeypatch):
    drawn = iter([0x010000000000 | 1, 0x010000000000 | 2])
    monkeypatch.setattr("uuid.getnode", lambda: next(drawn))
    gone = {**process_identity(), "pid": 2**22 + 1}
    assert is_dead(gone)


def test_a_trial_that_kills_its_process_again_and_again_is_given_up(project, run_python):
    study = new_study(project, 1)
    for number in range(3):
        child = run_python(WORKER, number)
        assert child.stdout.readline() == f"begin {number}\n"
        child.kill()
        child.wait()
    run_all(study, project, objective)
    assert [trial.state for trial in read_trials(study)] == ["retried", "retried", "failed"]


def test_two_processes_share_the_trials_and_run_none_twice(storage_project, run_python):
    study = new_study(storage_project, 12)
    children = [run_python(WORKER, -1) for _ in range(2)]
    outputs = [child.communicate()[0] for child in children]
    assert [child.returncode for child in children] == [0, 0]
    numbers = [int(line.split()[1]) for output in outputs for line in output.splitlines() if line.startswith("end")]
    assert sorted(numbers) == list(range(12))
    assert len(study.trials) == 12


def test_a_trial_that_runs_elsewhere_is_left_alone_and_counts(project, run_python):
    study = new_study(project, 2)
    child = run_python(WORKER, 0)
    assert child.stdout.readline() == "begin 0\n"
    run_all(study, project, objective)
    assert [trial.state for trial in read_trials(study)] == ["running", "complete"]
    child.communicate("")
    assert [trial.state for trial in read_trials(study)] == ["complete", "complete"]


def test_a_trial_of_another_machine_that_fell_silent_is_tried_again_though_no_other_is_left(project):
    study = new_study(project, 1)
    trial = study.ask()
    trial.set_user_attr(WORKER_OF_TRIAL, {"machine": "elsewhere", "pid": 1, "started": 0.0})
    study._storage.record_heartbeat(trial._trial_id)
    run_all(study, project, objective)
    assert [trial.state for trial in read_trials(study)] == ["running"]
    engine = create_engine(project.optuna_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE trial_heartbeats SET heartbeat = '2020-01-01 00:00:00'"))
    engine.dispose()
    run_all(study, project, objective)
    assert [trial.state for trial in read_trials(study)] == ["retried", "complete"]


def test_an_interrupted_trial_goes_back_into_the_queue(project):
    def interrupted(trial):
        objective(trial)
        raise KeyboardInterrupt

    study = new_study(project, 2)
    with pytest.raises(KeyboardInterrupt):
        run_next(study, project.optuna_url, interrupted)
    run_all(study, project, objective)
    trials = read_trials(study)
    assert [trial.state for trial in trials] == ["retried", "complete", "complete"]
    assert trials[1].params == trials[0].params


def test_a_stop_lets_no_further_trial_begin(project):
    study = new_study(project, 5)

    def stopping(trial):
        stop_study(study)
        return objective(trial)

    run_all(study, project, stopping)
    assert len(study.trials) == 1


def test_each_trial_has_its_own_proposals_in_every_process_and_after_a_resume(project):
    project.optuna_params_file.write_text(SEEDED, encoding="utf-8")
    new_study(project, 3)
    plan = read_plan(project)
    proposed = []

    def objective(trial):
        proposed.append(suggest(trial, plan.space)["training.learning_rate"])
        return 0.5

    for _ in range(3):  # as three processes do, or one that is started three times
        run_next(find_study(project, "s"), project.optuna_url, objective, read_plan(project).sampler)
    assert len(set(proposed)) == 3
    again = optuna.create_study()
    for number in range(3):
        again.sampler = plan.sampler(number)
        assert suggest(again.ask(), plan.space)["training.learning_rate"] == proposed[number]


def test_a_grid_ends_when_every_point_was_tried_once_also_by_two(project):
    project.optuna_params_file.write_text(GRID, encoding="utf-8")
    plan = read_plan(project)
    assert plan.n_trials == 4
    study = new_study(project, plan.n_trials)
    other = find_study(project, "s")
    tried = []

    def objective(trial):
        tried.append(tuple(suggest(trial, plan.space).values()))
        if len(tried) == 1:  # another process takes part while this one trains
            run_next(other, project.optuna_url, objective, plan.sampler)
        return 0.5

    while run_next(study, project.optuna_url, objective, plan.sampler):
        pass
    assert sorted(tried) == [(16, "Adam"), (16, "SGD"), (32, "Adam"), (32, "SGD")]
