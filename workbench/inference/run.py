"""One prediction: images in, rows out, in steps that an interruption does not lose."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from workbench.errors import InterruptedRunError, WorkbenchError
from workbench.inference.items import Item, Position, Source, SourceChangedError, ThemeSource
from workbench.inference.metrics import RowCounts
from workbench.inference.output_formats import Row
from workbench.inference.result import PredictionResult
from workbench.inference.resume_log import ResumeLog
from workbench.inference.store_writer import StoreWriter
from workbench.notebooks import is_batch
from workbench.progress import progress_bar, progress_lines
from workbench.registry.model_loading import LoadedModel
from workbench.registry.test_meter import count_evaluation, meter_of

if TYPE_CHECKING:
    from workbench.data.batches.probabilities import Forward
    from workbench.engine.progress import Watch
    from workbench.inference.on_workers import OnWorkers

_STEP_VALUES = 200_000
_STEP_SECONDS = 5.0
_KEPT_FAILURES = 1_000
_KEPT_AT_ONCE = 500


@dataclass
class PredictionRun:
    """One prediction, from the first image or where an interrupted one stopped to the finished file.

    `forward` is the network of this process, or workers that have it.
    """

    loaded: LoadedModel
    source: Source
    forward: Forward | OnWorkers
    log: ResumeLog
    writer: StoreWriter
    batch_size: int
    num_workers: int
    failures: list[tuple[str, str]] = field(default_factory=list)
    stored: int = 0
    _waiting: list[Row] = field(default_factory=list)

    def run(self, *, resume: bool, progress: bool) -> PredictionResult:
        """Predict, and give the output its name. Raises InterruptedRunError when the user stops it."""
        started = time.monotonic()
        names, tested = self.writer.names, 0
        counts = RowCounts(tuple(dict.fromkeys(names.values())), names)
        after, items = self._open(counts, resume)
        with _counter(self.source, after, progress, self._watch) as count:
            self._predict(items, counts, count)
        self.log.finish()
        if isinstance(self.source, ThemeSource):
            model = self.loaded.reference
            tested = self.source.count_test()
            count_evaluation(self.writer.store, model.theme_id, model.run_id, "prediction", tested)
        return self._result(counts, tested, seconds=time.monotonic() - started, resumed=after.rows if after else 0)

    def _result(self, counts: RowCounts, tested: int, *, seconds: float, resumed: int) -> PredictionResult:
        model = self.loaded.reference
        return PredictionResult(
            theme=model.theme,
            run_id=model.run_id,
            model_version=model.version,
            source=self.source.name,
            output=self.log.output.resolve(),
            class_names=tuple(self.loaded.class_names),
            images=counts.predicted + counts.failed,
            predicted=counts.predicted,
            failed=counts.failed,
            seconds=seconds,
            resumed=resumed,
            stored=self.stored,
            by_label=dict(counts.by_label.most_common()),
            failures=tuple(self.failures),
            confusion=counts.confusion(),
            trained=counts.trained,
            unseen=counts.unseen(),
            notes=self.writer.notes(),
            test=self._on_test(counts, tested),
            origin=self.loaded.classifier.content.origin(),
            workers=self._watch,
        )

    def _on_test(self, counts: RowCounts, tested: int) -> str:
        """Say what the figures of test images rest on, empty where there are none among the images."""
        if not tested:
            return ""
        with self.writer.store.read() as session:
            meter = meter_of(self.loaded.reference.theme_id, session=session)
        matrix = counts.confusion()
        if matrix is None or tested < counts.predicted + counts.failed:
            return f"{tested:,} of these images are of the test split: {meter}"
        return str(meter.figure(int(matrix.counts.trace()), matrix.total))

    @property
    def _watch(self) -> Watch | None:
        from workbench.inference.on_workers import OnWorkers

        return self.forward.watch if isinstance(self.forward, OnWorkers) else None

    def _open(self, counts: RowCounts, resume: bool) -> tuple[Position | None, Iterator[Item]]:
        """Resume an interrupted run of the same prediction, else start; return where it stopped and what is left."""
        after = self.log.position() if resume else None
        if after is not None:
            try:
                rest = _opened(self.source.items(after))
            except SourceChangedError:
                after = None
            else:
                self._resume(counts)
                return after, rest or iter(())
        items = _opened(self.source.items(None))
        if items is None:
            raise WorkbenchError(f"The source '{self.source.name}' holds no images. Check the folder or pattern.")
        self.log.start()
        return None, items

    def _resume(self, counts: RowCounts) -> None:
        """Continue the file of the interrupted run and count what is in it."""
        self.log.resume()
        kept = self.log.rows()
        while rows := list(islice(kept, _KEPT_AT_ONCE)):
            counts.add(rows, self.writer.trained(rows))
            for row in rows:
                self._note_failure(row)
                self.stored += self.writer.stores(row)

    def _predict(self, items: Iterator[Item], counts: RowCounts, count: Any) -> None:
        since = time.monotonic()
        full = max(1, _STEP_VALUES // (1 + len(self.loaded.class_names)))
        try:
            for rows in self._rows(items):
                counts.add(rows, self.writer.trained(rows))
                self._waiting += rows
                count(len(rows))
                if len(self._waiting) >= full or time.monotonic() - since > _STEP_SECONDS:
                    self._save()
                    since = time.monotonic()
        except KeyboardInterrupt:
            self._save()
            raise InterruptedRunError(
                f"Stopped after {self.log.written:,} images. Predict again in the same way to continue there."
            ) from None
        self._save()

    def _save(self) -> None:
        with _uninterrupted():
            # The store first: should the file miss its part, these rows are predicted again and replace themselves.
            self.stored += self.writer.write(self._waiting)
            self.log.append(self._waiting)
            for row in self._waiting:
                self._note_failure(row)
            self._waiting = []

    def _note_failure(self, row: Row) -> None:
        if row.error is not None and len(self.failures) < _KEPT_FAILURES:
            self.failures.append((row.item.file, row.error))

    def _rows(self, items: Iterator[Item]) -> Iterator[list[Row]]:
        from workbench.inference.batches import read_batches
        from workbench.inference.forward import predict_batch
        from workbench.inference.on_workers import OnWorkers

        total = self.source.count()
        if isinstance(self.forward, OnWorkers):
            yield from self.forward.rows(items, total)
            return
        # Starting workers costs more than they save on a handful of images.
        workers = 0 if total is not None and total <= 2 * self.batch_size else self.num_workers
        preprocessing = self.loaded.preprocessing
        for batch in read_batches(items, preprocessing, batch_size=self.batch_size, num_workers=workers):
            yield predict_batch(batch, self.forward, self.loaded.class_names)


def _opened(items: Iterator[Item]) -> Iterator[Item] | None:
    """Take the first item already, so that a source that cannot be read fails before anything is written."""
    first = next(items, None)
    return None if first is None else chain([first], items)


@contextmanager
def _counter(source: Source, after: Position | None, shown: bool, watch: Watch | None) -> Iterator[Any]:
    initial = after.rows if after else 0
    if is_batch():
        yield progress_lines(source.count(), "predict", initial=initial) if shown else lambda _: None
        return
    total = source.count() if shown else None
    with progress_bar(total, "predict", show=shown, initial=initial) as bar:
        yield bar.update if watch is None else watch.beside(bar)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let an interrupt wait until the block is done. In other threads than the main one none arrives anyway."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is None:
        yield
        return
    arrived = False

    def note(*_: object) -> None:
        nonlocal arrived
        arrived = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if arrived:
        raise KeyboardInterrupt
