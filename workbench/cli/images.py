"""Commands that bring images in and take labels out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.options import annotator_option, on_option
from workbench.cli.printing import as_json_option, counted, emit, table

if TYPE_CHECKING:
    from workbench.data.exporting import ExportReport
    from workbench.data.formats.entry import Part, Rejection
    from workbench.data.importing.preview import ImportPreview
    from workbench.data.importing.run import ImportReport
    from workbench.store import Store

# Named here too, so that help is shown without loading the formats; a test compares them.
IMPORTS = (
    "folder",
    "images",
    "csv",
    "coco",
    "voc",
    "yolo",
    "fiftyone",
    "label-studio",
    "parquet",
    "imagefolder",
    "workbench",
)
EXPORTS = ("folder", "csv", "coco", "voc", "yolo", "fiftyone", "label-studio", "parquet", "workbench")

_SHOWN_REJECTIONS = 10
_PARTS: dict[Part, tuple[str, ...]] = {
    "image": ("image or file", "images or files"),
    "label": ("label",),
    "box": ("box", "boxes"),
    "suggestion": ("suggestion",),
    "split": ("split",),
}


@click.command("import")
@click.argument("name", metavar="THEME")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "format_", help=f"{', '.join(IMPORTS)} [found out from the path]")
@click.option("--add-labels", is_flag=True, help="Add labels that the theme does not have yet.")
@click.option("--field", help="FiftyOne, parquet, CSV: the field or column that holds the labels [found out]")
@click.option("--group-field", metavar="COLUMN", help="CSV: the column that names the group of an image.")
@click.option("--group-pattern", metavar="REGEX", help=r"Groups by the files' names: 'patient_(\d+)'.")
@click.option("--group-level", type=int, metavar="N", help="Groups by folders: 1 the first of a name, -1 the last.")
@click.option("--control", help="Label Studio: the control that holds the image's label [the only one]")
@click.option(
    "--replace-labels",
    is_flag=True,
    help="Take labels alone, for images that the theme has: those of a data set in any format, or of a CSV (columns "
    "label and sha256, path or name). They replace what was decided, except what somebody else decided since (--since, "
    "or the CSV's column labeled_at).",
)
@click.option("--since", metavar="TIME", help="With --replace-labels: when the labels were taken out (ISO 8601).")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Show labels, splits, counts and the first samples, or what would change; write nothing.",
)
@on_option
@annotator_option
@as_json_option
def import_(
    name: str,
    path: Path,
    format_: str | None,
    add_labels: bool,
    field: str | None,
    group_field: str | None,
    group_pattern: str | None,
    group_level: int | None,
    control: str | None,
    replace_labels: bool,
    since: str | None,
    dry_run: bool,
    on: str | None,
    annotator: str,
    as_json: bool,
) -> None:
    """Import images, with their labels and boxes where the folder or file has some; or labels alone."""
    from workbench.engine.importing import import_anywhere
    from workbench.errors import WorkbenchError
    from workbench.store import open_store

    store = open_store()
    if on is not None and (dry_run or replace_labels):
        raise WorkbenchError("--on is for reading images; --dry-run and --replace-labels read none.")
    if since is not None and not replace_labels:
        raise WorkbenchError("--since says when labels were taken out; it goes with --replace-labels.")
    if replace_labels:
        from workbench.theme.table import set_labels

        replaced = set_labels(
            store,
            name,
            path,
            format=format_,
            field=field,
            control=control,
            replace=True,
            since=since,
            add_labels=add_labels,
            dry_run=dry_run,
            annotator=annotator,
        )
        emit(as_json, replaced.as_dict(), str(replaced))
        return
    if dry_run:
        from workbench.data.importing.preview import preview_import

        preview = preview_import(path, format_, field=field, control=control, scratch=store.project.cache)
        emit(as_json, preview.as_dict(), _preview_text(preview))
        return
    grouping = None
    if any(given is not None for given in (group_field, group_pattern, group_level)):
        from workbench.theme.group_tables import ImportedGroups

        grouping = ImportedGroups(path, group_field, group_pattern, group_level)
    report = import_anywhere(
        store,
        name,
        path,
        on=on,
        format=format_,
        annotator=annotator,
        add_labels=add_labels,
        field=field,
        control=control,
        progress=not as_json,
    )
    result, text = report.as_dict(), f"{_import_text(report)}\n{_next_step(report, store)}".rstrip()
    if grouping is not None:
        result["grouped"] = grouping.give(store, name, annotator=annotator).changed
        text += f"\nGave {counted(result['grouped'], 'sample')} a group."
    emit(as_json, result, text)
    if not report.added and not report.duplicates:
        raise SystemExit(1)


@click.command("export")
@click.argument("name", metavar="THEME")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "format_", help=f"{', '.join(EXPORTS)} (the whole theme in one file) [FILE.zip: workbench]")
@as_json_option
def export(name: str, path: Path, format_: str | None, as_json: bool) -> None:
    """Export a theme's images, labels, splits and boxes."""
    from workbench.data.exporting import export_theme
    from workbench.errors import WorkbenchError
    from workbench.store import open_store

    if format_ is None and path.suffix.lower() != ".zip":
        raise WorkbenchError(
            f"In which format? --format is one of {', '.join(EXPORTS)}; a PATH that ends in .zip gets the whole theme."
        )
    report = export_theme(open_store(), name, path, format=format_ or "workbench")
    emit(as_json, report.as_dict(), _export_text(report))


