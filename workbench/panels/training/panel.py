"""The widget of the training panel, and the methods that its browser half calls."""

from __future__ import annotations

import time
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.panels.base.lineage import lineage
from workbench.panels.base.messages import Answer
from workbench.panels.base.polling import PollingPanel
from workbench.panels.base.static_summary import static_table
from workbench.panels.training.messages import CellParams, TestImagesJson
from workbench.panels.training.tested_images import TestedImages
from workbench.paths import asset
from workbench.store import Store, open_store
from workbench.store.themes import get_theme
from workbench.training.plan import default_theme, params_path
from workbench.training.progress_file import RUNNING, State, progress_of_theme, read_progress, request_stop

_SILENT_S = 120
_COLUMNS = ("epoch", "train_loss", "valid_loss", "train_accuracy", "valid_accuracy", "valid_f1", "seconds")


class TrainingPanel(PollingPanel):
    """Watch the training of a theme in the notebook, also one that runs in another notebook or program.

    Shows the latest run of `theme` (by default the one that `params_file`, or params.yaml, names), or `run_id`. Put it
    in a cell before the one that trains. Afterwards a click on a cell of the confusion matrix shows exactly those
    images, and a button opens them in a label panel below. In a batch run the panel shows a static table. Raises
    NotFoundError for an unknown theme.

    >>> panel = wb.TrainingPanel("cells")
    """

    _esm = asset("widgets", "dist", "training.js")
    _css = asset("widgets", "dist", "training.css")

    def __init__(
        self,
        theme: str | None = None,
        *,
        params_file: Path | str | None = None,
        run_id: str | None = None,
        store: Store | None = None,
        height: int = 0,
    ) -> None:
        self.store = store or open_store()
        theme = theme or default_theme(params_path(params_file, self.store.project), project=self.store.project)
        with self.store.read() as session:
            get_theme(theme, session=session)
        self.theme = theme
        self._run_id = run_id
        self._tested = TestedImages(self.store)
        super().__init__(
            {
                "stop": self._stop,
                "images": self._images,
                "label": self._label,
                "lineage": partial(lineage, self),
            },
            height=height,
        )

    def summary(self) -> str:
        """Return epochs and test metrics as static HTML."""
        return summary(self.theme, self.read())

    def read(self) -> State:
        """Return the run's state as its progress file has it."""
        project = self.store.project
        if self._run_id is not None:
            found = read_progress(project, self._run_id)
        else:
            found = next(iter(progress_of_theme(project, self.theme)), None)
        if found is None:
            return {"theme": self.theme}
        if found["state"] in RUNNING and time.time() - found["updated"] > _SILENT_S:
            found = {**found, "state": "silent"}
        return found

    def _stop(self, _params: object) -> Answer[Any]:
        state = self.read()
        if state.get("state") not in RUNNING:
            raise WorkbenchError("No training is running, so there is nothing to stop.")
        return Answer(request_stop(self.store.project, state["run_id"]))

    def _images(self, params: CellParams) -> Answer[TestImagesJson]:
        return self._tested.images(self._tested_run(), params)

    def _label(self, params: CellParams) -> Answer[str]:
        return self._tested.label(self._tested_run(), params)

    def _tested_run(self) -> str:
        state = self.read()
        if "confusion" not in state:
            raise WorkbenchError("The test has not been run yet.")
        return str(state["run_id"])


def summary(theme: str, state: State) -> str:
    """Word a training's state as static HTML."""
    if "run_id" not in state:
        return f"<p><b>{escape(theme)}</b> has not been trained yet.</p>"
    epochs = state["epochs"]
    names = [name for name in _COLUMNS if any(name in row for row in epochs)]
    rows = [[_figure(name, row.get(name, 0)) for name in names] for row in epochs]
    table = static_table([name.replace("_", " ") for name in names], rows, texts=0) if rows else ""
    accuracy = state.get("metrics", {}).get("test_accuracy")
    tested = f", test accuracy {accuracy:.4f}" if accuracy is not None else ""
    tested += f" ({state['test']})" if state.get("test") else ""
    how = "its program has ended or hangs" if state["state"] == "silent" else state["state"]
    line = f"{len(epochs)} of {state['num_epochs']} epochs, {how}{tested}"
    return f"<p><b>{escape(state['run_name'])}</b>: {line}</p>{table}"


def _figure(name: str, value: float) -> str:
    return f"{value:.0f}" if name == "epoch" else f"{value:.1f}" if name == "seconds" else f"{value:.4f}"
