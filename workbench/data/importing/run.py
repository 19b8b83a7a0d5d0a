"""Importing images and labels into a theme: each file once, whole or not at all, each rejection with its reason."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from workbench.data import formats
from workbench.data.archive import read_archive
from workbench.data.formats.entry import Entry, Rejection, Remark, Source
from workbench.data.formats.uploads import UploadSource
from workbench.data.importing.checks import ImportTarget, find_target, require_path
from workbench.data.importing.suggestions import write_suggestions
from workbench.data.importing.unpacking import unpacked
from workbench.data.importing.workers import PreparedImage, prepare_image
from workbench.errors import InterruptedRunError, WorkbenchError
from workbench.progress import progress_bar
from workbench.store import Session, Store
from workbench.store.annotators.second_opinions import give_opinion
from workbench.store.decisions import BoxData
from workbench.store.events import start_batch
from workbench.store.images import ImageFiles
from workbench.store.ingest import IngestImage, IngestResult, ingest_images
from workbench.store.labels import labels_of
from workbench.store.samples import sample_ids_by_sha256
from workbench.store.schema import Batch
from workbench.store.themes import get_theme
from workbench.user import user_name

IMAGES_PER_TRANSACTION = 1_000

_PROBE = 32  # entries by which an import is judged to be of large images
_AHEAD = 1_000
_LARGE = 2**16  # bytes

Prepare = Callable[[Iterator[Entry | Rejection], ImageFiles], Iterator[PreparedImage | Rejection]]
"""What reads, checks and keeps images, and yields the results in the order of the entries."""


@dataclass
class ImportReport:
    """What an import did.

    `why` says why the format was taken, empty when the caller named it; `others` are the formats that it may be as
    well, each with its reason. `added` counts new samples, `duplicates` images that the theme had already,
    `labeled` those of the known ones that got a label or boxes which they lacked, `labels` the labels of whole
    images that were taken, `boxes` and `clipped` the boxes and how many of them stood over the edge of their image.
    `undecided` images have no boxes yet because one of theirs was refused, and `held_back` counts the sound ones
    among them: the mended data set completes them. `differing` counts images that have another label here, which
    was kept. `renamed_labels` are labels of the data set that were renamed or merged in the theme since, with their
    names there. `suggestions` counts what models predicted, by the name of each. `turned` counts photos whose
    stated size and boxes were those before EXIF turns them. `scaled` counts 16-bit images of which fewer bits are
    in use, by these. `rejected` names every file or line that was left out, with the reason, and so does the text
    file `rejected_file` below the project's `runs/`. `remarks` are what to know of what was read, with nothing
    refused. `workers` says what each worker did, where the import ran on some.
    """

    theme: str
    format: str
    why: str = ""
    others: list[tuple[str, str]] = field(default_factory=list)
    added: int = 0
    duplicates: int = 0
    labeled: int = 0
    labels: int = 0
    boxes: int = 0
    clipped: int = 0
    turned: int = 0
    undecided: int = 0
    held_back: int = 0
    differing: int = 0
    new_labels: list[str] = field(default_factory=list)
    renamed_labels: dict[str, str] = field(default_factory=dict)
    suggestions: dict[str, int] = field(default_factory=dict)
    scaled: dict[int, int] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    rejected_file: str = ""
    workers: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return asdict(self)


def import_images(
    store: Store,
    theme_name: str,
    path: Path | str,
    format: str | None = None,
    annotator: str | None = None,
    add_labels: bool = False,
    field: str | None = None,
    control: str | None = None,
    progress: bool = True,
    prepare: Prepare | None = None,
) -> ImportReport:
    """Import a file or folder into a theme and return a report of every part of it.

    Without `format` the format is found out from what lies there; a zip or tar is unpacked for it. A theme without
    labels gets those of the data set; otherwise a label that it does not have is an error unless `add_labels` is
    true. An archive of a whole theme (`workbench`) makes the theme where there is none. An image that the theme has
    already is a duplicate and gets what it lacks; a decision that is there is never replaced. Images come in
    transactions of 1,000: after an interruption the same import completes what is missing. `field` names FiftyOne's
    field or a table's column with the labels, `control` Label Studio's. `prepare` reads, checks and keeps the images
    instead of this process.

    Raises NotFoundError for an unknown theme or path, WorkbenchError for an unknown format, a data set without images
    or one that cannot be read as that format, InterruptedRunError when stopped by the keyboard.
    """
    path = Path(path).expanduser()
    require_path(path)
    if format == formats.ARCHIVE:
        return _import_archive(store, theme_name, path, progress)
    with unpacked(path, store.project.cache) as opened:
        detected = formats.detect(opened, format, field)
        if detected.format == formats.ARCHIVE:
            return _import_archive(store, theme_name, path, progress)
        target = find_target(store, theme_name)
        source = formats.open_source(detected.format, detected.path, field=field, control=control)
        if source.total == 0:
            raise WorkbenchError(f"{path} holds no images. Give the folder or file that holds the data set.")
        target.check_labels(source, add_labels=add_labels)
        report = ImportReport(
            theme_name,
            detected.format,
            why=detected.why,
            others=list(detected.others),
            renamed_labels=target.renamed(),
            remarks=list(target.remarks),
        )
        note = f"{detected.format} {path.name}"
        return _ImportRun(store, target, report, annotator, note, prepare or _prepare_all).run(source, progress)


def _import_archive(store: Store, theme_name: str, path: Path, progress: bool) -> ImportReport:
    with progress_bar(None, f"Importing {theme_name}", show=progress) as bar:
        read = read_archive(store, theme_name, path, bar=bar)
    with store.read() as session:
        names = [label.name for label in labels_of(get_theme(theme_name, session=session).id, session=session)]
    report = ImportReport(
        theme_name, formats.ARCHIVE, added=read.rows["samples"], boxes=read.rows["boxes"], new_labels=names
    )
    if read.lost_origin is not None:
        report.remarks.append(
            Remark(
                path.name,
                f"it was forked from '{read.lost_origin}', which is not here with its images, so it cannot be merged "
                "back. Import that first, then this once more under another name",
            )
        )
    return report


def import_uploads(
    store: Store, theme_name: str, files: Sequence[tuple[str, bytes | Path]], annotator: str | None = None
) -> ImportReport:
    """Import images given as (name, bytes or a file), without labels, as a panel or a request brings them."""
    target = find_target(store, theme_name)
    run = _ImportRun(store, target, ImportReport(theme_name, "images"), annotator, "upload", _prepare_all)
    return run.run(UploadSource(files), progress=False)


class _ImportRun:
    """One import: what it adds to, and its report so far."""

    def __init__(
        self,
        store: Store,
        target: ImportTarget,
        report: ImportReport,
        annotator: str | None,
        note: str,
        prepare: Prepare,
    ) -> None:
        self.store = store
        self.target = target
        self.report = report
        self.annotator = annotator or user_name()
        self.note = note
        self.prepare = prepare
        self.batch_id: int | None = None

    def run(self, source: Source, progress: bool) -> ImportReport:
        waiting: list[PreparedImage] = []
        try:
            with progress_bar(source.total, f"Importing into {self.report.theme}", show=progress) as bar:
                for result in self.prepare(source.entries(), self.store.images):
                    bar.update()
                    if isinstance(result, Rejection):
                        self._note(result)
                        continue
                    waiting.append(result)
                    if len(waiting) == IMAGES_PER_TRANSACTION:
                        self._commit(waiting)
                        waiting = []
                self._commit(waiting)
        except KeyboardInterrupt:
            raise InterruptedRunError(
                f"The import was stopped. {self.report.added:,} images are in the theme '{self.report.theme}'; "
                "run the same import again to complete it."
            ) from None
        self.report.remarks += self.target.remarks_on_suggestions()
        if self.report.rejected or self.report.remarks:
            self.report.rejected_file = str(self._write_rejected())
        return self.report

    def _note(self, found: Rejection) -> None:
        if isinstance(found, Remark):
            self.report.remarks.append(found)
        else:
            self.report.rejected.append(found)

    def _write_rejected(self) -> Path:
        """Write what was left out, then the remarks, one a line, and return the file."""
        folder = self.store.project.runs / "imports"
        folder.mkdir(parents=True, exist_ok=True)
        readable = re.sub(r"[^\w-]+", "-", self.report.theme)[:60]
        start = f"{time.strftime('%Y%m%d-%H%M%S')}-{readable}-"
        handle, path = tempfile.mkstemp(prefix=start, suffix=".txt", dir=folder)
        with open(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(f"{each.path}\t{each.reason}\n" for each in self.report.rejected)
            file.writelines(f"{each.path}\tremark: {each.reason}\n" for each in self.report.remarks)
        return Path(path)

    def _commit(self, images: list[PreparedImage]) -> None:
        """Write some images in one transaction; the report counts them only when that succeeded."""
        if not images:
            return
        self.store.images.flush()
        with self.store.write() as session:
            # Boxes that were refused make a theme of boxes, too: the mended ones shall find it.
            with_boxes = any(image.boxes or (image.undecided and image.entry.label is None) for image in images)
            new_labels = self.target.ensure_labels(with_boxes=with_boxes, session=session)
            batch = session.get(Batch, self.batch_id) if self.batch_id else None
            batch = batch or start_batch(
                self.target.theme_id,
                "import",
                annotator=self.annotator,
                source="import",
                note=self.note,
                session=session,
            )
            ingested = [self._ingest_image(image) for image in images]
            results = ingest_images(self.target.theme_id, ingested, batch=batch, session=session)
            self._give_opinions(images, results, session)
            suggestions = write_suggestions(self.target, images, results, session=session)
            batch_id = batch.id
        self.batch_id = batch_id
        self.report.new_labels += new_labels
        for model, number in suggestions.items():
            self.report.suggestions[model] = self.report.suggestions.get(model, 0) + number
        for image, added, result in zip(images, ingested, results, strict=True):
            self._count(image, added, result)

    def _ingest_image(self, image: PreparedImage) -> IngestImage:
        ids = self.target.label_ids
        boxes = (
            None
            if image.boxes is None
            else tuple(BoxData(ids[box.label], box.x, box.y, box.width, box.height) for box in image.boxes)
        )
        return IngestImage(
            name=image.name,
            sha256=image.sha256,
            uri=image.uri,
            width=image.width,
            height=image.height,
            size_bytes=image.size_bytes,
            label_id=None if image.entry.label is None else ids[image.entry.label],
            split=image.entry.split,
            boxes=boxes,
        )

    def _give_opinions(self, images: list[PreparedImage], results: list[IngestResult], session: Session) -> None:
        """Record what further annotators said of the images that got their label just now."""
        new = zip(images, results, strict=True)
        said = [image for image, found in new if image.entry.opinions and found.status in ("added", "labeled")]
        ids = sample_ids_by_sha256(self.target.theme_id, [image.sha256 for image in said], session=session)
        for image in said:
            for annotator, label in image.entry.opinions:
                if annotator != self.annotator:
                    label_id = self.target.label_ids[label]
                    sample_id = ids[image.sha256]
                    give_opinion(self.target.theme_id, sample_id, label_id, annotator=annotator, session=session)

    def _count(self, image: PreparedImage, added: IngestImage, result: IngestResult) -> None:
        report = self.report
        report.rejected += image.refused
        report.undecided += image.undecided
        report.turned += image.turned
        report.held_back += image.held_back
        if image.bits not in (None, 16):
            report.scaled[image.bits] = report.scaled.get(image.bits, 0) + 1
        if result.status == "refused":
            report.rejected.append(Rejection(image.entry.source or image.entry.name, result.reason))
            report.differing += result.differs
            return
        report.added += result.status == "added"
        report.duplicates += result.status in ("duplicate", "labeled")
        report.labeled += result.status == "labeled"
        if result.status != "duplicate":
            report.labels += added.label_id is not None
            report.boxes += len(added.boxes or ())
            report.clipped += image.clipped


def _prepare_all(entries: Iterator[Entry | Rejection], images: ImageFiles) -> Iterator[PreparedImage | Rejection]:
    """Prepare entries and yield the results in their order: large images in threads, a bounded number ahead.

    Decoders let other threads run only while they are busy with many pixels: small images are quicker without.
    """
    first = list(islice(entries, _PROBE))
    entries = chain(first, entries)
    if not _large(first):
        yield from (prepare_entry(entry, images) for entry in entries)
        return
    ahead: deque[Future[PreparedImage | Rejection]] = deque()
    pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="import")
    try:
        for entry in entries:
            ahead.append(pool.submit(prepare_entry, entry, images))
            if len(ahead) > _AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _large(entries: list[Entry | Rejection]) -> bool:
    paths = [entry.path for entry in entries if isinstance(entry, Entry) and entry.path is not None]
    sizes = [os.path.getsize(path) for path in paths if os.path.isfile(path)]
    return bool(sizes) and sum(sizes) / len(sizes) > _LARGE


def prepare_entry(entry: Entry | Rejection, images: ImageFiles) -> PreparedImage | Rejection:
    """Prepare what a source gives; a rejection is passed on."""
    return entry if isinstance(entry, Rejection) else prepare_image(entry, images)
