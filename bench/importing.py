"""Importing a folder beside a bare loop that reads, hashes, decodes and copies the same files, in one run.

    python bench/importing.py [FOLDER]

FOLDER holds class folders; without it 5,000 small images are drawn. The two run in turn, three times, the bare loop
first, in one thread; the ratio of the best times is printed (1.00: the import is as fast as the loop). Where there is
a file system in memory it all runs there first: that leaves the disk out, and what other programs do to it.

On the disk, what is waiting to be written is written before each side begins, so that neither pays for the other, and
nothing is removed before the end: ext4 does not hand out an inode again for some minutes after its file was deleted,
and passing over those makes every new file several times as dear. So that part means something only when no large
folder was deleted nearby in the last five minutes, by this script neither.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from comparison import Row, report
from PIL import Image

from workbench.data.importing.run import import_images
from workbench.paths import Project
from workbench.store import open_store
from workbench.store.themes import create_theme

ROUNDS = 3
MEMORY = Path("/dev/shm")


def draw(folder: Path, number: int = 5_000) -> None:
    """Write small gray PNG files of noise into ten class folders."""
    random = np.random.default_rng(0)
    for index in range(number):
        file = folder / str(index % 10) / f"{index}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (28, 28), dtype=np.uint8)).save(file)


def bare_loop(files: list[Path], target: Path) -> float:
    """Read, hash, decode and copy every file; return the seconds that it took."""
    target.mkdir()
    os.sync()
    start = time.perf_counter()
    for file in files:
        content = file.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        (target / f"{digest}{file.suffix}").write_bytes(content)
    return time.perf_counter() - start


def full_import(folder: Path, root: Path, expected: int) -> float:
    """Import the folder into a theme of a fresh store; return the seconds that it took."""
    root.mkdir()
    store = open_store(Project(root))
    with store.write() as session:
        create_theme("bench", session=session)
    os.sync()
    start = time.perf_counter()
    report = import_images(store, "bench", folder, "folder", annotator="bench", progress=False)
    seconds = time.perf_counter() - start
    store.close()
    if report.added + report.duplicates + len(report.rejected) != expected:
        raise SystemExit(f"{expected} files, but {report.added} added, {report.duplicates} duplicates")
    return seconds


def main() -> None:
    """Run both sides in turn, in memory and on the disk, and print their speeds and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of class folders")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    with ExitStack() as stack:
        disk, memory = (
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-importing-", dir=place)))
            for place in (None, MEMORY if MEMORY.is_dir() else None)
        )
        folder = arguments.folder
        if folder is None:
            folder = disk / "drawn"
            draw(folder)
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        for file in files:
            file.read_bytes()
        print(f"{len(files):,} files, best of {arguments.rounds}")
        places = {"in memory": memory, "on disk": disk}
        report([compare(where, files, folder, scratch, arguments.rounds) for where, scratch in places.items()])


def compare(where: str, files: list[Path], folder: Path, scratch: Path, rounds: int) -> Row:
    """Run both sides in turn in one place and say what came of it."""
    loops, imports = [], []
    for turn in range(rounds):
        loops.append(bare_loop(files, scratch / f"copied-{turn}"))
        imports.append(full_import(folder, scratch / f"project-{turn}", len(files)))
    loop, imported = min(loops), min(imports)
    ratios = ", ".join(f"{one / other:.2f}" for one, other in zip(loops, imports, strict=True))
    print(f"{where}: the bare loop's time over ours, in turn: {ratios}")
    speeds = [f"{len(files) / seconds:,.0f} images/s" for seconds in (imported, loop)]
    ratio = loop / imported
    return Row(f"import, {len(files):,} files {where}", *speeds, ratio, "0.5 of a bare loop's speed", ratio >= 0.5)


if __name__ == "__main__":
    main()
