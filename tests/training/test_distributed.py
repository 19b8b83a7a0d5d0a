"""Two processes train as one does."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import WorkbenchError
from workbench.jobs.ports import free_port
from workbench.training.distributed import is_helper
from workbench.training.params import TrainingParams

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "theme": "colors",
    "data.batch_size": 6,
    "data.num_workers": 0,
    "model.name": "Plain",
    "training.num_epochs": 2,
    "training.learning_rate": 0.01,
    "image.size": 8,
    "augmentation.train": [],
    "training.accelerator": "cpu",
}
NETWORK = """
import sys
import torch
from torch import nn
from workbench.training import register_network, train


@register_network("Plain")
def plain(num_classes: int, in_channels: int = 3) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(in_channels, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(24, num_classes)
    )
"""
NORMED = """
from torch import nn
from workbench.training import register_network


@register_network("Normed")
def normed(num_classes: int, in_channels: int = 3) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(in_channels, 6, 3, bias=False), nn.BatchNorm2d(6), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(6, 4, bias=False), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, num_classes),
    )
"""
SCRIPT = (
    NETWORK
    + """
import json

if __name__ == "__main__":
    result = train(overrides=json.loads(sys.argv[1]))
    print("RESULT", json.dumps([result.run_id, result.metrics, result.epochs, result.confusion.counts.tolist()]))
