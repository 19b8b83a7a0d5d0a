"""What the admin panel changes, and what each deletion means before it is done."""

from __future__ import annotations

from typing import Any

from workbench.errors import WorkbenchError
from workbench.panels.admin.messages import (
    ChangedJson,
    ConsequencesParams,
    EditSamplesParams,
    LabelSamplesParams,
    ModelParams,
    PredictionsJson,
    PromoteParams,
)
from workbench.panels.base.messages import Answer
from workbench.panels.base.state import PanelState
from workbench.registry.versions import delete_version, promote
from workbench.store import Session
from workbench.store.counts import theme_counts
from workbench.store.label_merges import label_use
from workbench.store.model_versions import get_model_version, model_versions
from workbench.store.predictions import count_predictions
from workbench.store.samples import SampleFilter
from workbench.store.schema import Label, Theme
from workbench.store.snapshots import count_registered
from workbench.store.steps.edits import delete_in_steps, label_in_steps, restore_in_steps
from workbench.store.themes import get_theme

_COMES_BACK = "Restore brings it back until garbage collection takes it."


def consequences(state: PanelState, params: ConsequencesParams) -> Answer[list[str]]:
    """Return in sentences what deleting a `theme`, `label`, `samples` or `model` would do."""
    kinds = {"theme": _theme, "label": _label, "samples": _samples, "model": _model}
    if params["kind"] not in kinds:
        raise WorkbenchError(f"There is no '{params['kind']}' to delete. Allowed: {', '.join(kinds)}.")
    with state.store.read() as session:
        return Answer(kinds[params["kind"]](params, session))


def label_samples(state: PanelState, params: LabelSamplesParams) -> Answer[ChangedJson]:
    """Give the chosen samples one label; none clears it."""
    where = SampleFilter(ids=tuple(params["ids"]))
    done = label_in_steps(state.store, params["theme"], where, params["label"], annotator=params["annotator"])
    return Answer({"changed": done.changed, "unchanged": done.unchanged})


def delete(state: PanelState, params: EditSamplesParams) -> Answer[ChangedJson]:
    """Delete samples; they can be brought back."""
    where = SampleFilter(ids=tuple(params["ids"]))
    done = delete_in_steps(state.store, params["theme"], where, annotator=params["annotator"])
    return Answer({"changed": done.changed})


def restore(state: PanelState, params: EditSamplesParams) -> Answer[ChangedJson]:
    """Restore deleted samples."""
    where = SampleFilter(ids=tuple(params["ids"]), deleted=True)
    done = restore_in_steps(state.store, params["theme"], where, annotator=params["annotator"])
    return Answer({"changed": done.changed})


def promote_model(state: PanelState, params: PromoteParams) -> Answer[dict[str, Any]]:
    """Put a model version into a stage."""
    who = params["annotator"]
    done = promote(params["theme"], params["version"], params["stage"], state.store.project, annotator=who)
    return Answer(done.as_dict())


def delete_model(state: PanelState, params: ModelParams) -> Answer[PredictionsJson]:
    """Delete a model version and count its predictions, which go with it."""
    who = params["annotator"]
    count = delete_version(params["theme"], params["version"], state.store.project, annotator=who)
    return Answer({"predictions": count})


def _theme(params: ConsequencesParams, session: Session) -> list[str]:
    theme = session.get_one(Theme, params["id"])
    counts = theme_counts(theme.id, session=session)
    found = [f"The theme '{theme.name}' leaves every list with its {_n(counts.samples, 'image')}."]
    if counts.labeled:
        found.append(f"{_n(counts.labeled, 'label')} of people go with it.")
    models = model_versions(theme.id, session=session)
    if models:
        serving = [f"version {row.version}" for row in models if row.stage == "production"]
        words = f" {serving[0].capitalize()} is in production." if serving else ""
        stay = "stays" if len(models) == 1 else "stay"
        found.append(f"{_n(len(models), 'model version')} {stay} in MLflow's registry, out of sight here.{words}")
    return [*found, _COMES_BACK]


def _label(params: ConsequencesParams, session: Session) -> list[str]:
    label = session.get_one(Label, params["id"])
    use = label_use(label.id, session=session)
    images = _n(use.samples, "image")
    found = [f"{images} of '{label.name}' become unlabeled; Undo in the label panel brings label and images back."]
    if use.boxes:
        found.append(
            f"{_n(use.boxes, 'box', 'boxes')} carry it: merge it into another label in the label panel instead."
        )
    return found


def _samples(params: ConsequencesParams, session: Session) -> list[str]:
    ids = params["ids"]
    kept = count_registered(ids, session=session)
    found = [f"{_n(len(ids), 'image')} {'leaves' if len(ids) == 1 else 'leave'} the theme, its counts and its splits."]
    if kept:
        stay, them = ("stays", "it") if kept == 1 else ("stay", "them")
        found.append(f"{kept:,} of them {stay} in the store for good: registered models learned from {them}.")
    return [*found, _COMES_BACK.replace("it", "them")]


def _model(params: ConsequencesParams, session: Session) -> list[str]:
    theme = get_theme(params["theme"], session=session)
    row = get_model_version(theme.id, params["version"], session=session)
    count = count_predictions(row.id, session=session)
    words = f"Version {row.version} of '{theme.name}' leaves the registry with {_n(count, 'prediction')}."
    return [words, "Its run and the files of its model stay in MLflow. This cannot be undone."]


def _n(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
