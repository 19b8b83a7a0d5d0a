"""Memory of predict(): the peak of a process that predicts few images beside one that predicts ten times as many.

    python bench/predict_memory.py [--full] [--images 50000]

`--full` takes a million images, and some ten minutes. The samples of a theme share a thousand small files; the network
is the shipped ResNet18 on 8x8. What counts is the private memory of the predicting process, read twenty times a second:
file pages that SQLite maps belong to the system, which takes them back when it needs them. Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import psutil
from comparison import Row, report
from predict import make_project
from sqlalchemy import func, insert, select

from workbench.paths import Project
from workbench.store import open_store
from workbench.store.images import sha256_of
from workbench.store.schema import Sample

FILES = 1_000
BATCH = 256
_CHUNK = 20_000
# SQLite's page cache, which fills with the store's size up to 64 MB, and some for what the allocator keeps.
ALLOWED_MB = 80

PREDICT = """
import sys
from workbench import predict

expected = int(sys.argv[1])
result = predict("bench", source="all", batch_size=int(sys.argv[2]), num_workers=2, progress=False)
assert result.predicted == result.stored == expected, (result.predicted, result.stored)
print(f"{expected:,} images in {result.seconds:.0f} s", flush=True)
"""


def fill(project: Project, images: int) -> None:
    """Add samples to the theme up to that many; they share the files of the first ones."""
    store = open_store(project)
    with store.write() as session:
        first = session.execute(select(Sample.theme_id, Sample.uri, Sample.size_bytes).limit(FILES)).all()
        present = session.scalar(select(func.count()).select_from(Sample)) or 0
        rows = (_row(number, *first[number % FILES]) for number in range(present, images))
        while part := list(islice(rows, _CHUNK)):
            session.execute(insert(Sample), part)
    store.close()


def _row(number: int, theme_id: int, uri: str, size: int) -> dict[str, object]:
    return {
        "theme_id": theme_id,
        "sha256": sha256_of(b"%d" % number),
        "uri": uri,
        "name": f"{number}.png",
        "width": 28,
        "height": 28,
        "size_bytes": size,
    }


def peak_mb(images: int) -> float:
    """Predict all images of the theme in a process of its own and return its peak of private memory in MB."""
    command = [sys.executable, "-c", PREDICT, str(images), str(BATCH)]
    process = subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"})
    watched, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        used = watched.memory_info()
        peak = max(peak, used.rss - used.shared)
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"Predicting {images:,} images failed; see above.")
    return peak / 1e6


def main() -> None:
    """Predict both numbers of images and print both peaks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=50_000)
    parser.add_argument("--full", action="store_const", dest="images", const=1_000_000, help="a million images")
    many = parser.parse_args().images
    few = many // 10
    with tempfile.TemporaryDirectory(prefix="bench-predict-memory-") as name:
        os.environ["WORKBENCH_ROOT"] = name
        project = make_project(Path(name), FILES, size=8)
        peaks = []
        for images in (few, many):
            fill(project, images)
            peaks.append(peak_mb(images))
    more = peaks[1] - peaks[0]
    report(
        [
            Row(
                f"memory of predict, {many:,} images beside {few:,}",
                f"{peaks[1]:,.0f} MB",
                f"{peaks[0]:,.0f} MB",
                peaks[1] / peaks[0],
                f"<= {ALLOWED_MB} MB more, is {more:.0f}",
                more <= ALLOWED_MB,
            )
        ]
    )


if __name__ == "__main__":
    main()
