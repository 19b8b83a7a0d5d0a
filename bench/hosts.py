"""Prediction, embedding and import on two other hosts: network namespaces of this machine, which needs root and Linux.

    python bench/hosts.py [--images 400]

Each host has an address, a project folder and a cache of its own, and does not see this one's folder. Here are the
client, PostgreSQL and an S3 server; on the first host a Dask scheduler and a worker, on the second another worker.
The answers, vectors and rows are compared with those of this one process.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import distributed
import numpy as np
from comparison import Row, report
from PIL import Image
from predict import BATCH, make_project
from store import database

import workbench as wb
from workbench import predict
from workbench.jobs.ports import free_port

NETWORK = "10.77.0"
BRIDGE = "wb-hosts"
HOSTS = ("wb-host-1", "wb-host-2")
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


@contextmanager
def hosts() -> Iterator[None]:
    """Two namespaces on a bridge: this machine is `NETWORK`.1, they are .2 and .3."""
    ip("link", "add", BRIDGE, "type", "bridge")
    try:
        ip("addr", "add", f"{NETWORK}.1/24", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")
        for number, name in enumerate(HOSTS, start=2):
            ip("netns", "add", name)
            ip("link", "add", f"wb-veth-{number}", "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("link", "set", f"wb-veth-{number}", "master", BRIDGE, "up")
            for command in (
                ("addr", "add", f"{NETWORK}.{number}/24", "dev", "eth0"),
                ("link", "set", "eth0", "up"),
                ("link", "set", "lo", "up"),
            ):
                ip("-n", name, *command)
        yield
    finally:
        for name in HOSTS:
            subprocess.run(["ip", "netns", "del", name], check=False)
        ip("link", "del", BRIDGE)


def on_host(name: str, hidden: Path, folder: Path, *command: str) -> subprocess.Popen[bytes]:
    """Start a program of Dask's on a host, which sees an empty folder where this one's projects are."""
    folder.mkdir(exist_ok=True)
    there = os.environ | {"WORKBENCH_ROOT": str(folder), "WORKBENCH_WORKER_CACHE": str(folder), "OMP_NUM_THREADS": "1"}
    there.pop("WORKBENCH_DATABASE_URL", None)
    line = f'mount -t tmpfs tmpfs "{hidden}" && cd "{folder}" && exec "$@"'
    called = ["ip", "netns", "exec", name, "sh", "-c", line, "sh", sys.executable, "-m", "dask", *command]
    return subprocess.Popen(called, env=there, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def cluster(here: Path, elsewhere: Path) -> Iterator[str]:
    """A scheduler and a worker on the first host, a worker on the second; the scheduler's address."""
    address = f"tcp://{NETWORK}.2:8786"
    worker = ("worker", address, "--nworkers", "1", "--nthreads", "1", "--no-dashboard")
    first, second = (elsewhere / name for name in HOSTS)
    started = [
        on_host(HOSTS[0], here, first, "scheduler", "--host", f"{NETWORK}.2", "--port", "8786", "--no-dashboard")
    ]
    try:
        started += [on_host(name, here, folder, *worker) for name, folder in zip(HOSTS, (first, second), strict=True)]
        with distributed.Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(len(HOSTS), timeout=120)
            print("workers:", *(worker["host"] for worker in client.scheduler_info()["workers"].values()), flush=True)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def compare(here: Path, images: int, address: str) -> Iterator[tuple[str, bool, float, float]]:
    """Do each kind of work there and here: what, whether the same came out, and the seconds of both."""
    project = make_project(here, images)
    options: dict[str, Any] = {"project": project, "batch_size": BATCH, "num_workers": 0, "progress": False}
    seconds, outputs = [], []
    for name, on in (("there", address), ("here", None)):
        began = time.perf_counter()
        predict("bench", on=on, output=here / f"{name}.csv", **options)
        seconds.append(time.perf_counter() - began)
        outputs.append((here / f"{name}.csv").read_bytes())
    yield f"predict {images:,} images", outputs[0] == outputs[1], *seconds

    theme = wb.open_theme("bench")
    seconds, vectors = [], []
    for on in (address, None):
        began = time.perf_counter()
        theme.embed("hog", on=on, progress=False)
        seconds.append(time.perf_counter() - began)
        vectors.append(theme.vectors("hog")[0].copy())
        next(project.embeddings.glob("hog-*")).rename(here / f"kept-{len(vectors)}")
    yield f"embed {images:,} images", np.array_equal(*vectors), *seconds

    photos = here.parent / "shared-photos"  # a folder that both hosts see
    photos.mkdir()
    random = np.random.default_rng(1)
    for number in range(images):
        pixels = random.integers(0, 256, (28, 28), dtype=np.uint8)
        Image.fromarray(pixels).save(photos / f"{number:05}.png")
    seconds, rows = [], []
    for name, on in (("there", str(here / "cluster.yaml")), ("here", None)):
        new = wb.create_theme(name, labels=["a"])
        began = time.perf_counter()
        new.import_images(photos, on=on, progress=False)
        seconds.append(time.perf_counter() - began)
        rows.append(new.samples().to_frame()[["name", "sha256"]].to_numpy().tolist())
    yield f"import {images:,} images", rows[0] == rows[1] and len(rows[0]) == images, *seconds


def main() -> None:
    """Compare all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=400)
    images = parser.parse_args().images
    from moto.server import ThreadedMotoServer

    with tempfile.TemporaryDirectory(prefix="bench-hosts-") as name, hosts():
        here, elsewhere = Path(name) / "client", Path(name) / "hosts"
        here.mkdir()
        elsewhere.mkdir()
        logging.getLogger("werkzeug").setLevel(logging.WARNING)  # else a line for each request
        server = ThreadedMotoServer(f"{NETWORK}.1", port=free_port(), verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        os.environ |= CREDENTIALS | {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "WORKBENCH_ROOT": str(here)}
        os.environ["WORKBENCH_IMAGES_URL"] = "s3://pictures/images"
        import fsspec

        fsspec.filesystem("s3", use_listings_cache=False, skip_instance_cache=True).mkdir("pictures")
        with database("postgresql", Path(name)), cluster(here, elsewhere) as address:
            (here / "cluster.yaml").write_text(f"engine: dask\naddress: {address}\nshared: [{name}/shared-photos]\n")
            found = list(compare(here, images, address))
        server.stop()
    what = "{}, two other hosts beside this one: the same came out"
    report(
        [
            Row(what.format(name), f"{there:.1f} s", f"{alone:.1f} s", there / alone, "the same", same)
            for name, same, there, alone in found
        ]
    )


if __name__ == "__main__":
    main()
