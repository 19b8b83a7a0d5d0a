"""Accuracy of the shipped params.yaml on MNIST's 70,000 images, and the time it takes.

    python bench/mnist_accuracy.py [FOLDER | ARCHIVE.tar.gz] [--epochs 5] [--set KEY=VALUE]... [--limit N] [--json]

Wants MNIST as images: FOLDER/train/0 ... 9 and FOLDER/test/0 ... 9, or the same packed (without an argument nothing is
measured). Images of `test` are the test split; a tenth of `train` is drawn for validation, which chooses the epoch that
is kept. They are imported into a project of its own in a temporary folder and trained with the shipped params.yaml and
auguments.yaml; what differs is said by --set only. `--limit N` takes N images of each digit and split. Runs on the CPU
or on a GPU, whichever `training.accelerator: auto` finds.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from comparison import Row, report

os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

GOAL = 0.994
EPOCHS = 5
VALID_SHARE = 10


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, nargs="?", help="folder or .tar.gz with train/0..9 and test/0..9")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--set", dest="overrides", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--limit", type=int, help="images of each digit and split")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    arguments = parser.parse_args()
    if arguments.source is None:
        print("MNIST was not given (a folder or archive with train/0..9 and test/0..9), so its accuracy was left out")
        return
    with tempfile.TemporaryDirectory(prefix="bench-mnist-") as name:
        measured = measure(arguments, Path(name))
    accuracy = measured["test accuracy"]
    if arguments.json:
        print(json.dumps(measured, indent=2))
    else:
        for key, value in measured.items():
            print(f"{key}: {value}")
        what = f"MNIST, {sum(measured['images'].values()):,} images, shipped params.yaml, {measured['epochs']} epochs"
        report([Row(what, f"{accuracy:.4f}", goal=f"{GOAL} accuracy", met=accuracy >= GOAL)])


def measure(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Import, train, and return test accuracy and times."""
    import torch

    from workbench.cli.notebooks import _parse_overrides
    from workbench.paths import Project, asset
    from workbench.training import train

    source = unpacked(arguments.source, folder)
    root = folder / "project"
    root.mkdir()
    os.environ["WORKBENCH_ROOT"] = str(root)
    for variable in ("WORKBENCH_DATABASE_URL", "WORKBENCH_MLFLOW_URI", "WORKBENCH_IMAGES_URL"):
        os.environ.pop(variable, None)
    for file in ("params.yaml", "auguments.yaml"):
        shutil.copy(asset(file), root / file)
    project = Project(root)
    started = time.perf_counter()
    counts = fill(project, source, arguments.limit)
    importing = time.perf_counter() - started
    overrides = {"callbacks.progress": "lines", **_parse_overrides(tuple(arguments.overrides))}
    result = train("mnist", num_epochs=arguments.epochs, overrides=overrides, project=project)
    return {
        "test accuracy": round(result.metrics["test_accuracy"], 4),
        "goal": GOAL,
        "epochs": len(result.epochs),
        "best epoch": result.best_epoch,
        "images": counts,
        "training and test, s": round(result.seconds, 1),
        "an epoch, s": [row["seconds"] for row in result.epochs],
        "import, s": round(importing, 1),
        "device": torch.cuda.get_device_name()
        if torch.cuda.is_available()
        else f"cpu, {torch.get_num_threads()} threads",
        "torch": torch.__version__,
        "changed": overrides,
    }


def unpacked(source: Path, folder: Path) -> Path:
    """Return the folder that holds train/ and test/."""
    if source.is_file():
        with tarfile.open(source) as archive:
            archive.extractall(folder / "mnist", filter="data")
        source = folder / "mnist"
    for candidate in (source, *sorted(source.iterdir())):
        if (candidate / "train").is_dir() and (candidate / "test").is_dir():
            return candidate
    raise SystemExit(f"{source} has no train/ and test/ with a folder per digit.")


def fill(project: Any, source: Path, limit: int | None) -> dict[str, int]:
    """Import the images into the theme "mnist" with their labels and MNIST's own test split; return the counts."""
    from sqlalchemy import func, select, update

    from workbench.data.importing.run import import_images
    from workbench.store import open_store
    from workbench.store.schema import Sample
    from workbench.store.themes import create_theme

    store = open_store(project)
    with store.write() as session:
        create_theme("mnist", labels=[str(digit) for digit in range(10)], session=session)
    for part in ("test", "train"):
        folder = source / part
        if limit is not None:
            folder = some_of(folder, limit, project.root.parent / f"some-{part}")
        import_images(store, "mnist", folder, "folder", annotator="bench", progress=False)
        with store.write() as session:
            unsplit = Sample.split.is_(None)
            if part == "train":
                session.execute(update(Sample).where(unsplit, Sample.id % VALID_SHARE == 0).values(split="valid"))
            session.execute(update(Sample).where(unsplit).values(split=part))
    with store.read() as session:
        rows = session.execute(select(Sample.split, func.count()).group_by(Sample.split)).all()
    store.close()
    return {str(split): count for split, count in rows}


def some_of(folder: Path, limit: int, target: Path) -> Path:
    """Copy the first images of each digit."""
    for digit in sorted(folder.iterdir()):
        (target / digit.name).mkdir(parents=True)
        for file in sorted(digit.iterdir())[:limit]:
            shutil.copy(file, target / digit.name / file.name)
    return target


if __name__ == "__main__":
    main()
