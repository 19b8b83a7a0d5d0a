"""Training in several processes (DDP): how they are started, which keeps the records, and their share of the cores."""

from __future__ import annotations

import os
import sys

from workbench.training.params import TrainingParams

_RANK_VARIABLES = ("RANK", "SLURM_PROCID", "LOCAL_RANK")


def is_rank_zero() -> bool:
    """Whether this process keeps the records: it is alone, or the first of torchrun, SLURM or Lightning's `ddp`.

    Those of further ranks compute their share of each batch; run, snapshot and model are the first one's.
    """
    rank = next((os.environ[name] for name in _RANK_VARIABLES if name in os.environ), "0")
    return rank == "0" and os.environ.get("NODE_RANK", "0") == "0"


def launch_strategy(settings: TrainingParams) -> str:
    """Return the Lightning strategy that `training.strategy` means where this process runs.

    In a notebook `ddp` must fork, since there is no script to start a second time. `auto` forks outside of notebooks,
    too, where that is possible: a program that calls `train()` need not be written to be started twice.
    """
    several = settings.devices not in (1, "1")
    if settings.num_nodes > 1 or not several or _started_from_outside():
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


def _started_from_outside() -> bool:
    return any(name in os.environ for name in _RANK_VARIABLES)


def _in_notebook() -> bool:
    return "ipykernel" in sys.modules


def _fork_or_spawn() -> str:
    import torch

    # A process that has touched a GPU cannot be forked.
    return "ddp_fork" if hasattr(os, "fork") and not torch.cuda.is_initialized() else "ddp_spawn"
