"""Trainings, searches and predictions killed with SIGKILL: the labels stay, what was done counts, the same call goes on."""

import pytest

from tests.faults import network_programs as networks
from tests.faults.kills import Outcome, kill, seeds

OTHERS = 10
"""So many kills on each database."""


@pytest.fixture
def colors(store, mlflow_template, optuna_template, tmp_path, monkeypatch):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return networks.fill(store, mlflow_template, optuna_template)


def test_trainings(colors, run_python):
    trained = networks.Trained(colors)
    outcome = Outcome()
    for seed in seeds(OTHERS):
        lines = kill(networks.start(run_python, "train", seed), seed, networks.LONGEST["train"])
        outcome.add(seed, acknowledged=len(lines), fault=trained.look(lines, seed))
    outcome.add("last", killed=False, fault=trained.left())
    outcome.report()


def test_searches(colors, run_python):
    outcome, number = Outcome(), 0
    before = networks.decisions(colors.store)
    for seed in seeds(OTHERS):
        lines = kill(networks.start(run_python, "tune", seed, number), seed, networks.LONGEST["tune"])
        fault, number = networks.tuned(colors, lines)
        outcome.add(seed, acknowledged=len(lines), fault=fault)
    outcome.add("last", killed=False, fault=networks.whole_search(colors, number + 1))
    assert networks.decisions(colors.store) == before
    outcome.report()


def test_predictions(colors, run_python, tmp_path):
    networks.with_model(colors)
    outcome = Outcome()
    for seed in seeds(OTHERS):
        lines = kill(networks.start(run_python, "predict", seed, seed), seed, networks.LONGEST["predict"])
        fault = networks.predicted(colors, lines, seed, tmp_path / "elsewhere")
        outcome.add(seed, acknowledged=len(lines), fault=fault)
    outcome.report()