@click.command("embed")
@click.argument("name", metavar="THEME")
@click.option(
    "--encoder",
    default="auto",
    show_default=True,
    help="auto (lite0@112 where its weights are installed, else hog), hog, lite0, lite0@SIDE, model or model:VERSION "
    "(the theme's registered network), torchvision:NAME=FILE, timm:NAME=FILE, FILE.onnx. Nothing is fetched.",
)
@on_option
@as_json_option
def embed(name: str, encoder: str, on: str | None, as_json: bool) -> None:
    """Make the feature vectors of a theme's images, which the label panel's look-alikes and suggestions need.

    The panel does this by itself. Stopped, it goes on where it was. A theme of boxes gets those of its crops.
    """
    from workbench.embeddings.filling import embed as fill
    from workbench.store import open_store
    from workbench.training.crops import theme_of_images

    store = open_store()
    report = fill(store, theme_of_images(store, name), encoder, on=on, progress=not as_json)
    emit(as_json, report.as_dict(), str(report))


@click.group("cache")
def cache() -> None:
    """Prepared images that are kept for training: list, clear."""


@cache.command("list")
@as_json_option
def cache_list(as_json: bool) -> None:
    """List what is kept, with its size and when it was used last."""
    from workbench.data.cache_folder import cache_entries
    from workbench.paths import find_project

    entries = cache_entries(find_project().cache / "input")
    rows = [
        {
            "entry": each.path.name,
            "MiB": f"{each.size_bytes / 2**20:,.1f}".rjust(8),
            "used last": _local_time(each.used),
        }
        for each in entries
    ]
    total = sum(each.size_bytes for each in entries) / 2**20
    text = f"{table(rows)}\n{total:,.1f} MiB in all" if rows else "Nothing is kept."
    emit(as_json, [asdict(each) for each in entries], text)


@cache.command("clear")
@as_json_option
def cache_clear(as_json: bool) -> None:
    """Remove what is kept; the next training prepares its images again, and tries again what is quickest here."""
    from workbench.data.cache_folder import clear_cache
    from workbench.paths import find_project

    folder = find_project().cache
    removed = [*clear_cache(folder / "input"), *clear_cache(folder / "forms")]
    freed = sum(entry.size_bytes for entry in removed)
    gone = f"Removed {counted(len(removed), 'entry', 'entries')}, {freed / 2**20:,.1f} MiB."
    text = gone if removed else "Nothing was kept."
    emit(as_json, {"removed": len(removed), "bytes": freed}, text)


def _local_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")


