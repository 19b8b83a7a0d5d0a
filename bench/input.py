"""Input speed: our DataModule beside torchvision's ImageFolder, with the same albumentations pipeline and workers.

    python bench/input.py                                              800 photos and 10,000 small images, drawn
    python bench/input.py --photos 2000 --mnist mnist-70k.tar.gz       the full size

Measured in one run on files that the system has in its cache: photo-sized JPEGs that are made here, and small
grayscale PNGs, either drawn or a folder or archive of class folders with MNIST. An epoch reads every training image
once, in batches of 64. Ours starts with an empty cache, and its first epoch includes filling it. What memory gives is
the same transforms over images that lie decoded and resized in a list, of which nothing is read any more.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tarfile
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"

import albumentations
import cv2
import numpy as np
import psutil
import torch
from comparison import Row, report
from torch.utils.data import DataLoader, Dataset
from torchvision.datasets import ImageFolder
from tqdm import tqdm

from workbench.configuration import Location
from workbench.data import AugmentConfig, LabeledImages, ThemeDataModule
from workbench.data.augmentation import LIBRARIES
from workbench.data.augmentation.library import construct
from workbench.paths import asset

BATCH = 64


@dataclass(frozen=True)
class Result:
    """Seconds per epoch, and how many times as fast as ImageFolder ours is."""

    name: str
    images: int
    image_folder_first: float
    image_folder_later: float
    workbench_first: float
    workbench_later: float
    first_ratio: float
    later_ratio: float
    from_memory: float
    memory_ratio: float
    image_folder_memory_mib: int
    workbench_memory_mib: int


def main() -> None:
    """Run the benchmark and print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mnist", type=Path, help="folder of class folders, or a .tar.gz of it")
    parser.add_argument("--photos", type=int, default=800, help="number of JPEGs to make (0: leave photos out)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--epochs", type=int, default=3, help="the first one and the later ones, whose median counts")
    parser.add_argument(
        "--repeats", type=int, help="how often to start over with an empty cache (photos: 1; small images, quick: 3)"
    )
    parser.add_argument("--cache", choices=["disk", "memory"], default="disk")
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        if options.photos:
            photos = make_photos(Path(scratch) / "photos", options.photos)
            results.append(compare("photos, 1600 x 1200 to 224", photos, 224, options, options.repeats or 1))
        if options.mnist:
            name, small = "MNIST, 28 x 28 to 32", unpacked(options.mnist, Path(scratch))
        else:
            name, small = "PNGs, 28 x 28 to 32", make_small(Path(scratch) / "small")
        results.append(compare(name, small, 32, options, options.repeats or 3))
    for result in results:
        print(table(result, options))
    report([row for result in results for row in rows_of(result)])


def make_photos(root: Path, count: int) -> Path:
    """Write JPEGs of 1600 x 1200 with smooth shapes and sensor noise, in two class folders."""

    def make(index: int) -> None:
        random = np.random.default_rng(index)
        scene = cv2.resize(
            random.integers(0, 256, (12, 16, 3), dtype=np.uint8), (1600, 1200), interpolation=cv2.INTER_CUBIC
        )
        grain = cv2.resize(random.integers(0, 25, (600, 800, 3), dtype=np.uint8), (1600, 1200))
        file = root / f"{index % 2}" / f"{index}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(file), cv2.add(scene, grain), [cv2.IMWRITE_JPEG_QUALITY, 90])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in tqdm(pool.map(make, range(count)), total=count, desc="Making photos", leave=False, disable=None):
            pass
    return root


def make_small(root: Path, count: int = 10_000) -> Path:
    """Write grayscale PNGs of 28 x 28 with a smooth blot each, in ten class folders."""
    random = np.random.default_rng(0)
    for index in range(count):
        blot = cv2.resize(random.integers(0, 256, (5, 5), dtype=np.uint8), (28, 28), interpolation=cv2.INTER_CUBIC)
        file = root / f"{index % 10}" / f"{index}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(file), np.where(blot > 128, blot, 0))
    return root


