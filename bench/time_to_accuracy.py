"""Seconds until a recipe has reached its test accuracy, ours beside a bare PyTorch loop with the same recipe.

The recipe is the shipped params.yaml and auguments.yaml: ResNet18 on 32 x 32, AdamW with OneCycleLR, batch 64, the
transforms of `augmentation.train`, the epoch with the best valid accuracy is tested. The bare loop reads its PNG files
in two workers, as torch's own examples do, with albumentations and torchvision's network. bench/training.py prints
these rows with its own; the data are scikit-learn's digits and, where an archive is given, MNIST.
"""

from __future__ import annotations

import copy
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import torchvision
from comparison import Row
from mnist_accuracy import VALID_SHARE, fill, unpacked
from torch import nn
from torch.utils.data import DataLoader, Dataset

BATCH, RATE, SIDE, WORKERS = 64, 0.005, 32, 2
MEAN, DEVIATION = np.array((0.485, 0.456, 0.406), np.float32), np.array((0.229, 0.224, 0.225), np.float32)


@dataclass(frozen=True)
class Task:
    """Images in train/0..9 and test/0..9, how long is trained, and the accuracy that is to be reached."""

    name: str
    folder: Path
    epochs: int
    goal: float


def digits(folder: Path) -> Path:
    """Write scikit-learn's digits as PNG files, every seventh for the test."""
    from sklearn.datasets import load_digits

    found = load_digits()
    for number, (image, digit) in enumerate(zip(found.images, found.target, strict=True)):
        target = folder / ("test" if number % 7 == 0 else "train") / str(digit)
        target.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(target / f"{number}.png"), (image * 255 / 16).astype(np.uint8))
    return folder


def ours(task: Task, root: Path) -> tuple[float, float]:
    """Train with the shipped files; return seconds without the import, and test accuracy."""
    from workbench.paths import Project, asset
    from workbench.training import train

    root.mkdir()
    os.environ["WORKBENCH_ROOT"] = str(root)
    for file in ("params.yaml", "auguments.yaml"):
        shutil.copy(asset(file), root / file)
    project = Project(root)
    fill(project, task.folder, None)
    started = time.perf_counter()
    settings = {"callbacks.progress": "none", "data.num_workers": WORKERS}
    result = train("mnist", num_epochs=task.epochs, overrides=settings, project=project)
    return time.perf_counter() - started, result.metrics["test_accuracy"]


class Files(Dataset[tuple[torch.Tensor, int]]):
    """Images of a folder, read whenever they are asked for."""

    def __init__(self, files: list[Path], transform: Any = None) -> None:
        self.files, self.transform = files, transform

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        image = cv2.imread(str(self.files[index]), cv2.IMREAD_COLOR_RGB)
        scale = SIDE / max(image.shape[:2])
        image = cv2.resize(image, None, fx=scale, fy=scale)
        below, beside = SIDE - image.shape[0], SIDE - image.shape[1]
        image = cv2.copyMakeBorder(image, below // 2, below - below // 2, beside // 2, beside - beside // 2, 0)
        if self.transform is not None:
            image = self.transform(image=image)["image"]
        scaled = (image.astype(np.float32) / 255 - MEAN) / DEVIATION
        return torch.from_numpy(scaled.transpose(2, 0, 1)), int(self.files[index].parent.name)


def bare(task: Task) -> tuple[float, float]:
    """The same recipe by hand; return seconds and test accuracy."""
    import albumentations

    torch.manual_seed(42)
    augmented = albumentations.Compose(
        [
            albumentations.Affine(
                scale=(0.9, 1.1), translate_percent=(-0.08, 0.08), rotate=(-10, 10), shear=(-5, 5), p=0.8
            ),
            albumentations.RandomBrightnessContrast(brightness_limit=0.15, contrast_limit=0.15, p=0.5),
        ]
    )
    files = sorted((task.folder / "train").rglob("*.png"))
    valid, train = files[::VALID_SHARE], [file for number, file in enumerate(files) if number % VALID_SHARE]
    tested = sorted((task.folder / "test").rglob("*.png"))
    started = time.perf_counter()
    how: dict[str, Any] = {"batch_size": BATCH, "num_workers": WORKERS, "persistent_workers": True}
    training = DataLoader(Files(train, augmented), shuffle=True, worker_init_fn=_seed, **how)
    validation, test = DataLoader(Files(valid), **how), DataLoader(Files(tested), **how)
    network = torchvision.models.resnet18(num_classes=10)
    best, kept = -1.0, network.state_dict()
    for accuracy in _epochs(network, training, validation, task.epochs):
        if accuracy > best:
            best, kept = accuracy, copy.deepcopy(network.state_dict())
    network.load_state_dict(kept)
    reached = _accuracy(network, test)
    return time.perf_counter() - started, reached


def _epochs(network: nn.Module, training: Any, validation: Any, epochs: int) -> Iterator[float]:
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01, fused=True)
    steps = epochs * len(training)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, cycle_momentum=False)
    loss_of = nn.CrossEntropyLoss()
    for _ in range(epochs):
        network.train()
        for images, classes in training:
            optimizer.zero_grad()
            loss_of(network(images), classes).backward()
            optimizer.step()
            schedule.step()
        yield _accuracy(network, validation)


def _accuracy(network: nn.Module, loader: Any) -> float:
    network.eval()
    with torch.inference_mode():
        right = [(network(images).argmax(dim=1) == classes) for images, classes in loader]
    return float(torch.cat(right).float().mean())


def _seed(_worker: int) -> None:
    """Each worker draws other numbers: albumentations seeds none of them."""
    dataset: Any = torch.utils.data.get_worker_info().dataset  # type: ignore[union-attr]
    dataset.transform.set_random_seed(torch.initial_seed() % 2**32)


def rows(mnist: Path | None) -> list[Row]:
    """Measure one task after the other, both sides of each."""
    measured = []
    with tempfile.TemporaryDirectory(prefix="bench-accuracy-") as name:
        folder = Path(name)
        tasks = [Task("digits, 1,797 images", digits(folder / "digits"), 10, 0.99)]
        if mnist is not None:
            tasks.append(Task("MNIST, 70,000 images", unpacked(mnist, folder), 5, 0.994))
        else:
            print("MNIST was not given (--mnist, a folder or archive with train/0..9 and test/0..9): left out")
        for number, task in enumerate(tasks):
            seconds, reached = ours(task, folder / f"project-{number}")
            plain, theirs = bare(task)
            measured.append(
                Row(
                    f"{task.name}, {task.epochs} epochs",
                    f"{seconds:.1f} s, {reached:.4f}",
                    f"{plain:.1f} s, {theirs:.4f}",
                    seconds / plain,
                    f"{task.goal} test accuracy in no more time",
                    reached >= task.goal and seconds <= plain,
                )
            )
    return measured
