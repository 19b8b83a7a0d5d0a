"""Modules that params.yaml names are found by whatever trains, in any process and folder."""

import json
import logging
import shutil
import threading

import pytest

from tests.colors import QUICK
from workbench.errors import ConfigError
from workbench.training import Control, reproduce, resume
from workbench.training.own_modules import import_modules

MODULE = """
from lightning.pytorch.callbacks import Callback
from torch import nn
from workbench.training import register_network


@register_network("Mine")
def mine(num_classes: int, in_channels: int = 3) -> nn.Module:
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(in_channels, num_classes))


class Beep(Callback):
    pass
"""
MINE = {"modules": ["own.networks"], "model.name": "Mine", "callbacks.custom": [{"path": "own.networks.Beep"}]}
CHILD = """
import json, sys
from workbench.training import reproduce
from workbench import tune
run_id, overrides = sys.argv[1], json.loads(sys.argv[2])
print(json.dumps([reproduce(run_id).equal, tune("colors", overrides=overrides).all_trials[0].state]))
"""


@pytest.fixture
def module(colors):
    """The file of a module in the project's folder."""
    file = colors.project.root / "own" / "networks.py"
    file.parent.mkdir()
    file.write_text(MODULE)
    return file


def test_a_network_of_ones_own_is_found_in_another_process_and_folder(colors, module, run_python, optuna_template):
    shutil.copy(optuna_template, colors.project.db)
    space = {"training.learning_rate": {"type": "float", "low": 0.01, "high": 0.1}}
    study = {"n_trials": 1, "pruner": "none", "sampler": {"name": "random"}}
    colors.project.optuna_params_file.write_text(json.dumps({"study": study, "params_to_tune": space}))
    run = colors.train(MINE)
    unknown_there = ("training.learning_rate", "callbacks.custom")
    overrides = {name: value for name, value in {**QUICK, **MINE}.items() if name not in unknown_there}
    child = run_python(CHILD, run.run_id, json.dumps(overrides))
    output, errors = child.communicate()
    assert child.returncode == 0, errors
    assert json.loads(output.splitlines()[-1]) == [True, "complete"]


def test_a_run_keeps_what_its_module_said_and_tells_when_it_says_something_else(colors, module, caplog):
    event = Control(stop=threading.Event())
    event.stop.set()
    stopped = colors.train(MINE, control=event)
    assert colors.artifact(stopped.run_id, "modules/own.networks.py") == MODULE
    with caplog.at_level(logging.WARNING, logger="workbench"):
        resume(stopped.run_id)
    assert "has changed" not in caplog.text
    module.write_text(f"{MODULE}\n# another one\n")
    with caplog.at_level(logging.WARNING, logger="workbench"):
        reproduce(stopped.run_id)
    assert "own.networks has changed" in caplog.text


def test_a_network_registered_by_a_module_of_the_project_is_recorded_with_it(colors, module):
    import_modules(["own.networks"], colors.project)
    run = colors.train({"model.name": "Mine"})
    assert "own.networks" in colors.artifact(run.run_id, "params.yaml")


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        (None, "nowhere", "no module 'nowhere' in the project's folder"),
        ("import nowhere_at_all", "broken", "'broken' .* cannot be imported: ModuleNotFoundError"),
        ("def f(:", "broken", "cannot be imported: SyntaxError"),
    ],
)
def test_a_module_that_cannot_be_imported_is_named(project, source, name, message):
    if source is not None:
        (project.root / f"{name}.py").write_text(source)
    with pytest.raises(ConfigError, match=message):
        import_modules([name], project)