def unpacked(source: Path, scratch: Path) -> Path:
    """Return a folder of class folders, of all splits together, for a folder or an archive."""
    if source.is_file():
        target = scratch / "mnist"
        with tarfile.open(source) as archive:
            archive.extractall(target, filter="data")
        source = target
    classes = Path(tempfile.mkdtemp(dir=scratch))
    for image in tqdm(sorted(source.rglob("*.png")), desc="Linking MNIST", leave=False, disable=None):
        folder = classes / image.parent.name
        folder.mkdir(exist_ok=True)
        os.link(image, folder / f"{image.parent.parent.name}-{image.name}")
    return classes


def compare(name: str, root: Path, size: int, options: argparse.Namespace, repeats: int) -> Result:
    """Measure both over the same files, epoch by epoch in turn, so that other load on the machine meets both."""
    files = [Path(path) for path, _ in ImageFolder(str(root)).samples]
    for file in files:
        file.read_bytes()
    theirs, ours, decoded = Epochs(), Epochs(), Epochs()
    in_memory = InMemory(root, size)
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as cache:
            their_loader, our_loader, memory_loader = None, None, None
            for _ in range(options.epochs):
                their_loader = theirs.measure(their_loader, partial(image_folder, root, size, options.workers))
                our_loader = ours.measure(our_loader, partial(workbench, root, size, options, Path(cache)))
                memory_loader = decoded.measure(memory_loader, partial(loader_of, in_memory, options.workers))
            del their_loader, our_loader, memory_loader
    return Result(
        name=name,
        images=len(files),
        image_folder_first=round(statistics.median(theirs.first), 2),
        image_folder_later=round(statistics.median(theirs.later), 2),
        workbench_first=round(statistics.median(ours.first), 2),
        workbench_later=round(statistics.median(ours.later), 2),
        first_ratio=round(statistics.median(theirs.first) / statistics.median(ours.first), 2),
        later_ratio=round(statistics.median(theirs.later) / statistics.median(ours.later), 2),
        from_memory=round(statistics.median(decoded.later), 2),
        memory_ratio=round(statistics.median(decoded.later) / statistics.median(ours.later), 2),
        image_folder_memory_mib=theirs.memory_mib,
        workbench_memory_mib=ours.memory_mib,
    )


