"""Exporting a theme: its images, labels, splits and boxes, in a format that other programs read."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workbench.data import formats
from workbench.data.archive.writing import count_images, write_archive
from workbench.data.formats.entry import EntryBox, Rejection
from workbench.data.formats.exported import MISSING, ExportedSample, ExportedTheme, image_file
from workbench.errors import ConflictError, WorkbenchError
from workbench.part_files import remove_abandoned
from workbench.paths import atomic_write, is_address
from workbench.progress import progress_bar
from workbench.store import Session, Store
from workbench.store.box_queries import is_theme_of_boxes
from workbench.store.box_rows import boxes_of_samples
from workbench.store.decisions import BoxData
from workbench.store.labels import label_names, labels_of
from workbench.store.samples import SampleFilter, count_samples, pages_of_samples
from workbench.store.schema import Theme
from workbench.store.themes import get_theme


@dataclass
class ExportReport:
    """What an export wrote, and what the format could not hold."""

    theme: str
    format: str
    path: str
    exported: int = 0
    left_out: list[Rejection] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return asdict(self)


def export_theme(
    store: Store, theme_name: str, path: Path | str, format: str = "folder", progress: bool = True
) -> ExportReport:
    """Write a theme's samples, deleted ones apart, into a new or empty folder; `workbench`: all of it into a new file.

    Everything is written beside the target and moved there at the end, so that a folder that exists is complete.
    Raises NotFoundError for an unknown theme, ConflictError when something is at `path`, WorkbenchError for an unknown
    format.
    """
    path = Path(path).expanduser()
    if is_address(path):
        raise WorkbenchError(f"{path} is an address. Name a path of this machine, and copy what is there afterwards.")
    remove_abandoned(path.parent)
    report = ExportReport(theme_name, format, str(path))
    if format == formats.ARCHIVE:
        with progress_bar(count_images(store, theme_name), f"Exporting {theme_name}", show=progress) as bar:
            report.exported, report.left_out = write_archive(store, theme_name, path, bar=bar)
        return report
    write = formats.exporter(format)
    with store.read() as session:
        theme = get_theme(theme_name, session=session)
        total = count_samples(theme.id, session=session)
        if total == 0:
            raise WorkbenchError(f"The theme '{theme_name}' has no images to export. Import some first.")
        _require_free(path)
        bar = progress_bar(total, f"Exporting {theme_name}", show=progress)
        try:
            with bar, atomic_write(path) as part:
                part.mkdir()
                for left_out in write(_exported_theme(store, theme, session, report.left_out), part):
                    if left_out is None:
                        bar.update()
                        report.exported += 1
                    else:
                        report.left_out.append(left_out)
                if path.is_dir():
                    path.rmdir()
        except OSError as error:
            raise _writing_error(path, error) from None
    return report


def _exported_theme(store: Store, theme: Theme, session: Session, missing: list[Rejection]) -> ExportedTheme:
    total = count_samples(theme.id, session=session)
    return ExportedTheme(
        name=theme.name,
        labels=[label.name for label in labels_of(theme.id, session=session)],
        has_boxes=is_theme_of_boxes(theme.id, session=session),
        has_splits=count_samples(theme.id, SampleFilter(split="none"), session=session) < total,
        samples=_exported_samples(store, theme.id, session, missing),
    )


def _exported_samples(
    store: Store, theme_id: int, session: Session, missing: list[Rejection]
) -> Iterator[ExportedSample]:
    """Yield a theme's living samples with their boxes, page by page in the order of their ids.

    Those whose image file is gone go to `missing`.
    """
    names = label_names(theme_id, session=session)
    for page in pages_of_samples(theme_id, session=session):
        boxes = boxes_of_samples([sample.id for sample in page], session=session)
        for sample in page:
            file = image_file(store, sample.uri)
            if file is None:
                missing.append(Rejection(sample.name, MISSING))
                continue
            drawn = boxes.get(sample.id, () if sample.nothing_there else None)
            yield ExportedSample(
                name=sample.name,
                file=file,
                sha256=sample.sha256,
                width=sample.width,
                height=sample.height,
                label=None if sample.label_id is None else names[sample.label_id],
                split=sample.split,
                boxes=None if drawn is None else tuple(_exported_box(box, names) for box in drawn),
            )


def _exported_box(box: BoxData, names: Mapping[int, str]) -> EntryBox:
    return EntryBox(names[box.label_id], box.x, box.y, box.width, box.height)


def _require_free(path: Path) -> None:
    if path.is_dir() and not any(path.iterdir()):
        return
    if path.exists() or path.is_symlink():
        raise ConflictError(f"{path} is there already. Export into a new or empty folder.")


def _writing_error(path: Path, error: OSError) -> WorkbenchError:
    if isinstance(error, FileNotFoundError) and error.filename and "images" in str(error.filename):
        return WorkbenchError(
            f"The image file {error.filename} is missing. Run 'workbench db check' to see what else is. "
            "Nothing was exported."
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WorkbenchError(f"The disk is full: the export does not fit at {path}. Nothing was exported.")
    return WorkbenchError(f"Cannot write to {path}: {error.strerror or error}. Nothing was exported.")
