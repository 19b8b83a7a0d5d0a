"""Beginning a project: the settings and notebooks that every project starts from."""

from __future__ import annotations

import shutil
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.paths import asset

SETTINGS = ("params.yaml", "auguments.yaml", "optuna_params.yaml")


def new_project(folder: Path) -> list[Path]:
    """Put the shipped settings and notebooks into a folder, which is made, and return the new files.

    Raises WorkbenchError when one of them is there already: nothing is written then.
    """
    sources = {folder / name: asset(name) for name in SETTINGS}
    sources |= {folder / "notebooks" / file.name: file for file in sorted(asset("notebooks").glob("*.ipynb"))}
    there = [str(target) for target in sources if target.exists()]
    if there:
        raise WorkbenchError(
            f"{there[0]} exists already: there is a project in {folder}. Choose another folder; nothing was written."
        )
    try:
        (folder / "notebooks").mkdir(parents=True, exist_ok=True)
        for target, source in sources.items():
            shutil.copyfile(source, target)
    except OSError as error:
        raise WorkbenchError(f"The project cannot be written to {folder}: {error.strerror or error}.") from None
    return list(sources)
