"""What serves a theme of boxes where whole images are asked for: the theme of its crops, each with one label."""

from __future__ import annotations

from contextlib import closing

from workbench.data.theme_of_crops import current_theme_of_crops, cut_boxes, theme_of_crops
from workbench.jobs.launcher import start_job
from workbench.jobs.records import Job, latest_job
from workbench.paths import Project, find_project
from workbench.store import Store, open_store
from workbench.store.crop_themes import CutBox
from workbench.store.themes import get_theme

KIND = "crops"
SPLITTER = "training"
"""Who is recorded where crops and splits follow what people did elsewhere."""


def theme_of_images(store: Store, name: str) -> str:
    """Return the theme itself, or for a theme of boxes the one of their crops, brought up to date.

    The margin is that of a training by params.yaml; no image is given a split. Raises NotFoundError for an unknown
    theme, WorkbenchError for one without boxes.
    """
    if not _has_boxes(store, name):
        return name
    return theme_of_crops(store, name, margin=_margin(store), ratios=None, annotator=SPLITTER, progress=False)


def current_theme_of_images(store: Store, name: str) -> str | None:
    """Return what `theme_of_images` does where nothing is to be cut for it, else None. Raises as it does."""
    return current_theme_of_crops(store, name, margin=_margin(store)) if _has_boxes(store, name) else name


def boxes_in_trainings(store: Store, sample_id: int) -> list[CutBox]:
    """Return the boxes that an image has or had, each with the sample that trainings know it as.

    Raises as `cut_boxes` does.
    """
    return cut_boxes(store, sample_id, margin=_margin(store))


def start_cutting(project: Project, theme: str) -> Job:
    """Begin `theme_of_images` in a process of its own, unless one is at it already."""
    running = latest_cutting(project, theme)
    if running is not None and running.state == "running":
        return running
    return start_job(project, KIND, f"{__name__}:cut_in_job", {"theme": theme}, title=f"crops-{theme}").job


def latest_cutting(project: Project, theme: str) -> Job | None:
    """Return the latest job that cut a theme's boxes out, None where there was none."""
    return latest_job(project, KIND, {"theme": theme})


def cut_in_job(job: Job) -> dict[str, str]:
    """Do what the job asks."""
    with closing(open_store(find_project())) as store:
        return {"theme": theme_of_images(store, job.arguments["theme"])}


def _has_boxes(store: Store, name: str) -> bool:
    with store.read() as session:
        return get_theme(name, session=session).task == "boxes"


def _margin(store: Store) -> float:
    from workbench.training.params import load_params

    return load_params(store.project.params_file).data.box_margin
