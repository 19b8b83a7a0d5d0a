"""An epoch of training beside a bare PyTorch loop that does the same arithmetic on the same tensors, in one run.

    python bench/training.py [--images 10000] [--rounds 3] [--mnist ARCHIVE]
    python bench/training.py --images 2560 --rounds 6        shorter epochs, in which the fixed costs of one weigh more

ResNet18 on 32x32, torchvision's own in the bare loop, batch 64, AdamW (fused, in the bare loop too) with OneCycleLR;
four fifths of the images train, the others validate. Ours is computed in the form that a trial of a few steps finds
quickest (`model.shortcuts: auto`), as a training of a thousand steps or more does once for a machine. The tensors are
in memory, so that only the training itself is compared: forward, backward, step, validation and the two checkpoints of
an epoch are part of both sides; metrics, history, progress file and the question whether to stop come on top on ours.
The sides take turns, epoch by epoch, and the ratio is the median over the rounds: the speed of a shared machine changes
within minutes. Memory is the largest resident size of two further processes, one for each side. Where fastai is
installed, its Learner trains the same. Then seconds to an accuracy (see time_to_accuracy.py).
Accuracy: bench/mnist_accuracy.py.
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import time_to_accuracy
import torch
import torchvision
from comparison import Row, paired_ratio, report
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from workbench.paths import Project
from workbench.training.callbacks.progress_writer import ProgressWriter
from workbench.training.epoch_log import EpochLog
from workbench.training.fit import fit
from workbench.training.module import Classifier
from workbench.training.networks import create_network
from workbench.training.networks.forms import try_forms
from workbench.training.params import Params
from workbench.training.progress_file import ProgressFile

BATCH = 64
CLASSES = 10
RATE = 0.005
GOAL = 1.0 if torch.backends.cpu.get_cpu_capability() == "AVX512" else 0.7
"""Without AVX-512 the bare loop spends most of a step on pixels that are not there."""

Batches = list[Any]


class InMemory(lightning.LightningDataModule):
    """Batches of tensors that are there already: images, classes, positions."""

    def __init__(self, train: Batches, valid: Batches) -> None:
        super().__init__()
        self._train, self._valid = train, valid

    def train_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self._train, batch_size=None)  # type: ignore[arg-type]

    def val_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self._valid, batch_size=None)  # type: ignore[arg-type]


def make_batches(images: int) -> tuple[Batches, Batches]:
    """Random images and classes, four fifths for training."""
    torch.manual_seed(0)
    pictures, classes = torch.randn(images, 3, 32, 32), torch.randint(CLASSES, (images,))
    positions = torch.arange(images)
    batches = [
        (pictures[start : start + BATCH], classes[start : start + BATCH], positions[start : start + BATCH])
        for start in range(0, images, BATCH)
    ]
    cut = len(batches) * 4 // 5
    return batches[:cut], batches[cut:]


def bare_epoch(train: Batches, valid: Batches, folder: Path) -> float:
    """Train and validate by hand, keep the checkpoints that the other side keeps; return the seconds."""
    torch.manual_seed(0)
    network = torchvision.models.resnet18(num_classes=CLASSES)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=len(train), cycle_momentum=False)
    loss_of = nn.CrossEntropyLoss()
    folder.mkdir()
    start = time.perf_counter()
    network.train()
    for images, classes, _ in train:
        optimizer.zero_grad()
        loss = loss_of(network(images), classes)
        loss.backward()
        optimizer.step()
        schedule.step()
    network.eval()
    with torch.inference_mode():
        right = sum(int((network(images).argmax(dim=1) == classes).sum()) for images, classes, _ in valid)
    if right < 0:
        raise ValueError("fewer than no image is right")
    torch.save(network.state_dict(), folder / "best.ckpt")
    torch.save({"network": network.state_dict(), "optimizer": optimizer.state_dict()}, folder / "last.ckpt")
    return time.perf_counter() - start


def our_epoch(train: Batches, valid: Batches, folder: Path) -> float:
    """The same through `fit`, as `train()` calls it; return the seconds of the epoch."""
    torch.manual_seed(0)
    params = Params.model_validate(
        {"training": {"num_epochs": 1, "learning_rate": RATE}, "callbacks": {"progress": "none"}}
    )
    network = create_network("ResNet18", num_classes=CLASSES, form=quickest_form())
    names = [str(number) for number in range(CLASSES)]
    module = Classifier(network, params, names, [1] * CLASSES, len(train))
    progress = ProgressFile(Project(folder), "bench", theme="bench", run_name="bench", num_epochs=1, class_names=names)
    log = EpochLog(folder / "epochs.json")
    log.listeners.append(lambda _row: progress.update(epochs=log.epochs))
    data: Any = InMemory(train, valid)
    stop = folder / "stop"
    fitted = fit(module, data, folder, log, stop=stop.exists, extra_callbacks=[ProgressWriter(progress)])
    return fitted.epochs[0]["seconds"]


@cache
def quickest_form() -> str:
    """The form of computing that a trial finds, as `train` holds it."""
    found = try_forms(create_network("ResNet18", num_classes=CLASSES), torch.rand(BATCH, 3, 32, 32))
    print(f"trial: {found.describe()}", flush=True)
    return found.form


SIDES = {"bare": bare_epoch, "workbench": our_epoch}


def fastai_epoch(train: Batches, valid: Batches) -> float | None:
    """Two epochs of fastai's Learner on the same tensors, the mean; None where fastai is not installed."""
    if importlib.util.find_spec("fastai") is None:
        return None
    from fastai.data.core import DataLoaders
    from fastai.data.load import DataLoader as FastLoader
    from fastai.learner import Learner
    from fastai.metrics import accuracy

    def loader(batches: Batches) -> Any:
        data = TensorDataset(torch.cat([b[0] for b in batches]), torch.cat([b[1] for b in batches]))
        return FastLoader(data, bs=BATCH)

    network = create_network("ResNet18", num_classes=CLASSES)
    learner = Learner(DataLoaders(loader(train), loader(valid)), network, nn.CrossEntropyLoss(), metrics=accuracy)
    epochs = 2
    start = time.perf_counter()
    with learner.no_bar(), learner.no_logging():
        learner.fit_one_cycle(epochs, RATE)
    return (time.perf_counter() - start) / epochs


