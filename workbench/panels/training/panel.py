"""The widget of the training panel, and the methods that its browser half calls."""

from __future__ import annotations

import csv
import time
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets

from workbench.errors import WorkbenchError
from workbench.panels.base.messages import Answer
from workbench.panels.base.polling import PollingPanel
from workbench.panels.base.state import PanelState
from workbench.panels.base.static_summary import static_table
from workbench.panels.training.messages import CellParams, TestImageJson, TestImagesJson
from workbench.paths import asset
from workbench.store import Store, open_store
from workbench.store.samples import get_sample
from workbench.store.schema import Theme
from workbench.store.themes import get_theme
from workbench.training.plan import default_theme, params_path
from workbench.training.progress_file import RUNNING, State, progress_of_theme, read_progress, request_stop

if TYPE_CHECKING:
    from workbench.panels.label.panel import LabelPanel

_SIDE = 72
_SHOWN = 100
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
    height = traitlets.Int(480).tag(sync=True)

    def __init__(
        self,
        theme: str | None = None,
        *,
        params_file: Path | str | None = None,
        run_id: str | None = None,
        store: Store | None = None,
        height: int = 480,
    ) -> None:
        self.store = store or open_store()
        theme = theme or default_theme(params_path(params_file, self.store.project), project=self.store.project)
        with self.store.read() as session:
            get_theme(theme, session=session)
        self.theme = theme
        self._run_id = run_id
        self._state = PanelState(self.store)
        self._label_panel: LabelPanel | None = None
        super().__init__({"stop": self._stop, "images": self._images, "label": self._label}, height=height)

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
        """The test images of a cell of the matrix, or the mistakes; the most confident first."""
        rows = self._chosen(params)
        shown = rows[:_SHOWN]
        with self.store.read() as session:
            samples = [get_sample(row["sample_id"], session=session) for row in shown]
        images: list[TestImageJson] = [
            {
                "sample_id": sample.id,
                "true": row["true"],
                "predicted": row["predicted"],
                "score": row["score"],
                "name": sample.name,
            }
            for row, sample in zip(shown, samples, strict=True)
        ]
        sheet, content = self._state.sheet([(sample.id, sample.uri) for sample in samples], _SIDE)
        return Answer({"count": len(rows), "images": images, "sheet": sheet}, content)

    def _label(self, params: CellParams) -> Answer[str]:
        """Make a label panel of all images of a cell, or of the mistakes, and say which widget it is."""
        from workbench.panels.label.panel import LabelPanel

        ids = [row["sample_id"] for row in self._chosen(params)]
        if not ids:
            raise WorkbenchError("There are no such images.")
        about = str(params.get("about", ""))
        if self._label_panel is None:
            with self.store.read() as session:
                theme = session.get_one(Theme, get_sample(ids[0], session=session).theme_id).name
            self._label_panel = LabelPanel(theme, store=self.store, samples=ids, about=about)
        else:
            self._label_panel.show_samples(ids, about)
        return Answer(self._label_panel.model_id)

    def _chosen(self, params: CellParams) -> list[dict[str, Any]]:
        """The predictions in a cell of the matrix, or all mistakes; the most confident first."""
        rows = self._predictions(self.read())
        if params.get("mistakes"):
            rows = [row for row in rows if row["true"] != row["predicted"]]
        else:
            rows = [
                row for row in rows if (row["true"], row["predicted"]) == (params.get("true"), params.get("predicted"))
            ]
        return sorted(rows, key=lambda row: -row["score"])

    def _predictions(self, state: State) -> list[dict[str, Any]]:
        from workbench.registry.tracking import run_artifact
        from workbench.training.mlflow_logging import PREDICTIONS_FILE

        if "confusion" not in state:
            raise WorkbenchError("The test has not been run yet.")
        with (
            run_artifact(state["run_id"], PREDICTIONS_FILE, self.store.project) as file,
            file.open(newline="", encoding="utf-8") as stream,
        ):
            return [
                {**row, "sample_id": int(row["sample_id"]), "score": float(row["score"])}
                for row in csv.DictReader(stream)
            ]


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
    how = "its program has ended or hangs" if state["state"] == "silent" else state["state"]
    line = f"{len(epochs)} of {state['num_epochs']} epochs, {how}{tested}"
    return f"<p><b>{escape(state['run_name'])}</b>: {line}</p>{table}"


def _figure(name: str, value: float) -> str:
    return f"{value:.0f}" if name == "epoch" else f"{value:.1f}" if name == "seconds" else f"{value:.4f}"