def _import_text(report: ImportReport) -> str:
    text = f"{_taken_for(report)}Added {counted(report.added, 'image')} to '{report.theme}'; "
    text += f"{counted(report.duplicates, 'was', 'were')} there already."
    if report.labeled:
        text += f" {report.labeled:,} of those got a label or boxes that they lacked."
    if report.labels:
        text += f" {counted(report.labels, 'label')} of whole images."
    if report.boxes:
        text += f" {counted(report.boxes, 'box', 'boxes')}"
        text += f", {report.clipped:,} of them cut at the edge of their image." if report.clipped else "."
    if report.undecided:
        text += f" {counted(report.undecided, 'image')} stayed without boxes because one of theirs was refused"
        text += f", {counted(report.held_back, 'sound box', 'sound boxes')} with them" if report.held_back else ""
        text += ": mend them and import again."
    if report.turned:
        text += f" {counted(report.turned, 'photo')} turned by EXIF: stated sizes and boxes were turned with them."
    if report.new_labels:
        text += f" New labels: {', '.join(report.new_labels)}."
    for model, number in report.suggestions.items():
        text += f" {counted(number, 'suggestion')} of the model '{model}'."
    for bits, number in report.scaled.items():
        text += f" {counted(number, 'image')} of 16 bits with {bits} in use: scaled by these."
    if report.renamed_labels:
        text += f" Renamed here since: {', '.join(f'{old} is {new}' for old, new in report.renamed_labels.items())}."
    if report.differing:
        text += f" {counted(report.differing, 'image')} kept another label than this one: --replace-labels takes it."
    listed = [f"All of it: {report.rejected_file}"] if report.rejected_file else []
    told = [*_rejected_lines(report.rejected), *_remark_lines(report.remarks), *_worker_lines(report.workers)]
    return "\n".join([text, *told, *listed])


def _worker_lines(workers: dict[str, Any]) -> list[str]:
    return [
        f"worker {name}: {counted(done['images'], 'entry', 'entries')}, {done['images_per_second']:,.0f} a second"
        for name, done in workers.get("workers", {}).items()
    ]


def _taken_for(report: ImportReport | ImportPreview) -> str:
    if not report.why:
        return ""
    others = ", ".join(f"--format {name} ({why})" for name, why in report.others) or "--format NAME"
    return f"Read as {report.format} ({report.why}). Otherwise: {others}.\n"


def _preview_text(preview: ImportPreview) -> str:
    text = f"{_taken_for(preview)}{counted(preview.images, 'image')}, {counted(preview.boxes, 'box', 'boxes')}."
    for word, counts in (("Labels", preview.labels), ("Splits", preview.splits)):
        text += f"\n{word}: {', '.join(f'{name} {count:,}' for name, count in counts.items()) or 'none'}"
    for name, count in preview.suggestions.items():
        text += f"\nSuggestions of the model '{name}': {count:,}"
    rows = [{key: "" if value is None else str(value) for key, value in each.items()} for each in preview.first]
    lines = [table(rows)] if rows else []
    told = [*_rejected_lines(preview.rejected), *_remark_lines(preview.remarks)]
    return "\n".join([text, *lines, *told, "Nothing was written."])


def _next_step(report: ImportReport, store: Store) -> str:
    from workbench.store.counts import UNASSIGNED, theme_counts
    from workbench.store.themes import get_theme

    if not report.added:
        return ""
    with store.read() as session:
        theme = get_theme(report.theme, session=session)
        counts = theme_counts(theme.id, session=session)
    boxes = theme.task == "boxes"
    if not counts.labeled and not report.boxes:
        return f"Next: workbench lab, and label in notebooks/{'01_label_boxes' if boxes else '01_label'}.ipynb"
    split = counts.samples - counts.splits[UNASSIGNED]
    if not split or (split < counts.labeled and not boxes):
        return f"Next: workbench split {quote(report.theme)}"
    return f"Next: workbench train {quote(report.theme)}{' --set data.samples=boxes' if boxes else ''}"


def _export_text(report: ExportReport) -> str:
    text = f"Exported {counted(report.exported, 'image')} of '{report.theme}' to {report.path}."
    return "\n".join([text, *_rejected_lines(report.left_out)])


def _remark_lines(remarks: Sequence[Rejection]) -> list[str]:
    return _listed("To know:", remarks)


def _rejected_lines(rejected: Sequence[Rejection]) -> list[str]:
    parts = Counter(each.part for each in rejected)
    named = ", ".join(counted(parts[part], *words) for part, words in _PARTS.items() if parts[part])
    return _listed(f"{counted(len(rejected), 'was', 'were')} left out ({named}):", rejected)


def _listed(heading: str, entries: Sequence[Rejection]) -> list[str]:
    if not entries:
        return []
    lines = [heading, *(f"  {entry.path}: {entry.reason}" for entry in entries[:_SHOWN_REJECTIONS])]
    if len(entries) > _SHOWN_REJECTIONS:
        lines.append(f"  and {len(entries) - _SHOWN_REJECTIONS:,} more; --json lists all.")
    return lines
