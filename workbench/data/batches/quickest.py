"""Which of several ways to compute the same is the quickest on this machine: measured in turns, and remembered.

Which one it is depends on the processor, the network and the size of its images.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import torch

from workbench.paths import atomic_write

_ROUNDS = 3
_CLEARLY = 0.97
Way = TypeVar("Way")


def quickest(ways: Mapping[Way, Callable[[], object]], device: torch.device) -> tuple[Way, dict[Way, float]]:
    """Return the quickest way and the seconds of each; another one than the first only where it is clearly quicker."""
    taken: dict[Way, list[float]] = {each: [] for each in ways}
    for number in range(1 + _ROUNDS):
        for each, compute in ways.items():
            seconds = _timed(compute, device)
            if number:  # the first time also makes ready what the next ones need
                taken[each].append(seconds)
    first = next(iter(ways))
    # Round by round: both times of a ratio met the machine at one speed.
    ratios = {
        each: statistics.median(own / other for own, other in zip(times, taken[first], strict=True))
        for each, times in taken.items()
    }
    best = min(ratios, key=ratios.__getitem__)
    chosen = best if ratios[best] <= _CLEARLY else first
    return chosen, {each: statistics.median(times) for each, times in taken.items()}


def _timed(compute: Callable[[], object], device: torch.device) -> float:
    _wait(device)
    started = time.perf_counter()
    compute()
    _wait(device)
    return time.perf_counter() - started


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def remembered(
    folder: Path, question: Mapping[str, object], find: Callable[[], dict[str, object]]
) -> dict[str, object]:
    """Return what was found for the same question on the same machine, or find it now and keep it in `folder`.

    Question and answer are plain data. A file that cannot be read is as none; a folder that cannot be written keeps
    nothing.
    """
    text = json.dumps({**question, **_machine()}, sort_keys=True, default=str)
    file = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    try:
        kept: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))["answer"]
        return kept
    except (OSError, ValueError, KeyError, TypeError):
        found = find()
    try:
        with atomic_write(file, durable=False) as part:
            content = {"answer": found, "question": json.loads(text)}
            part.write_text(json.dumps(content, indent=2), encoding="utf-8")
    except OSError:
        return found
    return found


def _machine() -> dict[str, object]:
    """What decides how quick a computation is: processor, threads, GPU and torch."""
    return {
        "processor": f"{_processor()}, {torch.backends.cpu.get_cpu_capability()}",
        "threads": torch.get_num_threads(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else "",
        "torch": torch.__version__,
    }


def _processor() -> str:
    import platform

    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "flags"))]
    return hashlib.sha256("".join(named[:2]).encode()).hexdigest()[:16] if named else platform.processor()
