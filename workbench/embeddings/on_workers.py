"""Vectors from workers: a chunk of images in, a file of vectors out; appended here, in order."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from workbench.embeddings.encoder import Encoder
from workbench.embeddings.encoders import for_elsewhere, open_elsewhere
from workbench.embeddings.making import AT_ONCE, MadeVectors, make_vectors
from workbench.engine.chunks import fair_size, in_chunks, run_chunks
from workbench.engine.engines import open_engine
from workbench.engine.parts import Attachment, attach
from workbench.engine.progress import Watch
from workbench.engine.reach import parts_for
from workbench.engine.worker import Outcome, Task, WorkerError, Workplace, versions, worker_name
from workbench.store import Store
from workbench.store.remote_images import images_address


def vectors_from_workers(
    store: Store, theme: str, images: Sequence[tuple[str, str]], name: str, encoder: Encoder, on: str, watch: Watch
) -> Iterator[MadeVectors]:
    """Yield the vectors of a theme's images, given as digest and key, in their order; `name` opened the encoder.

    What workers made before an interruption is not made once more. At the end their files go.
    """
    with open_engine(on, store.project) as engine:
        parts = parts_for(engine.settings, store.project, f"embed-{encoder.name.replace('/', '-')}-{encoder.digest}")
        elsewhere, file = for_elsewhere(name, encoder, theme=theme, project=store.project)
        about = {"name": elsewhere, "digest": encoder.digest, "file": file and attach(file, parts)}
        task = Task(f"{__name__}:embed_chunk", about, images_address(store.project), parts, versions())
        there = parts.names()

        def done_before(chunk: list[Any]) -> Outcome | None:
            part = _part_name(chunk)
            return Outcome(len(chunk), result=part) if part in there else None

        size = fair_size(engine.settings.chunk, len(images), engine.most_workers, multiple=AT_ONCE)
        for _, outcome in run_chunks(engine, task, in_chunks(images, size), watch=watch, done_before=done_before):
            yield _unpacked(parts.read_or_raise(outcome.result), encoder.dimensions)
        parts.remove()


def embed_chunk(
    images: Sequence[tuple[str, str]], place: Workplace, *, name: str, digest: str, file: Attachment | None
) -> Outcome:
    """Make the vectors of one chunk on a worker, and put them among the parts."""
    encoder = place.once(f"{name} {digest}", lambda: _opened(name, digest, file, place))
    made = [make_vectors(part, encoder, place.images) for part in in_chunks(images, AT_ONCE)]
    part = _part_name(images)
    place.parts.write(part, _packed(made))
    failed = Counter({"the image cannot be read": sum(each.unreadable for each in made)})
    failed["the image is missing"] = sum(len(each.gone) for each in made)
    return Outcome(len(images), +failed, part)


def _opened(name: str, digest: str, file: Attachment | None, place: Workplace) -> Encoder:
    encoder = open_elsewhere(name, file.on(place.parts, place.cache) if file is not None else None)
    if encoder.digest != digest:
        raise WorkerError(
            f"The worker {worker_name()} has other weights of the encoder '{name}': {encoder.digest}, not {digest}. "
            "Install the same packages there as here, and start it once more."
        )
    return encoder


def _part_name(images: Sequence[tuple[str, str]]) -> str:
    return sha256("".join(digest for digest, _ in images).encode()).hexdigest() + ".parquet"


def _packed(made: Sequence[MadeVectors]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    digests = [digest for each in made for digest in each.digests]
    rows = [row.tobytes() for each in made for row in each.vectors]
    gone = sorted(digest for each in made for digest in each.gone)
    table = pa.table({"digest": [*digests, *gone], "vector": [*rows, *(None for _ in gone)]})
    unreadable = sum(each.unreadable for each in made)
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"unreadable": str(unreadable)}), buffer, compression="zstd")
    return buffer.getvalue()


def _unpacked(content: bytes, dimensions: int) -> MadeVectors:
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(content))
    rows = list(zip(table["digest"].to_pylist(), table["vector"].to_pylist(), strict=True))
    made = [(digest, vector) for digest, vector in rows if vector is not None]
    vectors = np.frombuffer(b"".join(vector for _, vector in made), np.float16).reshape(len(made), dimensions)
    gone = frozenset(digest for digest, vector in rows if vector is None)
    return MadeVectors([digest for digest, _ in made], vectors, int(table.schema.metadata[b"unreadable"]), gone)
