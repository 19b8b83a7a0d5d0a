"""The theme that is meant where none is named."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import NotFoundError
from workbench.paths import Project
from workbench.store import open_store
from workbench.store.themes import list_themes
from workbench.training.params import load_params


def default_theme(params_file: Path | str = "params.yaml", *, project: Project | None = None) -> str:
    """Return the theme that `params_file` (relative to the project's folder) names.

    Raises NotFoundError when there is no such theme, and ConfigError for a file that is not in order.
    """
    store = open_store(project)
    try:
        name = load_params(store.project.root / params_file).theme
        with store.read() as session:
            known = [theme.name for theme in list_themes(session=session)]
    finally:
        store.close()
    if name in known:
        return name
    if not known:
        raise NotFoundError("There are no themes yet. Create one: workbench theme create NAME --label A --label B.")
    raise NotFoundError(
        f"There is no theme '{name}', which {params_file} names. Known: {', '.join(known[:20])}. "
        f"Write one of them into {params_file}, or into the parameters cell of the notebook."
    )
