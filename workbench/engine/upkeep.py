"""Checking and saving images on workers: they read and verify; the report and the backup are made here."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from workbench.engine.chunks import fair_size, in_chunks, run_chunks
from workbench.engine.engines import Engine, open_engine
from workbench.engine.parts import PartFolder
from workbench.engine.progress import Watch
from workbench.engine.reach import parts_for
from workbench.engine.worker import Outcome, Task, Workplace, versions
from workbench.errors import NotFoundError
from workbench.store import Store
from workbench.store.images import sha256_of
from workbench.store.remote_images import images_address
from workbench.store.upkeep.backup import BackupReport, backup
from workbench.store.upkeep.integrity import ImageClaim, IntegrityReport, Problem, check, verify_files

_SAVED_AT_ONCE = 200
"""Images of a chunk whose bytes come back: they are in memory together."""


def check_anywhere(store: Store, *, on: str | None, progress: bool = False) -> IntegrityReport:
    """Check as `check` does; `on` has workers read the image files (see `open_engine`).

    Raises as `open_engine` does, and WorkerError where a worker cannot read images at all.
    """
    if on is None:
        return check(store, progress=progress)
    with open_engine(on, store.project) as engine:

        def verify(files: Sequence[ImageClaim]) -> Iterator[Problem | None]:
            task = Task(f"{__name__}:verify_chunk", {}, images_address(store.project), PartFolder(""), versions())
            size = fair_size(engine.settings.chunk, len(files), engine.most_workers)
            for _, outcome in run_chunks(engine, task, in_chunks(files, size), watch=Watch()):
                yield from outcome.result

        return check(store, verify=verify, progress=progress)


def backup_anywhere(store: Store, file: Path, *, on: str | None, progress: bool = False) -> BackupReport:
    """Back up as `backup` does, into the same bytes; `on` has workers read and verify the images (see `open_engine`).

    What they had read when a backup was killed is not read once more. Raises as `backup` and `open_engine` do.
    """
    if on is None:
        return backup(store, file, progress=progress)
    with open_engine(on, store.project) as engine:
        name = sha256(str(file.absolute()).encode()).hexdigest()[:16]
        parts = parts_for(engine.settings, store.project, f"backup-{name}")
        report = backup(store, file, read=lambda uris: _read(engine, store, parts, uris), progress=progress)
        parts.remove()
    return report


def _read(
    engine: Engine, store: Store, parts: PartFolder, uris: Mapping[str, str]
) -> Iterator[tuple[str, bytes | Exception]]:
    task = Task(f"{__name__}:save_chunk", {}, images_address(store.project), parts, versions())
    there = parts.names()

    def done_before(chunk: list[tuple[str, str]]) -> Outcome | None:
        part = _part_name(chunk)
        return Outcome(len(chunk), result=part) if part in there else None

    size = fair_size(min(_SAVED_AT_ONCE, engine.settings.chunk), len(uris), engine.most_workers)
    chunks = in_chunks(uris.items(), size)
    for chunk, outcome in run_chunks(engine, task, chunks, watch=Watch(), done_before=done_before):
        with zipfile.ZipFile(io.BytesIO(parts.read_or_raise(outcome.result))) as saved:
            names = set(saved.namelist())
            for uri, _ in chunk:
                yield uri, saved.read(uri) if uri in names else NotFoundError(f"The image {uri} is missing.")


def verify_chunk(files: Sequence[ImageClaim], place: Workplace) -> Outcome:
    """Read some image files on a worker, and say what is wrong with each."""
    found = list(verify_files(files, place.images))
    return Outcome(len(found), Counter(problem.kind for problem in found if problem is not None), found)


def save_chunk(uris: Sequence[tuple[str, str]], place: Workplace) -> Outcome:
    """Read some image files on a worker, and put those that are sound into one file among the parts."""
    buffer = io.BytesIO()
    digests = dict(uris)
    failed: Counter[str] = Counter()
    with zipfile.ZipFile(buffer, "w") as saved:
        for uri, content in place.images.read_each(digests):
            if isinstance(content, Exception) and not isinstance(content, NotFoundError):
                raise content
            if isinstance(content, Exception) or sha256_of(content) != digests[uri]:
                failed["missing or damaged"] += 1
            else:
                saved.writestr(zipfile.ZipInfo(uri), content)
    part = _part_name(uris)
    place.parts.write(part, buffer.getvalue())
    return Outcome(len(uris), failed, part)


def _part_name(uris: Sequence[tuple[str, str]]) -> str:
    return sha256(repr(list(uris)).encode()).hexdigest() + ".zip"