class Epochs:
    """Seconds of first and of later epochs, and the largest growth of memory over an epoch's start."""

    def __init__(self) -> None:
        self.first: list[float] = []
        self.later: list[float] = []
        self.memory_mib = 0

    def measure(self, loader: Any, start: Callable[[], DataLoader[Any]]) -> DataLoader[Any]:
        """Time one epoch, of a new loader with its start where there is none yet."""
        seconds = self.later if loader is not None else self.first
        before = memory()
        began = time.perf_counter()
        loader = loader if loader is not None else start()
        for number, batch in enumerate(loader):
            assert torch.is_tensor(batch[0])
            if number == len(loader) - 1:
                seconds.append(time.perf_counter() - began)
                self.memory_mib = max(self.memory_mib, (memory() - before) // 2**20)
        return loader


def memory() -> int:
    """Bytes of this process and its workers; pages that they share count once where the system tells (PSS)."""
    process = psutil.Process()
    infos = [each.memory_full_info() for each in [process, *process.children(recursive=True)]]
    return sum(getattr(info, "pss", info.uss) for info in infos)


def image_folder(root: Path, size: int, workers: int) -> DataLoader[Any]:
    """The usual way: ImageFolder, one albumentations pipeline from the decoded image to the tensor."""
    pipeline = albumentations.Compose([*fitted(size), *augmented(size)])
    return loader_of(
        ImageFolder(str(root), transform=lambda image: pipeline(image=np.asarray(image))["image"]), workers
    )


class InMemory(Dataset[tuple[torch.Tensor, int]]):
    """Images that were decoded and resized before, in a list; what is random is done to each as it is asked for."""

    def __init__(self, root: Path, size: int) -> None:
        fit = albumentations.Compose(fitted(size))
        folder = ImageFolder(str(root))
        self.images = [fit(image=np.asarray(image))["image"] for image, _ in folder]
        self.targets = folder.targets
        self.pipeline = albumentations.Compose(augmented(size))

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        return self.pipeline(image=self.images[index])["image"], self.targets[index]


def fitted(size: int) -> list[Any]:
    """What makes images of one size."""
    return [
        albumentations.LongestMaxSize(size, interpolation=cv2.INTER_AREA if size > 32 else cv2.INTER_LINEAR),
        albumentations.PadIfNeeded(size, size, border_mode=cv2.BORDER_CONSTANT),
    ]


def augmented(size: int) -> list[Any]:
    """The shipped augmentation of the training images, and the way to tensors."""
    shipped_ones = construct(LIBRARIES["albumentations"], shipped(size).transforms("train"), Location("auguments.yaml"))
    return [*shipped_ones, albumentations.Normalize(), albumentations.ToTensorV2()]


def loader_of(dataset: Dataset[Any], workers: int) -> DataLoader[Any]:
    """torch's own loader of shuffled batches."""
    return DataLoader(
        dataset,
        batch_size=BATCH,
        shuffle=True,
        num_workers=workers,
        persistent_workers=workers > 0,
        worker_init_fn=lambda _: cv2.setNumThreads(0),
    )


def workbench(root: Path, size: int, options: argparse.Namespace, cache: Path) -> DataLoader[Any]:
    """Ours, from an empty cache."""
    folder = ImageFolder(str(root))
    paths = [Path(path) for path, _ in folder.samples]
    images = LabeledImages.create(paths, folder.targets, folder.classes)
    data = ThemeDataModule(
        {"train": images},
        shipped(size),
        batch_size=BATCH,
        num_workers=options.workers,
        cache=options.cache,
        digest="benchmark",
        cache_folder=cache,
    )
    return data.train_dataloader()


def shipped(size: int) -> AugmentConfig:
    """The shipped auguments.yaml, for this image size."""
    return AugmentConfig.load(asset("auguments.yaml"), {"image.size": size})


def table(result: Result, options: argparse.Namespace) -> str:
    """A result as text."""
    return (
        f"\n{result.name}: {result.images:,} images, batch {BATCH}, {options.workers} workers, cache {options.cache}\n"
        f"  {'':14}{'first epoch':>14}{'later epochs':>14}{'memory':>12}\n"
        f"  {'ImageFolder':14}{result.image_folder_first:>12.2f} s{result.image_folder_later:>12.2f} s"
        f"{result.image_folder_memory_mib:>8} MiB\n"
        f"  {'workbench':14}{result.workbench_first:>12.2f} s{result.workbench_later:>12.2f} s"
        f"{result.workbench_memory_mib:>8} MiB\n"
        f"  {'memory':14}{'':>14}{result.from_memory:>12.2f} s\n"
        f"  {'times as fast':14}{result.first_ratio:>14.2f}{result.later_ratio:>14.2f}"
    )


def rows_of(result: Result) -> list[Row]:
    """A result as rows of the table of all benchmarks."""
    wanted = 5 if result.name.startswith("photos") else 2
    name = f"input, {result.images:,} {result.name}"
    return [
        Row(
            f"{name}, first epoch",
            f"{result.workbench_first:.1f} s",
            f"{result.image_folder_first:.1f} s",
            result.first_ratio,
            "1 x ImageFolder's speed",
            result.first_ratio >= 1,
        ),
        Row(
            f"{name}, later epochs",
            f"{result.workbench_later:.1f} s",
            f"{result.image_folder_later:.1f} s",
            result.later_ratio,
            f"{wanted} x ImageFolder's speed",
            result.later_ratio >= wanted,
        ),
        Row(
            f"{name}, later epochs beside images in memory",
            f"{result.workbench_later:.1f} s",
            f"{result.from_memory:.1f} s",
            result.memory_ratio,
            "0.9 x what memory gives",
            result.memory_ratio >= 0.9,
        ),
    ]


if __name__ == "__main__":
    main()
