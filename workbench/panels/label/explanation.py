"""What a model says of an image and where it looks, on a key in the focus view."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypedDict

from workbench.errors import NotFoundError, WorkbenchError, first_line
from workbench.panels.base.messages import Answer
from workbench.panels.label.state import LabelPanelState
from workbench.store.label_merges import merged_labels
from workbench.store.labels import labels_of
from workbench.store.model_versions import model_in_stage
from workbench.store.samples import get_sample
from workbench.store.schema import Theme

if TYPE_CHECKING:
    from workbench.registry.model_loading import LoadedModel
    from workbench.store import Session, Store


class ExplainParams(TypedDict):
    """A sample of a theme."""

    theme: int
    sample: int


class LikelyJson(TypedDict):
    """A class, the label that it is now (None when the theme has it no more), and its probability."""

    name: str
    label: int | None
    score: float


class ExplainedJson(TypedDict):
    """The likeliest classes; `waiting` while the model is loaded. The heat over the image is a PNG, the buffer."""

    waiting: bool
    model: str
    likely: list[LikelyJson]


class AskedModel:
    """A model that is loaded beside, so that no label waits the seconds that it takes."""

    def __init__(self, store: Store, theme: str, model: str | int) -> None:
        self.words = f"version {model}" if isinstance(model, int) else f"the run {model[:8]}"
        self._loaded: LoadedModel | None = None
        self._failure = ""
        self._thread = threading.Thread(target=self._load, args=(store, theme, model), daemon=True)
        self._thread.start()

    def get(self) -> LoadedModel | None:
        """Return the model, None while it is loaded. Raises WorkbenchError when it cannot be."""
        if self._failure:
            raise WorkbenchError(self._failure)
        return self._loaded

    def _load(self, store: Store, theme: str, model: str | int) -> None:
        from workbench.registry.model_loading import load_model

        try:
            # Its gradients are wanted once in a while: a GPU that trains is left alone.
            self._loaded = load_model(theme, model, project=store.project, device="cpu")
        except Exception as error:
            self._failure = str(error) if isinstance(error, WorkbenchError) else first_line(error)


def explain(state: LabelPanelState, params: ExplainParams) -> Answer[ExplainedJson]:
    """Ask the model of a theme about a sample: its likeliest classes, and where in the image it finds the first."""
    with state.store.read() as session:
        asked = _asked(state, params["theme"], session)
        uri = get_sample(params["sample"], session=session).uri
        merged = merged_labels(params["theme"], session=session)
        labels = {label.name: label.id for label in labels_of(params["theme"], session=session)}
    loaded = asked.get()
    if loaded is None:
        return Answer({"waiting": True, "model": asked.words, "likely": []})
    from workbench.inference.grad_cam import explain as explain_image

    found = explain_image(loaded, state.store.images.read(uri))
    likely: list[LikelyJson] = []
    for name, score in found.answers:
        label = labels.get(name)
        likely.append({"name": name, "label": merged.get(label, label) if label else None, "score": score})
    return Answer({"waiting": False, "model": asked.words, "likely": likely}, [found.png()])


def _asked(state: LabelPanelState, theme_id: int, session: Session) -> AskedModel:
    """The model that the panel was made with, else the version whose answers are shown, else that in production."""
    shown = state.version(theme_id, session)
    production = model_in_stage(theme_id, "production", session=session)
    model: str | int | None = state.asked
    if model is None and shown is not None and not shown.name:
        model = shown.version
    if model is None and production is not None:
        model = production.version
    if model is None:
        raise NotFoundError(
            "No model of this theme can be asked yet: train one and register it, workbench register THEME."
        )
    kept = state.asked_models.get((theme_id, model))
    if kept is None:
        theme = session.get_one(Theme, theme_id).name
        # One at a time: whoever changes to another version is done with the one before.
        state.asked_models = {(theme_id, model): (kept := AskedModel(state.store, theme, model))}
    return kept
