"""Prediction on workers: a chunk of items in, a Parquet file of answers out; rows come back in the items' order."""

from __future__ import annotations

import io
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice, tee
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.engine.chunks import fair_size, in_chunks, run_chunks
from workbench.engine.engines import Engine
from workbench.engine.parts import Attachment, PartFolder, attach
from workbench.engine.progress import Watch
from workbench.engine.reach import folders_of, parts_for
from workbench.engine.worker import Outcome, Task, Workplace, versions
from workbench.inference.box_sources import BoxesOfTheme
from workbench.inference.items import STORED, Item, Source, ThemeSource
from workbench.inference.output_formats import Row
from workbench.registry.model_loading import LoadedModel, content_folder
from workbench.store.remote_images import images_address

if TYPE_CHECKING:
    from workbench.data.batches.probabilities import Forward
    from workbench.paths import Project
    from workbench.registry.pyfunc import ImageClassifier


@dataclass
class OnWorkers:
    """Answers for items, from workers. What they answered before an interruption is in `parts` and is not asked for."""

    engine: Engine
    task: Task
    class_names: tuple[str, ...]
    batch_size: int
    watch: Watch = field(default_factory=Watch)

    def rows(self, items: Iterator[Item], total: int | None) -> Iterator[list[Row]]:
        """Yield the rows of the items, chunk by chunk, in order."""
        size = fair_size(self.engine.settings.chunk, total, self.engine.most_workers, multiple=self.batch_size)
        there = self.task.parts.names()

        def done_before(chunk: list[Item]) -> Outcome | None:
            name = _part_name(chunk, self.task.about["run"])
            return Outcome(len(chunk), result=name) if name in there else None

        # Workers have another folder of their own, from which a relative path would lead elsewhere.
        sent, given = tee(items)
        chunks = in_chunks(map(_absolute, sent), size)
        for chunk, outcome in run_chunks(self.engine, self.task, chunks, watch=self.watch, done_before=done_before):
            answered = list(islice(given, len(chunk)))
            yield _unpacked(self.task.parts, outcome.result, answered, self.class_names)


@contextmanager
def on_workers(
    engine: Engine,
    loaded: LoadedModel,
    source: Source,
    settings: Mapping[str, Any],
    batch_size: int,
    num_threads: int,
    project: Project,
) -> Iterator[OnWorkers]:
    """Have the workers of an engine answer with a model, for the time of the block.

    `settings` (plain data) tell which prediction it is. When the block ends well, what workers left goes.
    """
    run = sha256(json.dumps([dict(settings), batch_size, versions()], sort_keys=True).encode()).hexdigest()[:24]
    parts = parts_for(engine.settings, project, f"predict-{run}")
    about = {
        "run": run,
        "model": attach(content_folder(loaded.reference, project), parts),
        "precision": settings["precision"],
        "views": tuple(settings["views"]),
        "batch_size": batch_size,
        "num_threads": num_threads,
    }
    task = Task(
        f"{__name__}:predict_chunk", about, images_address(project), parts, versions(), folders_of(source.paths)
    )
    yield OnWorkers(engine, task, loaded.class_names, batch_size)
    parts.remove()


def for_workers(source: Source) -> Source:
    """Let a source name the images of the store by their keys, so that each worker fetches its own."""
    return replace(source, by_key=True) if isinstance(source, ThemeSource | BoxesOfTheme) else source


def predict_chunk(
    items: Sequence[Item],
    place: Workplace,
    *,
    run: str,
    model: Attachment,
    precision: str,
    views: Sequence[str],
    batch_size: int,
    num_threads: int,
) -> Outcome:
    """Answer one chunk on a worker, and put the answers among the parts."""
    from workbench.inference.batches import read_in_threads
    from workbench.inference.forward import predict_batch

    classifier, forward = place.once(
        f"{model.digest} {precision} {views}", lambda: _open(model.on(place.parts, place.cache), precision, views)
    )
    keys = [item.path.removeprefix(STORED) for item in items if item.path.startswith(STORED)]
    files = dict(zip(keys, place.files(keys), strict=True))
    here = [item._replace(path=files.get(item.path.removeprefix(STORED), item.path)) for item in items]
    batches = read_in_threads(here, classifier.preprocessing, batch_size=batch_size, num_threads=num_threads)
    rows = [row for batch in batches for row in predict_batch(batch, forward, classifier.class_names)]
    name = _part_name(items, run)
    place.parts.write(name, _packed(rows, len(classifier.class_names)))
    return Outcome(len(rows), Counter(row.error for row in rows if row.error is not None), name)


def _open(content: Path, precision: str, views: Sequence[str]) -> tuple[ImageClassifier, Forward]:
    import torch

    from workbench.data.batches.probabilities import Forward
    from workbench.data.batches.tta import views_named
    from workbench.registry.pyfunc import ImageClassifier

    classifier = ImageClassifier(content)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return classifier, Forward(
        classifier.network, device, precision, views_named(views), classifier.content.temperature
    )


def _absolute(item: Item) -> Item:
    if not item.path or item.path.startswith(STORED):
        return item
    return item._replace(path=os.path.abspath(item.path))


def _part_name(items: Sequence[Item], run: str) -> str:
    digest = sha256(run.encode())
    for item in items:
        digest.update(repr(tuple(item)).encode(errors="surrogateescape"))
    return f"{digest.hexdigest()}.parquet"


def _packed(rows: Sequence[Row], classes: int) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    nothing = [np.nan] * classes
    numbers = np.array([nothing if row.probabilities is None else row.probabilities for row in rows], np.float64)
    table = pa.table(
        {
            "label": pa.array([row.label for row in rows], pa.string()),
            "score": pa.array([row.score for row in rows], pa.float64()),
            "error": pa.array([row.error for row in rows], pa.string()),
            "probabilities": pa.FixedSizeListArray.from_arrays(numbers.ravel(), classes),
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _unpacked(parts: PartFolder, name: str, items: Sequence[Item], class_names: Sequence[str]) -> list[Row]:
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(parts.read_or_raise(name)))
    numbers = table["probabilities"].combine_chunks().flatten().to_numpy().reshape(len(items), len(class_names))
    columns = (table[column].to_pylist() for column in ("label", "score", "error"))
    return [
        Row(item, label, score, None if error is not None else shares, error)
        for item, label, score, error, shares in zip(items, *columns, numbers.tolist(), strict=True)
    ]
