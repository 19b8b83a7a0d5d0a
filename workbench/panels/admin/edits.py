"""What the admin panel changes, and what each deletion means before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.errors import WorkbenchError
from workbench.panels.admin.tables import admin_filter
from workbench.panels.base.messages import Answer
from workbench.panels.label.state import Desk
from workbench.registry.versions import delete_version, promote
from workbench.store import Session
from workbench.store.labeling import delete_samples, label_many, restore_samples
from workbench.store.labels import label_use
from workbench.store.model_versions import get_model_version, model_versions
from workbench.store.predictions import count_predictions
from workbench.store.schema import Label, Theme
from workbench.store.snapshots import count_registered
from workbench.store.themes import get_theme, theme_counts

_COMES_BACK = "Restore brings it back until garbage collection takes it."


def consequences(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return in sentences what deleting a `theme`, `label`, `samples` or `model` would do."""
    kinds = {"theme": _theme, "label": _label, "samples": _samples, "model": _model}
    if params["kind"] not in kinds:
        raise WorkbenchError(f"There is no '{params['kind']}' to delete. Allowed: {', '.join(kinds)}.")
    with desk.store.read() as session:
        return Answer(kinds[params["kind"]](params, session))


def label_samples(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Give the chosen samples one label; none clears it."""
    with desk.store.write() as session:
        where = admin_filter({"ids": params["ids"]})
        done = label_many(params["theme"], where, params["label"], annotator=params["annotator"], session=session)
    return Answer({"changed": done.changed, "unchanged": done.unchanged})


def remove_samples(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Delete samples; they can be brought back."""
    return _bury(desk, params, delete_samples)


def bring_samples_back(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Restore deleted samples."""
    return _bury(desk, params, restore_samples)


def move_model(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Put a model version into a stage."""
    who = params["annotator"]
    done = promote(params["theme"], params["version"], params["stage"], desk.store.project, annotator=who)
    return Answer(done.as_dict())


def remove_model(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Delete a model version and count its predictions, which go with it."""
    who = params["annotator"]
    count = delete_version(params["theme"], params["version"], desk.store.project, annotator=who)
    return Answer({"predictions": count})


def _bury(desk: Desk, params: dict[str, Any], act: Any) -> Answer:
    with desk.store.write() as session:
        where = admin_filter({"ids": params["ids"], "deleted": act is restore_samples})
        done = act(params["theme"], where, annotator=params["annotator"], session=session)
    return Answer({"changed": done.changed})


def _theme(params: dict[str, Any], session: Session) -> list[str]:
    theme = session.get_one(Theme, params["id"])
    counts = theme_counts(theme.id, session=session)
    found = [f"The theme '{theme.name}' leaves every list with its {_n(counts.samples, 'image')}."]
    if counts.labeled:
        found.append(f"{_n(counts.labeled, 'label')} of people go with it.")
    models = model_versions(theme.id, session=session)
    if models:
        serving = [f"version {row.version}" for row in models if row.stage == "production"]
        said = f" {serving[0].capitalize()} is in production." if serving else ""
        stay = "stays" if len(models) == 1 else "stay"
        found.append(f"{_n(len(models), 'model version')} {stay} in MLflow's registry, out of sight here.{said}")
    return [*found, _COMES_BACK]


def _label(params: dict[str, Any], session: Session) -> list[str]:
    label = session.get_one(Label, params["id"])
    use = label_use(label.id, session=session)
    images = _n(use.samples, "image")
    found = [f"{images} of '{label.name}' become unlabeled; Undo in the label panel brings label and images back."]
    if use.boxes:
        found.append(
            f"{_n(use.boxes, 'box', 'boxes')} carry it: merge it into another label in the label panel instead."
        )
    return found


def _samples(params: dict[str, Any], session: Session) -> list[str]:
    ids = params["ids"]
    kept = count_registered(ids, session=session)
    found = [f"{_n(len(ids), 'image')} {'leaves' if len(ids) == 1 else 'leave'} the theme, its counts and its splits."]
    if kept:
        stay, them = ("stays", "it") if kept == 1 else ("stay", "them")
        found.append(f"{kept:,} of them {stay} in the store for good: registered models learned from {them}.")
    return [*found, _COMES_BACK.replace("it", "them")]


def _model(params: dict[str, Any], session: Session) -> list[str]:
    theme = get_theme(params["theme"], session=session)
    row = get_model_version(theme.id, params["version"], session=session)
    count = count_predictions(row.id, session=session)
    said = f"Version {row.version} of '{theme.name}' leaves the registry with {_n(count, 'prediction')}."
    return [said, "Its run and the files of its model stay in MLflow. This cannot be undone."]


def _n(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
