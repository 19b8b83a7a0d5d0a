"""A theme as a data frame, and labels written back from one: the goals of the Python face, on SQLite.

    python bench/frames.py [--samples 1000000] [--labels 10000]

The store is filled as `bench/store.py` fills it. The frame is read in a process of its own whose largest memory,
without the files that it maps, is told beside the time; labels are written once by `set_labels`, in one batch, and
once by `query.label`. Beside them stand the bare tools: `pandas.read_sql_query` of the same columns, and the driver's
`executemany` of the same labels with an event for each, found by their digests, in one transaction.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from comparison import Row, report
from store import fill

import workbench as wb
from workbench.paths import Project
from workbench.store import open_store

READ = """
import time
import pandas, pyarrow
import workbench as wb

theme = wb.open_theme("bench")
start = time.perf_counter()
frame = theme.samples().to_frame()
seconds = time.perf_counter() - start
print(len(frame), seconds)
"""

BARE_READ = """
import sqlite3, time
import pandas

start = time.perf_counter()
query = (
    "SELECT s.id, sha256, uri, s.name, l.name AS label, skipped, split, annotator, labeled_at, width, height, "
    "size_bytes, created_at FROM samples s LEFT JOIN labels l ON l.id = s.label_id "
    "WHERE s.theme_id = 1 AND s.deleted_at IS NULL ORDER BY s.id"
)
dates = ["labeled_at", "created_at"]
frame = pandas.read_sql_query(query, sqlite3.connect("db/workbench.db"), parse_dates=dates)
for column in ("label", "split", "annotator"):
    frame[column] = frame[column].astype("category")
seconds = time.perf_counter() - start
print(len(frame), seconds)
"""


def write_bare(file: Path, labels: list[tuple[int, str]]) -> float:
    """Write labels (id of the label, digest of the sample) and their events with the bare driver; return seconds."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "cache_size = -65536", "mmap_size = 1073741824"):
        connection.execute(f"PRAGMA {pragma}")
    start, at = time.perf_counter(), "2026-01-01 00:00:00.000000"
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO label_events (theme_id, sample_id, at, annotator, source, action, before, after, "
        "before_annotator, before_at, batch_id) "
        "SELECT theme_id, id, ?, 'a', 'human', 'label', label_id, ?, annotator, labeled_at, 1 "
        "FROM samples WHERE theme_id = 1 AND sha256 = ?",
        [(at, str(label_id), sha256) for label_id, sha256 in labels],
    )
    connection.executemany(
        "UPDATE samples SET label_id = ?, annotator = 'a', labeled_at = ? WHERE theme_id = 1 AND sha256 = ?",
        [(label_id, at, sha256) for label_id, sha256 in labels],
    )
    connection.execute("COMMIT")
    connection.close()
    return time.perf_counter() - start


def run(code: str, folder: str) -> tuple[float, float, float]:
    """Run code that prints rows and seconds in a process of its own, and measure its largest memory in GiB."""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=folder) as child:
        largest = largest_memory(child)
        printed, _ = child.communicate()
    if child.returncode:
        raise SystemExit(child.returncode)
    rows, seconds = (float(each) for each in printed.split())
    return rows, seconds, largest / 2**30


def largest_memory(child: subprocess.Popen[str]) -> int:
    """Wait for the end of a process and return the most bytes that it took.

    Files that it maps are left out: the database is read that way, and the system takes those pages back at any time.
    """
    largest, process = 0, psutil.Process(child.pid)
    while child.poll() is None:
        used = process.memory_info()
        largest = max(largest, used.rss - getattr(used, "shared", 0))
        time.sleep(0.005)
    return largest


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
        rows, seconds, gib = run(READ.replace("bench", name), folder)
        _, bare_seconds, bare_gib = run(BARE_READ, folder)
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
        numbers = {label: position % len(names) + 1 for position, label in enumerate(names)}
        pairs = [(numbers[label], sha256) for label, sha256 in zip(frame["label"], frame["sha256"], strict=True)]
        bare_written = write_bare(Path(folder, "db", "workbench.db"), pairs)
    report(
        [
            Row(
                f"to_frame, {rows:,.0f} rows; pandas.read_sql_query",
                f"{seconds:.1f} s",
                f"{bare_seconds:.1f} s",
                seconds / bare_seconds,
                "at most 5 s",
                seconds <= 5,
            ),
            Row(
                "to_frame, largest memory",
                f"{gib:.2f} GiB",
                f"{bare_gib:.2f} GiB",
                gib / bare_gib,
                "at most 1 GB",
                gib <= 0.93,
            ),
            Row(
                f"set_labels, {changed:,} labels; the driver's executemany",
                f"{written:.2f} s",
                f"{bare_written:.2f} s",
                written / bare_written,
                "at most 1 s",
                written <= 1,
            ),
            Row(
                f"query.label, {arguments.labels:,}",
                f"{labeled:.2f} s",
                f"{bare_written:.2f} s",
                labeled / bare_written,
                "at most 1 s",
                labeled <= 1,
            ),
        ]
    )


if __name__ == "__main__":
    main()
