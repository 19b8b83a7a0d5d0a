"""Prediction on two workers beside one, and how many sleeping workers are kept busy.

    python bench/cluster.py [--images 10000] [--rounds 3] [--most 32]

Workers are processes of Dask on this machine with one thread each, started before. The first row: predict() with two of
them over the same with one, in turn. The others: workers that sleep two seconds a chunk, as long as a GPU would take
for some thousand images; efficiency is the time that they would take if none ever waited, over that which they took.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import distributed
from comparison import Row, paired_ratio, report
from predict import BATCH, make_project

from workbench import predict
from workbench.engine.chunks import in_chunks, run_chunks
from workbench.engine.engines import open_engine
from workbench.engine.parts import PartFolder
from workbench.engine.progress import Watch
from workbench.engine.worker import Task, versions
from workbench.jobs.ports import free_port
from workbench.paths import Project

SLEEP = 2.0
PER_WORKER = 6
# What a GPU would be busy with; a module of its own, so that sleeping workers load nothing else.
SLEEPER = f"""
import time
from workbench.engine.worker import Outcome

def sleep_chunk(images, place):
    time.sleep({SLEEP})
    return Outcome(len(images))
"""


@contextmanager
def workers(count: int, modules: str = "") -> Iterator[str]:
    """A scheduler with so many workers, for the time of the block; its address."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": modules}
    quiet: Any = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "dask"]
    threads = ["--nworkers", str(count), "--nthreads", "1", "--no-dashboard"]
    started = [
        subprocess.Popen([*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], **quiet),
        subprocess.Popen([*dask, "worker", address, *threads], **quiet),
    ]
    try:
        with distributed.Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=300)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def two_beside_one(images: int, rounds: int) -> Row:
    """Seconds of a prediction with two workers and with one."""
    with tempfile.TemporaryDirectory(prefix="bench-cluster-") as name, workers(1) as one, workers(2) as two:
        os.environ["WORKBENCH_ROOT"] = name
        project = make_project(Path(name), images)
        options: dict[str, Any] = {"project": project, "batch_size": BATCH, "num_workers": 0, "progress": False}
        seconds: dict[str, list[float]] = {one: [], two: []}
        for number in range(rounds + 1):
            for address in (one, two):
                done = predict("bench", on=address, output=Path(name) / "out.csv", **options)
                if number:  # the first time, workers load their libraries and the model
                    seconds[address].append(done.seconds)
    ours, baseline = (statistics.median(seconds[address]) for address in (two, one))
    ratio = paired_ratio(seconds[two], seconds[one])
    what = f"predict {images:,} images, two workers of one thread beside one"
    return Row(what, f"{ours:.1f} s", f"{baseline:.1f} s", ratio, "at most 0.6", ratio <= 0.6)


def asleep(count: int) -> Row:
    """The efficiency of so many sleeping workers."""
    with tempfile.TemporaryDirectory(prefix="bench-cluster-") as name, workers(count, name) as address:
        (Path(name) / "sleeper.py").write_text(SLEEPER, encoding="utf-8")
        (Path(name) / "cluster.yaml").write_text(
            f"engine: dask\naddress: {address}\nworkers: {{maximum: {count}}}\n", encoding="utf-8"
        )
        task = Task("sleeper:sleep_chunk", {}, name, PartFolder(name), versions())
        with open_engine("cluster", Project(Path(name))) as engine:
            for chunks in (1, PER_WORKER):  # first with the imports
                began = time.perf_counter()
                work = in_chunks(range(100 * chunks * count), 100)
                assert sum(1 for _ in run_chunks(engine, task, work, watch=Watch())) == chunks * count
                took = time.perf_counter() - began
    ideal = SLEEP * PER_WORKER
    efficiency = ideal / took
    what = f"{count} workers that sleep {SLEEP:.0f} s a chunk: time without any waiting over theirs"
    return Row(what, f"{took:.1f} s", f"{ideal:.1f} s", efficiency, "0.9 or more", efficiency >= 0.9)


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=32)
    arguments = parser.parse_args()
    rows = [two_beside_one(arguments.images, arguments.rounds)]
    rows += [asleep(count) for count in (2, 8, 32) if count <= arguments.most]
    report(rows)


if __name__ == "__main__":
    main()