"""
)


@pytest.fixture
def one_process(colors):
    return colors, colors.train(SETTINGS)


def close(ours, expected):
    kept = {name: value for name, value in expected.items() if name != "seconds"}
    return {name: ours[name] for name in kept} == pytest.approx(kept, rel=1e-4, abs=1e-5)


def start_script(tmp_path, overrides, **variables):
    script = tmp_path / "my_training.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **variables}
    return subprocess.Popen(
        [sys.executable, str(script), json.dumps(overrides)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def results_of(process):
    out, err = process.communicate()
    assert process.returncode == 0, err
    return [json.loads(line.removeprefix("RESULT ")) for line in out.splitlines() if line.startswith("RESULT ")]


def run_script(tmp_path, overrides):
    (result,) = results_of(start_script(tmp_path, overrides))
    return result


def as_srun_starts(rank, processes):
    return {
        "SLURM_PROCID": str(rank),
        "SLURM_LOCALID": str(rank),
        "SLURM_NODEID": "0",
        "SLURM_NTASKS": str(processes),
        "SLURM_NTASKS_PER_NODE": str(processes),
        "SLURM_NNODES": "1",
        "SLURM_JOB_NAME": "training",
        "MASTER_ADDR": "127.0.0.1",
    }


@pytest.mark.parametrize("strategy", ["auto", "ddp"])
def test_two_processes_from_a_script_give_the_metrics_of_one(one_process, tmp_path, strategy):
    colors, alone = one_process
    run_id, metrics, epochs, confusion = run_script(
        tmp_path, {**SETTINGS, "training.devices": 2, "training.strategy": strategy}
    )
    assert close(metrics, alone.metrics)
    assert len(epochs) == 2
    assert all(close(ours, theirs) for ours, theirs in zip(epochs, alone.epochs, strict=True))
    assert confusion == alone.confusion.counts.tolist()
    assert [run.info.run_id for run in colors.runs()] == [run_id, alone.run_id], "one run, not one per process"
    steps = [metric.step for metric in colors.client.get_metric_history(run_id, "valid_loss")]
    assert steps == [1, 2]


def test_two_processes_from_a_notebook_give_the_metrics_of_one(one_process, tmp_path):
    import nbformat

    from workbench.notebooks import run_notebook

    colors, alone = one_process
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    parameters = nbformat.v4.new_code_cell("overrides: dict = {}")
    parameters.metadata["tags"] = ["parameters"]
    notebook.cells = [
        parameters,
        nbformat.v4.new_code_cell(NETWORK),
        nbformat.v4.new_code_cell(
            "from workbench import record_result\n"
            "result = train(overrides=overrides)\n"
            "record_result({'metrics': result.metrics, 'confusion': result.confusion.counts.tolist()})"
        ),
    ]
    colors.project.notebooks.mkdir()
    nbformat.write(notebook, colors.project.notebooks / "two.ipynb")
    done = run_notebook(
        "two", {"overrides": {**SETTINGS, "training.devices": 2, "training.strategy": "ddp"}}, project=colors.project
    )
    assert close(done.result["metrics"], alone.metrics)
    assert done.result["confusion"] == alone.confusion.counts.tolist()


def test_two_processes_of_srun_are_one_training_that_asked_for_two(one_process, tmp_path):
    colors, alone = one_process
    two = {**SETTINGS, "training.devices": 2, "training.strategy": "ddp"}
    port = {"MASTER_PORT": str(free_port())}
    processes = [start_script(tmp_path, two, **as_srun_starts(rank, 2), **port) for rank in range(2)]
    results = [results_of(process) for process in processes]
    assert [len(found) for found in results] == [1, 0]
    run_id, metrics, *_ = results[0][0]
    assert close(metrics, alone.metrics)
    assert [run.info.run_id for run in colors.runs()] == [run_id, alone.run_id]


def test_torchrun_starts_the_command_as_the_guide_says(one_process):
    colors, alone = one_process
    colors.project.notebooks.mkdir()
    shutil.copy(ROOT / "notebooks" / "03_train.ipynb", colors.project.notebooks)
    (colors.project.root / "plain_network.py").write_text(NETWORK)
    page = (ROOT / "docs" / "cluster.md").read_text()
    (given,) = re.findall(r"^torchrun .*\n.*$", page, re.MULTILINE)
    words = shlex.split(given.replace("\\\n", " ").replace("$NODE_RANK", "0").replace("$MASTER_ADDR", "127.0.0.1"))
    words = [word.replace("$MASTER_PORT", str(free_port())).replace("=29500", f"={free_port()}") for word in words]
    # One machine with two processes instead of two with four.
    fewer = {"--nnodes=2": "--nnodes=1", "--nproc-per-node=4": "--nproc-per-node=2"}
    fewer |= {"training.num_nodes=2": "training.num_nodes=1", "training.devices=4": "training.devices=2"}
    words = [fewer.get(word, "colors" if word == "digits" else word) for word in words]
    settings = {**SETTINGS, "modules": ["plain_network"]}
    words += [
        part for key, value in settings.items() if key != "theme" for part in ("--set", f"{key}={json.dumps(value)}")
    ]
    bin_folder = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(words, cwd=colors.project.root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Process 1 of 2, on" in done.stdout
    newest, older = colors.runs()
    assert older.info.run_id == alone.run_id
    assert newest.info.status == "FINISHED"
    assert close({name: newest.data.metrics[name] for name in alone.metrics}, alone.metrics)


SECOND_OF_EIGHT = {
    "srun": {**as_srun_starts(1, 8), "SLURM_NTASKS_PER_NODE": ""},
    "torchrun": {"RANK": "1", "LOCAL_RANK": "1", "WORLD_SIZE": "8", "GROUP_RANK": "0", "TORCHELASTIC_RUN_ID": "none"},
    "jsrun": {
        "LSB_JOBID": "1",
        "LSB_DJOB_RANKFILE": "/nowhere",
        "JSM_NAMESPACE_RANK": "1",
        "JSM_NAMESPACE_LOCAL_RANK": "1",
        "JSM_NAMESPACE_SIZE": "8",
    },
    "mpirun": {"OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_LOCAL_RANK": "1", "OMPI_COMM_WORLD_SIZE": "8"},
    "mpiexec": {"PMI_RANK": "1", "PMI_SIZE": "8"},
    "flux run": {"FLUX_TASK_RANK": "1", "FLUX_TASK_LOCAL_ID": "1", "FLUX_JOB_SIZE": "8"},
    "a name that means something else": {"RANK": "colonel", "LOCAL_RANK": "", "WORLD_SIZE": "wide"},
}


@pytest.fixture(params=SECOND_OF_EIGHT)
def launcher(request, monkeypatch):
    """The variables of each launcher for the second of eight processes; its name."""
    for name, value in SECOND_OF_EIGHT[request.param].items():
        if value:
            monkeypatch.setenv(name, value)
    return request.param


def test_a_process_of_a_launcher_that_was_asked_for_one_is_a_training(colors, launcher, monkeypatch):
    from lightning.pytorch.utilities.rank_zero import rank_zero_only

    # What Lightning takes from these variables where it is imported after they were set.
    monkeypatch.setattr(rank_zero_only, "rank", 1)
    told = {name: os.environ.get(name) for name in SECOND_OF_EIGHT[launcher]}
    result = colors.train({**SETTINGS, "training.num_epochs": 1})
    (run,) = colors.runs()
    assert (run.info.run_id, run.info.status, len(result.epochs)) == (result.run_id, "FINISHED", 1)
    assert ({name: os.environ.get(name) for name in told}, rank_zero_only.rank) == (told, 1)


def test_a_process_of_a_launcher_is_no_second_start_of_several(colors, launcher):
    two = TrainingParams(devices=2)
    assert not is_helper(TrainingParams(devices="auto", accelerator="cpu"))
    if launcher in ("srun", "torchrun", "jsrun"):
        assert is_helper(two)
        expected = "started 8 processes"
    elif launcher.startswith("a name"):
        assert not is_helper(two)
        return
    else:
        assert not is_helper(two)
        expected = f"{launcher} started 8 processes.*Start the training by torchrun"
    with pytest.raises(WorkbenchError, match=expected):
        colors.train({**SETTINGS, "training.devices": 2})
    assert colors.runs() == []


def test_a_launcher_that_starts_another_number_is_refused(colors, monkeypatch):
    for name, value in as_srun_starts(0, 8).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(
        WorkbenchError, match=r"started 8 processes.*ask for 2 .*training\.num_nodes to 1 for 8 trainings"
    ):
        colors.train({**SETTINGS, "training.devices": 2})
    assert colors.runs() == []


def test_norm_layers_and_weights_of_two_processes_are_those_of_the_whole_batch(project_without_theme, tmp_path):
    colors = project_without_theme
    colors.add({"red": 12, "green": 30, "blue": 18})
    (colors.project.root / "normed.py").write_text(NORMED)
    settings = {**SETTINGS, "modules": ["normed"], "model.name": "Normed", "training.class_weights": "balanced"}
    alone = colors.train(settings)
    _, metrics, epochs, confusion = run_script(tmp_path, {**settings, "training.devices": 2})
    assert close(metrics, alone.metrics)
    assert all(close(ours, theirs) for ours, theirs in zip(epochs, alone.epochs, strict=True))
    assert confusion == alone.confusion.counts.tolist()
