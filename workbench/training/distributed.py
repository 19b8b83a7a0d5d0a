"""Training in several processes (DDP): how they are started, which keeps the records, and their share of the cores."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from workbench.errors import WorkbenchError
from workbench.training.params import TrainingParams

# Of each launcher: the variables that number a process and count all of them. A launcher that started one process sets
# them too, and a job that was started from within such a process inherits them.
_LAUNCHERS = (
    ("RANK", "WORLD_SIZE"),
    ("SLURM_PROCID", "SLURM_NTASKS"),
    ("JSM_NAMESPACE_RANK", "JSM_NAMESPACE_SIZE"),
    ("LOCAL_RANK", "WORLD_SIZE"),
)
_FURTHER_VARIABLES = (
    "NODE_RANK",
    "GROUP_RANK",
    "SLURM_LOCALID",
    "SLURM_NODEID",
    "TORCHELASTIC_RUN_ID",
    "JSM_NAMESPACE_LOCAL_RANK",
)
# How many processes the launchers started that Lightning does not follow.
_UNKNOWN_TO_LIGHTNING = {
    "OMPI_COMM_WORLD_SIZE": "mpirun",
    "MV2_COMM_WORLD_SIZE": "mpirun",
    "PMI_SIZE": "mpiexec",
    "FLUX_JOB_SIZE": "flux run",
}
_SLURM_SHELLS = ("bash", "interactive")


def is_helper(settings: TrainingParams) -> bool:
    """Whether this process only computes a share of each batch, for a training that another process records.

    It is one where the settings ask for several processes and torchrun, srun, jsrun or Lightning's `ddp` says that it
    is not the first of them. Eight processes that srun starts with a training of one process each are eight trainings.
    """
    launcher = _launcher()
    if launcher is None or not _asks_for_several(settings):
        return False
    rank, _ = launcher
    ranks = ("LOCAL_RANK", "NODE_RANK") if rank == "LOCAL_RANK" else (rank,)
    return any(_number(name) > 0 for name in ranks)


def is_one_of_several(settings: TrainingParams) -> bool:
    """Whether torchrun, srun or another launcher started this process as one of a training's several."""
    return _launcher() is not None and _asks_for_several(settings)


def share_in_words() -> str:
    """Say what a further process of a training does, for whoever looks at the output of its machine."""
    names = _launcher() or ("RANK", "WORLD_SIZE")
    of = f" of {_number(names[1])}" if _number(names[1]) else ""
    return (
        f"Process {_number(names[0])}{of}, on {socket.gethostname()}: computes its share of each batch. Process 0 "
        "records the run, and tests and keeps the model."
    )


@contextmanager
def launcher_heeded(settings: TrainingParams) -> Iterator[None]:
    """Let Lightning see the launcher's variables only where that launcher started the training's processes.

    Otherwise Lightning would take a training of its own for one share of another, and log and save nothing. Raises
    WorkbenchError when the launcher started another number of processes than the settings ask for, or is one that
    Lightning does not follow.
    """
    launcher = _launcher()
    if launcher is None and _asks_for_several(settings):
        _refuse_unknown(settings)
    if launcher is not None and _asks_for_several(settings):
        _refuse_other_count(_number(launcher[1]), settings)
        yield
        return
    names = {*(name for pair in _LAUNCHERS for name in pair), *_FURTHER_VARIABLES}
    environment = dict(os.environ)
    for name in names:
        os.environ.pop(name, None)
    # Its import reads them, too, and ends in an error where one is no number.
    from lightning.pytorch.utilities.rank_zero import rank_zero_only

    lightnings: Any = rank_zero_only
    rank, lightnings.rank = lightnings.rank, 0
    try:
        yield
    finally:
        lightnings.rank = rank
        for name in names:
            os.environ.pop(name, None)
        os.environ.update({name: environment[name] for name in names & environment.keys()})


def launch_strategy(settings: TrainingParams) -> str:
    """Return the Lightning strategy that `training.strategy` means where this process runs.

    In a notebook `ddp` must fork, since there is no script to start a second time. `auto` forks outside of notebooks,
    too, where that is possible: a program that calls `train()` need not be written to be started twice.
    """
    if settings.num_nodes > 1 or not _asks_for_several(settings) or _launcher() is not None:
        return settings.strategy
    if settings.strategy == "ddp" and _in_notebook():
        return "ddp_notebook"
    if settings.strategy == "auto" and settings.devices != "auto":
        return "ddp_notebook" if _in_notebook() else _fork_or_spawn()
    return settings.strategy


def process_count(settings: TrainingParams) -> int:
    """Count the processes that a training is shared by."""
    if settings.devices != "auto":
        return settings.devices * settings.num_nodes
    import torch

    on_gpus = settings.accelerator in ("auto", "gpu", "cuda") and torch.cuda.is_available()
    return (torch.cuda.device_count() if on_gpus else 1) * settings.num_nodes


def share_cores(world_size: int) -> None:
    """Divide this machine's cores among its processes; more threads than cores wait for each other."""
    import torch

    torch.set_num_threads(max(1, min(torch.get_num_threads(), available_cores() // world_size)))


def available_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _launcher() -> tuple[str, str] | None:
    """The variables of the launcher that started several processes, this one among them."""
    found = (pair for pair in _LAUNCHERS if pair[0] in os.environ and _number(pair[1]) > 1)
    launcher = next(found, None)
    if launcher is not None and launcher[0] == "SLURM_PROCID" and os.environ.get("SLURM_JOB_NAME") in _SLURM_SHELLS:
        # A shell that holds an allocation: what is typed there was not started as one of its tasks.
        return None
    return launcher


def _asks_for_several(settings: TrainingParams) -> bool:
    # `auto` asks for as many as there are: one, where there is no GPU.
    return settings.num_nodes > 1 or process_count(settings) > 1


def _refuse_other_count(started: int, settings: TrainingParams) -> None:
    if isinstance(settings.devices, str) or settings.devices < 1:
        return
    asked = settings.devices * settings.num_nodes
    if started != asked:
        raise WorkbenchError(
            f"The launcher started {started} processes, and the settings ask for {asked} (training.devices "
            f"{settings.devices} on training.num_nodes {settings.num_nodes}). Make the two equal, or set "
            f"training.devices and training.num_nodes to 1 for {started} trainings of their own."
        )


def _refuse_unknown(settings: TrainingParams) -> None:
    for variable, launcher in _UNKNOWN_TO_LIGHTNING.items():
        if (started := _number(variable)) > 1:
            raise WorkbenchError(
                f"{launcher} started {started} processes, and each would start all that the settings ask for "
                f"(training.devices {settings.devices}, training.num_nodes {settings.num_nodes}). Start the training "
                "by torchrun, srun or jsrun, or once; or set training.devices and training.num_nodes to 1 for "
                f"{started} trainings of their own."
            )


def _number(name: str) -> int:
    value = os.environ.get(name, "0")
    return int(value) if value.isdecimal() else 0


def _in_notebook() -> bool:
    return "ipykernel" in sys.modules


def _fork_or_spawn() -> str:
    import torch

    # A process that has touched a GPU cannot be forked.
    return "ddp_fork" if hasattr(os, "fork") and not torch.cuda.is_initialized() else "ddp_spawn"
