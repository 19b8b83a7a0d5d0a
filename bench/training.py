"""An epoch of training beside a bare PyTorch loop that does the same arithmetic on the same tensors, in one run.

    python bench/training.py [--images 10000] [--epochs 2] [--rounds 3]
    python bench/training.py --mnist FOLDER        accuracy with the shipped params.yaml on MNIST, 5 epochs

ResNet18 on 32x32, batch 64, AdamW with OneCycleLR; four fifths of the images train, the others validate. The tensors
are in memory, so that only the training itself is compared; validation and checkpoints are part of both sides' epoch
where a training has them. Where fastai is installed, its Learner does the same. `--mnist` wants a folder with one
folder per digit (the images are imported into a project of their own).
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import psutil
import torch
from comparison import Row, report
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from workbench.paths import Project, asset
from workbench.training.fit import fit
from workbench.training.history import History
from workbench.training.module import Classifier
from workbench.training.networks import create_network
from workbench.training.params import Params

BATCH = 64
CLASSES = 10
WANTED = 1.03


class InMemory(lightning.LightningDataModule):
    """Batches of tensors that are there already: images, classes, positions."""

    def __init__(self, train: list[Any], valid: list[Any]) -> None:
        super().__init__()
        self._train, self._valid = train, valid

    def train_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self._train, batch_size=None)  # type: ignore[arg-type]

    def val_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self._valid, batch_size=None)  # type: ignore[arg-type]


def make_batches(images: int) -> tuple[list[Any], list[Any]]:
    """Random images and classes, four fifths for training."""
    torch.manual_seed(0)
    pictures, classes = torch.randn(images, 3, 32, 32), torch.randint(CLASSES, (images,))
    batches = [
        (
            pictures[start : start + BATCH],
            classes[start : start + BATCH],
            torch.arange(start, min(start + BATCH, images)),
        )
        for start in range(0, images, BATCH)
    ]
    cut = len(batches) * 4 // 5
    return batches[:cut], batches[cut:]


def bare_epochs(train: list[Any], valid: list[Any], epochs: int, file: Path) -> list[float]:
    """Train and validate by hand, keep a checkpoint as the other side does; return the seconds of each epoch."""
    torch.manual_seed(0)
    network = create_network("ResNet18", num_classes=CLASSES)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.005, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 0.005, total_steps=epochs * len(train), cycle_momentum=False
    )
    loss_of = nn.CrossEntropyLoss()
    seconds = []
    for _ in range(epochs):
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
        assert right >= 0
        torch.save(network.state_dict(), file)
        torch.save({"network": network.state_dict(), "optimizer": optimizer.state_dict()}, file)
        seconds.append(time.perf_counter() - start)
    return seconds


def our_epochs(train: list[Any], valid: list[Any], epochs: int, folder: Path) -> list[float]:
    """The same through `fit`, with metrics, history and checkpoints; return the seconds of each epoch."""
    torch.manual_seed(0)
    params = Params.model_validate({"training": {"num_epochs": epochs}, "callbacks": {"progress": "none"}})
    network = create_network("ResNet18", num_classes=CLASSES)
    names = [str(number) for number in range(CLASSES)]
    module = Classifier(network, params, names, [1] * CLASSES, epochs * len(train))
    history = History(folder / "history.json")
    fitted = fit(module, InMemory(train, valid), folder, history)  # type: ignore[arg-type]
    return [row["seconds"] for row in fitted.epochs]


def fastai_epochs(train: list[Any], valid: list[Any], epochs: int) -> list[float] | None:
    """fastai's Learner on the same tensors; None where fastai is not installed."""
    if importlib.util.find_spec("fastai") is None:
        return None
    from fastai.data.core import DataLoaders
    from fastai.data.load import DataLoader as FastLoader
    from fastai.learner import Learner
    from fastai.metrics import accuracy

    def loader(batches: list[Any]) -> Any:
        data = TensorDataset(torch.cat([b[0] for b in batches]), torch.cat([b[1] for b in batches]))
        return FastLoader(data, bs=BATCH)

    network = create_network("ResNet18", num_classes=CLASSES)
    data = DataLoaders(loader(train), loader(valid))
    learner = Learner(data, network, loss_func=nn.CrossEntropyLoss(), metrics=accuracy)
    start = time.perf_counter()
    with learner.no_bar(), learner.no_logging():
        learner.fit_one_cycle(epochs, 0.005)
    return [(time.perf_counter() - start) / epochs] * epochs


def compare(arguments: argparse.Namespace) -> None:
    """Both sides in turn; the best epoch of each counts."""
    train, valid = make_batches(arguments.images)
    bare, ours = [], []
    process = psutil.Process()
    with tempfile.TemporaryDirectory(prefix="bench-training-") as name:
        for number in range(1, arguments.rounds + 1):
            bare += bare_epochs(train, valid, arguments.epochs, Path(name) / "bare.pt")
            before = process.memory_info().rss
            ours += our_epochs(train, valid, arguments.epochs, Path(name) / str(number))
            after = process.memory_info().rss
            print(f"round {number}: bare {min(bare):.2f} s, ours {min(ours):.2f} s an epoch", flush=True)
        fastai = fastai_epochs(train, valid, arguments.epochs)
    ratio = min(ours) / min(bare)
    what, per = f"training, {arguments.images:,} images of 32 x 32, ResNet18", "s an epoch"
    rows = [
        Row(
            what, f"{min(ours):.2f} {per}", f"{min(bare):.2f} {per}", ratio,
            f"{WANTED} of a bare loop's time", ratio <= WANTED,
        ),
        Row("training, memory beyond the bare loop's", f"{(after - before) / 2**20:.0f} MiB"),
    ]  # fmt: skip
    if fastai:
        rows.append(
            Row(f"{what}, fastai", f"{min(ours):.2f} {per}", f"{min(fastai):.2f} {per}", min(ours) / min(fastai))
        )
    report(rows)


def mnist(folder: Path, epochs: int) -> None:
    """Import MNIST into a project of its own, train with the shipped settings, say the test accuracy and the time."""
    from workbench import train
    from workbench.data.importing import import_images
    from workbench.store import open_store
    from workbench.store.themes import create_theme

    with tempfile.TemporaryDirectory(prefix="bench-mnist-") as name:
        os.environ["WORKBENCH_ROOT"] = name
        project = Project(Path(name))
        for file in ("params.yaml", "auguments.yaml"):
            shutil.copy(asset(file), project.root / file)
        store = open_store(project)
        with store.write() as session:
            create_theme("mnist", labels=[str(digit) for digit in range(10)], session=session)
        import_images(store, "mnist", folder, annotator="bench")
        store.close()
        result = train("mnist", num_epochs=epochs, project=project)
        print(f"test accuracy {result.metrics['test_accuracy']:.4f} (wanted: 0.994) in {result.seconds:.0f} s")


def main() -> None:
    """Read the arguments and run what they ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--epochs", type=int, default=0, help="2 beside the bare loop, 5 with --mnist")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mnist", type=Path, help="a folder with one folder of images per digit")
    arguments = parser.parse_args()
    if arguments.mnist:
        mnist(arguments.mnist, arguments.epochs or 5)
    else:
        arguments.epochs = arguments.epochs or 2
        compare(arguments)


if __name__ == "__main__":
    main()
