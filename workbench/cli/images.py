"""Commands that bring images in and take labels out."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.options import annotator_option
from workbench.cli.printing import as_json_option, emit


@click.command("import")
@click.argument("name", metavar="THEME")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "format_", help="folder, images, csv, coco, voc, yolo ... [found out from the path]")
@click.option("--add-labels", is_flag=True, help="Add labels that the theme does not have yet.")
@annotator_option
@as_json_option
def import_(name: str, path: Path, format_: str | None, add_labels: bool, annotator: str, as_json: bool) -> None:
    """Import images, with their labels where the folder or file has some."""
    from workbench.data.importing import import_images
    from workbench.store import open_store

    report = import_images(
        open_store(), name, path, format=format_, annotator=annotator, add_labels=add_labels, progress=not as_json
    )
    emit(as_json, report.as_dict(), report.as_text())


@click.command("export")
@click.argument("name", metavar="THEME")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "format_", required=True, help="folder, csv, coco, voc, yolo ...")
@as_json_option
def export(name: str, path: Path, format_: str, as_json: bool) -> None:
    """Export a theme's images and labels."""
    from workbench.data.exporting import export_theme
    from workbench.store import open_store

    report = export_theme(open_store(), name, path, format=format_)
    emit(as_json, report.as_dict(), report.as_text())
