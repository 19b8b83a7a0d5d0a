"""What runs on a worker: one chunk of images at a time, with what the work needs loaded once."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self, TypeVar

from workbench.distribution import NAME, VERSION
from workbench.engine.parts import PartFolder
from workbench.errors import NotFoundError, WorkbenchError
from workbench.part_files import part_name, remove_abandoned
from workbench.store.images import ImageFiles
from workbench.store.remote_images import images_at

Loaded = TypeVar("Loaded")

_CHANGE_ANSWERS = ("torch", "torchvision", "numpy", "opencv-python-headless", "albumentations")
_KEPT = 2
_FETCHES = 16
CACHE_VARIABLE = "WORKBENCH_WORKER_CACHE"
"""A folder of the worker's machine for what it fetches; by default below its temporary files."""


class WorkerError(WorkbenchError):
    """A worker cannot do the work at all; the message names it."""


@dataclass(frozen=True)
class Task:
    """What every chunk of a piece of work has in common, as it goes to the workers.

    `function` (`module:name`) is called with a chunk, a Workplace and `about`; it returns an Outcome. `images` is
    the image store: a folder or a URL. `versions` are the client's, which a worker must have, too, and `folders` what
    it must see.
    """

    function: str
    about: Mapping[str, Any]
    images: str
    parts: PartFolder
    versions: Mapping[str, str]
    folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a chunk came to: how many images, how many of them failed by reason, and the result, small or in a file."""

    images: int
    failed: Mapping[str, int] = field(default_factory=dict)
    result: Any = None
    worker: str = ""
    seconds: float = 0.0


class Workplace:
    """The image store and the parts, from a worker; and what it has loaded."""

    def __init__(self, task: Task) -> None:
        self.parts = task.parts
        self.cache = _cache_folder()
        # No image is wanted twice: copies live as long as their chunk.
        self._copies = self.cache / part_name()
        self._copies.mkdir()
        self.images: ImageFiles = images_at(task.images, self._copies)
        for folder in (*task.folders, *([] if "://" in task.images else [task.images])):
            if not os.path.isdir(folder):
                # One image that is not there is told in its row; of a disk that is not there, every image would be.
                raise WorkerError(
                    f"The worker {worker_name()} does not see the folder {folder}. Mount it there under the same path, "
                    "and start the same once more."
                )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._copies, ignore_errors=True)

    def files(self, keys: Sequence[str]) -> list[str]:
        """Return the files of the image store's keys, fetched side by side; one that is gone is a path of nothing."""
        with ThreadPoolExecutor(_FETCHES, thread_name_prefix="fetch") as pool:
            return list(pool.map(self._file, keys))

    def _file(self, key: str) -> str:
        try:
            return os.fspath(self.images.path(key))
        except NotFoundError:
            return os.path.join(self.images.root, key)

    def once(self, key: str, load: Callable[[], Loaded]) -> Loaded:
        """Return what `load` returned for this key; a few of them are kept for the chunks to come."""
        if key not in _loaded:
            while len(_loaded) >= _KEPT:
                _loaded.pop(next(iter(_loaded)))
            _loaded[key] = load()
        found: Loaded = _loaded[key]
        return found


_loaded: dict[str, Any] = {}
# A worker of several threads has one model and one GPU: its chunks wait for each other.
_one_at_a_time = threading.Lock()


@cache
def versions() -> Mapping[str, str]:
    """What has to be the same on all machines for the answers to be: packages, and Python's minor version."""
    found = {"Python": f"{sys.version_info[0]}.{sys.version_info[1]}", NAME: VERSION}
    for package in _CHANGE_ANSWERS:
        try:
            # Builds for other processors (2.9.0+cu126) are the same release.
            found[package] = version(package).partition("+")[0]
        except PackageNotFoundError:
            found[package] = "missing"
    return found


def check_versions(expected: Mapping[str, str]) -> None:
    """Raise WorkerError where this worker has other versions than the client."""
    found = versions().items()
    differing = [f"{name} {there}, not {expected.get(name)}" for name, there in found if there != expected.get(name)]
    if differing:
        raise WorkerError(
            f"The worker {worker_name()} has {', '.join(differing)}: its answers could be others. Install the same "
            f"versions there (pip install {NAME}=={expected[NAME]} -c constraints.txt), and start it once more."
        )


def do_chunk(task: Task, chunk: Sequence[Any]) -> Outcome:
    """Do one chunk; called on the worker."""
    with _one_at_a_time:
        began = time.monotonic()
        check_versions(task.versions)
        module, _, name = task.function.partition(":")
        function = getattr(import_module(module), name)
        try:
            with Workplace(task) as place:
                outcome: Outcome = function(chunk, place, **task.about)
        except WorkerError:
            raise
        except WorkbenchError as error:
            raise WorkerError(f"The worker {worker_name()} cannot do its part: {error}") from None
        return replace(outcome, worker=worker_name(), seconds=time.monotonic() - began)


def worker_name() -> str:
    """A worker's name for people: its machine and its process, or what Dask calls it."""
    distributed = sys.modules.get("distributed")
    if distributed is not None:
        try:
            return str(distributed.get_worker().name).removeprefix("tcp://")
        except ValueError:
            pass
    return f"{socket.gethostname()}:{os.getpid()}"


@cache
def _cache_folder() -> Path:
    named = os.environ.get(CACHE_VARIABLE)
    folder = Path(named) if named else Path(tempfile.gettempdir()) / f"workbench-worker-{getpass.getuser()}"
    folder.mkdir(parents=True, exist_ok=True)
    remove_abandoned(folder)
    return folder