def peak_memory(side: str, images: int) -> float:
    """The largest resident size, in MiB, of a fresh process that trains an epoch on one side."""
    command = [sys.executable, __file__, "--images", str(images), "--memory-of", side]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1])


def print_memory(side: str, images: int) -> None:
    train, valid = make_batches(images)
    with tempfile.TemporaryDirectory(prefix="bench-training-") as name:
        SIDES[side](train, valid, Path(name) / side)
    print(peak_of_this_process() / 2**20)


def peak_of_this_process() -> int:
    """The largest resident size in bytes. Linux's getrusage would count what the parent had at the fork."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def compare(images: int, rounds: int) -> list[Row]:
    """Measure both sides in turn and return a row per figure."""
    train, valid = make_batches(images)
    seconds: dict[str, list[float]] = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory(prefix="bench-training-") as name:
        for side, epoch in SIDES.items():  # the first also loads libraries and fills caches
            epoch(train[:5], valid[:1], Path(name) / f"{side}-warm")
        for number in range(rounds):
            for side in list(SIDES) if number % 2 else list(SIDES)[::-1]:
                seconds[side].append(SIDES[side](train, valid, Path(name) / f"{side}-{number}"))
            print(f"round {number + 1}:", *(f"{side} {each[-1]:.2f} s" for side, each in seconds.items()), flush=True)
    fastai = fastai_epoch(train, valid)
    ours, bare = (statistics.median(seconds[side]) for side in ("workbench", "bare"))
    ratio = paired_ratio(seconds["workbench"], seconds["bare"])
    memory = {side: peak_memory(side, 640) for side in SIDES}
    what, per = f"training, {images:,} images of 32 x 32, ResNet18", "s an epoch"
    rows = [
        Row(
            what,
            f"{ours:.2f} {per}",
            f"{bare:.2f} {per}",
            ratio,
            f"{GOAL} of a bare loop's time",
            ratio <= GOAL,
        ),
        Row(
            "training, memory",
            f"{memory['workbench']:.0f} MiB",
            f"{memory['bare']:.0f} MiB",
            memory["workbench"] / memory["bare"],
            "beside the same loop",
        ),
    ]
    if fastai is None:
        print("fastai is not installed, so it was left out")
    else:
        rows.append(Row(f"{what}, fastai", f"{ours:.2f} {per}", f"{fastai:.2f} {per}", ours / fastai))
    return rows


def main() -> None:
    """Read the arguments, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3, help="epochs on each side; the median counts")
    parser.add_argument("--mnist", type=Path, help="folder or archive with train/0..9 and test/0..9")
    parser.add_argument("--memory-of", choices=sorted(SIDES), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.memory_of:
        print_memory(arguments.memory_of, arguments.images)
    else:
        report([*compare(arguments.images, arguments.rounds), *time_to_accuracy.rows(arguments.mnist)])


if __name__ == "__main__":
    main()
