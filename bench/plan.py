"""The plan of a training: what the images of a snapshot take in memory, and how long they are read.

    python bench/plan.py [--samples 500000]

The store is filled as `bench/store.py` fills it, with twice as many samples, half of them labeled. A process of its own
freezes the snapshot and reads its images, as every training does first. What it keeps afterwards is counted, and the
largest that it had: of that up to 64 MiB are SQLite's cache, whatever the number of samples. Pages of files that it
maps are left out. Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from comparison import Row, report
from frames import largest_memory
from store import fill

from workbench.paths import Project
from workbench.store import open_store
from workbench.store.steps.snapshots import take_snapshot_in_steps
from workbench.store.steps.splits import assign_splits_in_steps
from workbench.store.themes import list_themes

KEPT, CACHE = 100, 2**26
"""The goal, in bytes a sample; and the size of SQLite's cache."""
PLAN = """
import gc, sys, time
import numpy, psutil
from workbench.data.labeled_images import images_of_snapshot
from workbench.store import open_store
from workbench.store.snapshots import get_snapshot
from workbench.store.themes import list_themes

def used():
    gc.collect()
    memory = psutil.Process().memory_info()
    return memory.rss - memory.shared

store = open_store()
with store.read() as session:
    snapshot = get_snapshot(sys.argv[1], theme_id=list_themes(session=session)[0].id, session=session)
store.close()
print(before := used(), flush=True)
start = time.perf_counter()
images = images_of_snapshot(store, snapshot)
seconds = time.perf_counter() - start
store.close()  # and with it its cache
print(sum(map(len, images.values())), used() - before, seconds)
"""


def main() -> None:
    """Fill a store, freeze a snapshot, read its images."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=500_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-plan-") as folder:
        os.environ["WORKBENCH_ROOT"] = folder
        os.environ.pop("WORKBENCH_DATABASE_URL", None)
        store = open_store(Project(Path(folder)))
        fill(store, 2 * given.samples)
        with store.read() as session:
            theme = list_themes(session=session)[0]
        assign_splits_in_steps(store, theme, annotator="bench")
        start = time.perf_counter()
        digest = take_snapshot_in_steps(store, theme.id).digest
        frozen = time.perf_counter() - start
        store.close()
        samples, kept, peak, seconds = read_in_own_process(digest, folder)
    report(
        [
            Row(
                f"plan of a training, {samples:,} samples, bytes that each takes",
                f"{kept / samples:.0f} ({peak / samples:.0f} at most, {CACHE / samples:.0f} of them SQLite's cache)",
                goal=f"at most {KEPT}",
                met=kept <= KEPT * samples,
            ),
            Row(f"plan of a training, {samples:,} samples, snapshot and images", f"{frozen:.1f} + {seconds:.1f} s"),
        ]
    )


def read_in_own_process(digest: str, folder: str) -> tuple[int, int, int, float]:
    """Return the number of images, the bytes that they keep and those that they took at most, and the seconds."""
    command = [sys.executable, "-c", PLAN, digest]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as child:
        assert child.stdout is not None
        before = int(child.stdout.readline())
        largest = largest_memory(child)
        samples, kept, seconds = child.stdout.readline().split()
    return int(samples), int(kept), largest - before, float(seconds)


if __name__ == "__main__":
    main()
