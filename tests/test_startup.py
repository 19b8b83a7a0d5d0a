"""Starting a command must not wait for libraries that it does not use."""

import json
import subprocess
import sys

import pytest

HEAVY = ("torch", "torchvision", "lightning", "mlflow", "pandas", "albumentations", "optuna", "matplotlib", "papermill")


@pytest.mark.parametrize("module", ["workbench", "workbench.cli", "workbench.store"])
def test_importing_does_not_load_heavy_libraries(module):
    code = f"import {module}, sys, json; print(json.dumps([n for n in {HEAVY!r} if n in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_help_lists_the_commands_without_heavy_libraries():
    code = (
        "import sys; from click.testing import CliRunner; from workbench.cli import main\n"
        "print(CliRunner().invoke(main, ['--help']).output)\n"
        f"print('HEAVY', [n for n in {HEAVY!r} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for command in (
        "db",
        "theme",
        "import",
        "export",
        "split",
        "run",
        "train",
        "tune",
        "register",
        "predict",
        "models",
    ):
        assert f"\n  {command} " in done.stdout
    assert "HEAVY []" in done.stdout


def test_every_public_name_can_be_imported_without_heavy_libraries():
    code = (
        "import workbench, sys\nfor name in workbench.__all__: getattr(workbench, name)\n"
        f"print([n for n in {HEAVY!r} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_an_unknown_public_name_is_an_attribute_error():
    import workbench

    with pytest.raises(AttributeError, match="no attribute 'tarin'"):
        _ = workbench.tarin
