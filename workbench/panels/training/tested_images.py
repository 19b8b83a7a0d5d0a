"""The test images of a run: those behind a cell of its confusion matrix or its mistakes, shown and relabeled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.panels.base.messages import Answer
from workbench.panels.base.state import PanelState
from workbench.panels.training.messages import CellParams, TestImageJson, TestImagesJson
from workbench.registry.tracking import SNAPSHOT_TAG, THEME_TAG, get_run
from workbench.store import Store
from workbench.store.samples import get_sample
from workbench.store.schema import Theme
from workbench.store.snapshots import get_snapshot, snapshot_ids
from workbench.store.themes import get_theme

if TYPE_CHECKING:
    from workbench.panels.label.panel import LabelPanel
    from workbench.registry.run_predictions import RunPrediction

_SIDE = 72
_SHOWN = 100


class TestedImages:
    """Shows the test images of runs, and opens them in one label panel, which is kept for the next ones."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._state = PanelState(store)
        self._label_panel: LabelPanel | None = None
        self._labeled: str | None = None

    def images(self, run_id: str, cell: CellParams) -> Answer[TestImagesJson]:
        """The test images of a cell of the matrix, or the mistakes; the most confident first."""
        rows = self._chosen(run_id, cell)
        shown = rows[:_SHOWN]
        with self._store.read() as session:
            samples = [get_sample(row.sample_id, session=session) for row in shown]
        images: list[TestImageJson] = [
            {
                "sample_id": sample.id,
                "true": row.true,
                "predicted": row.predicted,
                "score": row.score,
                "name": sample.name,
            }
            for row, sample in zip(shown, samples, strict=True)
        ]
        sheet, content = self._state.sheet([(sample.id, sample.uri) for sample in samples], _SIDE)
        return Answer({"count": len(rows), "images": images, "sheet": sheet}, content)

    def label(self, run_id: str, cell: CellParams) -> Answer[str]:
        """Make a label panel of all images of a cell, a split, or of the mistakes, and say which widget it is."""
        if "split" in cell:
            return self.open(self._of_split(run_id, cell["split"]), str(cell.get("about", "")), run_id)
        return self.open([row.sample_id for row in self._chosen(run_id, cell)], str(cell.get("about", "")), run_id)

    def open(self, ids: list[int], about: str, asked: str | int) -> Answer[str]:
        """Make a label panel of some samples of one theme, or show them in the one that is there; return its id.

        `asked` is the version or run that explains its answers there.
        """
        from workbench.panels.label.panel import LabelPanel

        if not ids:
            raise WorkbenchError("There are no such images.")
        with self._store.read() as session:
            theme = session.get_one(Theme, get_sample(ids[0], session=session).theme_id).name
        if self._label_panel is None or theme != self._labeled:
            self._label_panel = LabelPanel(theme, store=self._store, samples=ids, about=about, asked=asked)
            self._labeled = theme
        else:
            self._label_panel.show_samples(ids, about, asked=asked)
        return Answer(self._label_panel.model_id)

    def _of_split(self, run_id: str, split: str) -> list[int]:
        """What a run had in a split: the images behind the points of its curves."""
        tags = get_run(run_id, self._store.project).data.tags
        with self._store.read() as session:
            theme = get_theme(tags.get(THEME_TAG, ""), session=session)
            snapshot = get_snapshot(tags.get(SNAPSHOT_TAG, ""), theme_id=theme.id, session=session)
            return snapshot_ids(snapshot.id, split=split, session=session)

    def _chosen(self, run_id: str, cell: CellParams) -> list[RunPrediction]:
        """The predictions in a cell of the matrix, or all mistakes; the most confident first."""
        from workbench.registry.run_predictions import run_predictions

        rows = run_predictions(run_id, self._store.project)
        if cell.get("mistakes"):
            rows = [row for row in rows if row.true != row.predicted]
        else:
            rows = [row for row in rows if (row.true, row.predicted) == (cell.get("true"), cell.get("predicted"))]
        return sorted(rows, key=lambda row: -row.score)
