"""The commands that begin a project, and that let one from elsewhere run code."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.printing import as_json_option, emit


@click.command("trust")
@as_json_option
def trust(as_json: bool) -> None:
    """Let files of this project run code: custom callbacks, and networks in the folders of models.

    Needed once for a project that was restored from a backup, or moved or copied here. Look at that code first:
    callbacks.custom in params.yaml and the modules that it names, and the models in db/artifacts.
    """
    from workbench.paths import find_project
    from workbench.trust import trust as trust_project

    project = find_project()
    how = trust_project(project)
    text = f"The project {project.root} {how}; its code may run from now on." if how else "Its code may run already."
    emit(as_json, {"project": str(project.root), "was": how}, text)


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
