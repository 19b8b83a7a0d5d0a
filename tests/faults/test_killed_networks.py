"""Trainings, searches and predictions killed with SIGKILL: labels stay, what was done counts, the same call goes on."""

import pytest

from tests.faults import network_programs as networks
from tests.faults.kills import Outcome, kill, seeds
from workbench import register

OTHERS = 10
"""So many kills on each database."""


@pytest.fixture
def colors(store, mlflow_template, optuna_template, tmp_path, monkeypatch):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return networks.fill(store, mlflow_template, optuna_template)


_measured = []


@pytest.fixture
def seconds(colors):
    """How long a training takes here: measured once."""
    if not _measured:
        _measured.append(networks.seconds_of_a_training())
    return _measured[0]


@pytest.fixture
def trained(colors, seconds):
    return networks.Trained(colors, seconds)


def test_trainings(trained, run_python):
    outcome = Outcome()
    for seed in seeds(OTHERS, cost=5):
        lines = kill(networks.start(run_python, "train", seed), seed, 1.5 * trained.seconds)
        outcome.add(seed, acknowledged=len(lines), fault=trained.look(lines, seed))
    outcome.add("last", killed=False, fault=trained.left())
    outcome.report()


def test_searches(trained, run_python):
    outcome, number = Outcome(), 0
    for seed in seeds(OTHERS, cost=5):
        lines = kill(networks.start(run_python, "tune", seed, number), seed, 2 * trained.seconds)
        fault, number = networks.tuned(trained.colors, lines)
        outcome.add(seed, acknowledged=len(lines), fault=fault)
    outcome.add("last", killed=False, fault=networks.whole_search(trained.colors, number + 1))
    assert networks.decisions(trained.colors.store) == trained.before
    outcome.report()


def test_predictions(trained, run_python, tmp_path):
    register("colors", trained.reference.run_id, "production")
    outcome = Outcome()
    for seed in seeds(OTHERS, cost=5):
        lines = kill(networks.start(run_python, "predict", seed, seed), seed, trained.seconds)
        fault = networks.predicted(trained.colors, lines, seed, tmp_path / "elsewhere")
        outcome.add(seed, acknowledged=len(lines), fault=fault)
    assert networks.decisions(trained.colors.store) == trained.before
    outcome.report()
