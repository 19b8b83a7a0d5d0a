"""The command that begins a project."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.printing import as_json_option, emit


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@as_json_option
def init(folder: Path, as_json: bool) -> None:
    """Begin a project in FOLDER (default: here) with the shipped settings and notebooks.

    A clone of the repository is a project already; begin one to keep your data apart from the code, or where the
    workbench was installed as a package.
    """
    from workbench.new_project import new_project

    folder = folder.expanduser().resolve()
    files = new_project(folder)
    text = f"{len(files)} files are in {folder}. Next, in there: workbench theme create NAME, workbench lab"
    emit(as_json, {"folder": str(folder), "files": [str(file) for file in files]}, text)
