"""Nearest neighbors from workers: a block of queries in, a file of neighbors out, in order."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from workbench.embeddings.duplicates.candidates import NEIGHBORS, Nearest, index_of
from workbench.engine.chunks import in_chunks, run_chunks
from workbench.engine.engines import Engine
from workbench.engine.parts import Attachment, PartFolder, attach
from workbench.engine.progress import Watch
from workbench.engine.reach import parts_for
from workbench.engine.worker import Outcome, Task, Workplace, versions
from workbench.paths import Project
from workbench.store.remote_images import images_address


def nearest_on_workers(
    engine: Engine, project: Project, vectors: np.ndarray, queries: Iterable[np.ndarray], watch: Watch
) -> Iterator[Nearest]:
    """Yield what `nearest_here` yields, from workers: each gets all vectors once. At the end their files go."""
    digest = sha256(vectors.tobytes()).hexdigest()[:24]
    parts = parts_for(engine.settings, project, f"neighbors-{digest}")
    task = Task(
        f"{__name__}:search_chunk", {"vectors": _attached(vectors, parts)}, images_address(project), parts, versions()
    )
    there = parts.names()

    def done_before(chunk: list[np.ndarray]) -> Outcome | None:
        part = _part_name(chunk)
        return Outcome(len(chunk[0]), result=part) if part in there else None

    for _, outcome in run_chunks(engine, task, in_chunks(queries, 1), watch=watch, done_before=done_before):
        with np.load(io.BytesIO(parts.read_or_raise(outcome.result))) as found:
            yield found["squares"], found["numbers"]
    parts.remove()


def search_chunk(blocks: Sequence[np.ndarray], place: Workplace, *, vectors: Attachment) -> Outcome:
    """Look for the neighbors of one block of queries on a worker, and put them among the parts."""
    index = place.once(vectors.digest, lambda: index_of(np.load(vectors.on(place.parts, place.cache))))
    squares, numbers = index.search(np.ascontiguousarray(blocks[0]), NEIGHBORS + 1)
    content = io.BytesIO()
    np.savez(content, squares=squares, numbers=numbers)
    part = _part_name(blocks)
    place.parts.write(part, content.getvalue())
    return Outcome(len(blocks[0]), result=part)


def _attached(vectors: np.ndarray, parts: PartFolder) -> Attachment:
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        file = Path(folder) / "vectors.npy"
        np.save(file, vectors)
        return attach(file, parts)


def _part_name(blocks: Sequence[np.ndarray]) -> str:
    return sha256(blocks[0].tobytes()).hexdigest() + ".npz"
