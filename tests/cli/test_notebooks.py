"""Commands that run a notebook, from a user's side."""

import shutil
from pathlib import Path

import pytest

from workbench.cli.notebooks import _from_here as from_here
from workbench.cli.notebooks import _parse_overrides as parse_overrides
from workbench.cli.notebooks import _same_command_goes_on as same_command_goes_on
from workbench.errors import InterruptedRunError

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("train", "animals", "--set", "training.learning_rat=1"), "Did you mean 'learning_rate'?"),
        (("train", "animals", "--num-epochs", "0"), "1 or more is needed"),
        (("tune", "animls"), "Did you mean 'animals'?"),
        (("register", "animls"), "Did you mean 'animals'?"),
        (("predict", "animals"), "workbench register animals --stage production"),
    ],
)
def test_what_is_wrong_is_told_before_a_notebook_starts(cli, animals, folder, command, said):
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    error = cli(*command, code=2)
    assert said in error
    assert "Running" not in error
    assert not (folder / "runs").exists()


def test_an_interrupted_command_says_how_to_go_on():
    with pytest.raises(InterruptedRunError, match="The same command again"), same_command_goes_on():
        raise InterruptedRunError("The notebook was interrupted.")
    with pytest.raises(InterruptedRunError, match=r"^Predict again in the same way\.$"), same_command_goes_on():
        raise InterruptedRunError("Predict again in the same way.")


def test_an_override_that_is_none(cli, animals):
    assert "is not of the form KEY=VALUE" in cli("train", "animals", "--set", "training.num_epochs", code=2)


def test_an_unknown_notebook(cli):
    assert "There is no notebook '99_nothing'" in cli("run", "99_nothing", code=2)


def test_an_override_is_not_cut_at_a_hash():
    given = ("training.run_name=exp #3", "a.b='x # y'", "c=[1, 2] # two", "d=1e-3")
    assert parse_overrides(given) == {"training.run_name": "exp #3", "a.b": "x # y", "c": [1, 2], "d": 0.001}


def test_files_are_those_of_the_folder_in_which_the_command_is_typed(project, monkeypatch):
    inner = project.root / "experiments"
    inner.mkdir()
    for folder in (project.root, inner):
        (folder / "exp.yaml").touch()
        (folder / "weights.pt").touch()
    monkeypatch.chdir(inner)
    values = {
        "params_file": "exp.yaml",
        "optuna_params_file": "none.yaml",
        "overrides": {"model.pretrained": "weights.pt"},
    }
    assert from_here(values) == {
        "params_file": str(inner / "exp.yaml"),
        "optuna_params_file": "none.yaml",
        "overrides": {"model.pretrained": str(inner / "weights.pt")},
    }
    monkeypatch.chdir(project.root)
    assert from_here(values) == values
