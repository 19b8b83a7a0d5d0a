"""A theme as a data frame, and labels written back from one: the goals of the Python face, on SQLite.

    python bench/frames.py [--samples 1000000] [--labels 10000]

The store is filled as `bench/store.py` fills it. The frame is read once, in a process of its own whose largest memory
is told beside the time; labels are written once by `set_labels`, in one batch, and once by `query.label`.
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
from store import fill

import workbench as wb
from workbench.paths import Project
from workbench.store import open_store

READ = """
import resource, time
import pandas, pyarrow
import workbench as wb

theme = wb.open_theme("bench")
start = time.perf_counter()
frame = theme.samples().to_frame()
seconds = time.perf_counter() - start
print(len(frame), seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
"""


def main() -> None:
    """Fill a store, read it as a frame, write labels back."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--labels", type=int, default=10_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-frames-") as folder:
        os.environ["WORKBENCH_ROOT"] = folder
        os.environ.pop("WORKBENCH_DATABASE_URL", None)
        store = open_store(Project(Path(folder)))
        fill(store, arguments.samples)
        name = str(wb.themes(store=store)["theme"][0])
        done = subprocess.run(
            [sys.executable, "-c", READ.replace("bench", name)], capture_output=True, text=True, check=True
        )
        rows, seconds, gib = (float(each) for each in done.stdout.split())
        theme = wb.open_theme(name, store=store)
        query = theme.samples()[: arguments.labels]
        frame = query.to_frame()
        names = list(theme.labels)
        frame["label"] = [
            names[(names.index(label) + 1) % len(names)] if label in names else names[0] for label in frame["label"]
        ]
        start = time.perf_counter()
        changed = len(theme.set_labels(frame, on="sha256", replace=True).changed)
        written = time.perf_counter() - start
        start = time.perf_counter()
        query.label(names[0])
        labeled = time.perf_counter() - start
        store.close()
    report(
        [
            Row(f"to_frame, {rows:,.0f} rows", f"{seconds:.1f} s", goal="at most 5 s", met=seconds <= 5),
            Row("to_frame, largest memory", f"{gib:.2f} GiB", goal="at most 1 GB", met=gib <= 0.93),
            Row(f"set_labels, {changed:,} labels", f"{written:.2f} s", goal="at most 1 s", met=written <= 1),
            Row(f"query.label, {arguments.labels:,}", f"{labeled:.2f} s", goal="at most 1 s", met=labeled <= 1),
        ]
    )


if __name__ == "__main__":
    main()
