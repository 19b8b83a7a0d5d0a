"""The widget of the models panel, and the methods that its browser half calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from html import escape
from itertools import islice
from typing import Any, cast

import traitlets

from workbench.data.metrics import ConfusionCounter
from workbench.errors import NotFoundError
from workbench.panels.base.lineage import lineage
from workbench.panels.base.messages import Answer, Method, Panel
from workbench.panels.base.state import PanelState, SheetJson
from workbench.panels.base.static_summary import static_table
from workbench.panels.models.compared import compared
from workbench.panels.models.messages import (
    CompareParams,
    JobJson,
    PredictionsJson,
    PromoteParams,
    RegisterParams,
    RunJson,
    RunsJson,
    SampleJson,
    SampleParams,
    SamplesJson,
    SamplesParams,
    StageEventJson,
    VersionCellParams,
    VersionJson,
    VersionParams,
    VersionsJson,
)
from workbench.panels.training.messages import CellParams, TestImagesJson
from workbench.panels.training.tested_images import TestedImages
from workbench.paths import asset
from workbench.registry.lineage import VersionLineage, sample_lineage, samples_of_version, version_lineage
from workbench.registry.rescoring import rescored
from workbench.registry.run_predictions import run_predictions
from workbench.registry.runs import unregistered_runs
from workbench.registry.sync import check_registry, repair_registry
from workbench.registry.test_meter import TestMeter, figure_of_run, meter_of
from workbench.registry.versions import (
    VersionSummary,
    delete_version,
    history_of_stages,
    leak_lines,
    list_versions,
    promote,
    register,
)
from workbench.report.report import default_file, report_of
from workbench.store import Store, open_store
from workbench.store.events import checked_annotator
from workbench.store.model_versions import get_model_version
from workbench.store.samples import samples_by_id
from workbench.store.snapshots import snapshot_ids
from workbench.store.themes import get_theme
from workbench.training.background import launch
from workbench.user import user_name

_SIDE = 128
_PAGE = 100
_HEADLINE = ("test_accuracy", "best_valid_accuracy", "test_f1", "test_loss")


class ModelsPanel(Panel):
    """Look after a theme's registered models in the notebook.

    Register runs, promote, demote and delete versions, compare two of them, trace a version to its run and samples or a
    sample to every version that saw it, and repair the registry where MLflow and the store differ. `annotator` is the
    name that goes into the history. In a batch run the panel shows a static table. Raises NotFoundError for an unknown
    theme.

    >>> panel = wb.ModelsPanel("cells")
    """

    _esm = asset("widgets", "dist", "models.js")
    _css = asset("widgets", "dist", "models.css")
    config = traitlets.Dict().tag(sync=True)

    def __init__(
        self, theme: str, *, annotator: str | None = None, store: Store | None = None, height: int = 0
    ) -> None:
        self.store = store or open_store()
        with self.store.read() as session:
            get_theme(theme, session=session)
        self.theme = theme
        self.annotator = checked_annotator(annotator or user_name())
        self._state = PanelState(self.store)
        self._tested = TestedImages(self.store)
        methods: dict[str, Method] = {
            "versions": self._versions,
            "runs": self._runs,
            "register": self._register,
            "promote": self._promote,
            "delete": self._delete,
            "compare": self._compare,
            "version": self._version,
            "samples": self._samples,
            "sample": self._sample,
            "report": self._report,
            "images": self._images,
            "lineage": partial(lineage, self),
            "label": self._label,
            "check": self._check,
            "repair": self._repair,
            "retrain": self._retrain,
        }
        super().__init__(methods, config={"theme": theme}, height=height)

    def summary(self) -> str:
        """Return the versions as a static HTML table."""
        found = list_versions(self.theme, self.store.project)
        rows = _shown(found)
        if not rows:
            return f"<p><b>{escape(self.theme)}</b> has no registered models yet.</p>"
        names = ["version", "stage", "created", "predictions", *_headline(rows)]
        head = [name.replace("_", " ") for name in names]
        table = static_table(head, [[_cell(row, name) for name in names] for row in rows], texts=3)
        versions = "1 model version" if len(rows) == 1 else f"{len(rows):,} model versions"
        stale = "".join(
            f"<p>Version {row['version']}: {escape(row['changed']['words'])}.</p>" for row in rows if row["changed"]
        )
        known = "".join(f"<p>Version {row['version']}: {escape(row['test'])}.</p>" for row in rows if row["test"])
        known += "".join(f"<p>{escape(line)}</p>" for line in leak_lines(found))
        return f"<p><b>{escape(self.theme)}</b>: {versions}</p>{table}{known}{stale}"

    def _versions(self, _params: object) -> Answer[VersionsJson]:
        found = list_versions(self.theme, self.store.project)
        rows = _shown(found)
        events: list[StageEventJson] = [
            {
                "at": event.at.isoformat(timespec="seconds"),
                "version": event.version,
                "before": event.before,
                "after": event.after,
                "annotator": event.annotator,
            }
            for event in history_of_stages(self.theme, self.store.project)
        ]
        with self.store.read() as session:
            meter = meter_of(get_theme(self.theme, session=session).id, session=session)
        told = _meter_words(meter) if rows and meter.models else ""
        answer: VersionsJson = {
            "versions": rows,
            "metrics": _headline(rows),
            "history": events[::-1],
            "meter": told,
            "leaks": leak_lines(found),
        }
        return Answer(answer)

    def _runs(self, _params: object) -> Answer[RunsJson]:
        rows: list[RunJson] = [
            {
                "run": run.run_id,
                "name": run.name,
                "started": run.started_at.isoformat(timespec="seconds"),
                "metrics": run.metrics,
                "test_interval": self._interval(run.run_id, run.metrics),
            }
            for run in unregistered_runs(self.theme, self.store.project)
        ]
        return Answer({"runs": rows, "metrics": _headline(rows)})

    def _interval(self, run_id: str, metrics: dict[str, float]) -> tuple[float, float] | None:
        with self.store.read() as session:
            theme_id = get_theme(self.theme, session=session).id
            figure = figure_of_run(theme_id, run_id, metrics.get("test_accuracy"), session=session)
        return None if figure is None else figure.interval

    def _register(self, params: RegisterParams) -> Answer[dict[str, Any]]:
        done = register(self.theme, params["run"], params["stage"], self.store.project, annotator=self.annotator)
        return Answer(done.as_dict())

    def _promote(self, params: PromoteParams) -> Answer[dict[str, Any]]:
        done = promote(self.theme, params["version"], params["stage"], self.store.project, annotator=self.annotator)
        return Answer(done.as_dict())

    def _delete(self, params: VersionParams) -> Answer[PredictionsJson]:
        count = delete_version(self.theme, params["version"], self.store.project, annotator=self.annotator)
        return Answer({"predictions": count})

    def _compare(self, params: CompareParams) -> Answer[dict[str, Any]]:
        return compared(self.theme, params["first"], params["second"], self._state)

    def _version(self, params: VersionParams) -> Answer[dict[str, Any]]:
        """A version's lineage and confusion matrix, its answers on today's labels, and images that moved them."""
        found = version_lineage(self.theme, params["version"], self.store.project)
        lineage = {**found.as_dict(), "confusion": self._confusion(found)}
        try:
            again = rescored(self.theme, params["version"], project=self.store.project)
        except NotFoundError:
            return Answer({**lineage, "rescored": None, "sheet": None})
        told = again.as_dict()
        told["moved_in_all"], told["moved"] = len(told["moved"]), told["moved"][:_PAGE]
        sheet, content = self._sheet([row["sample_id"] for row in told["moved"]])
        return Answer({**lineage, "rescored": told, "sheet": sheet}, content)

    def _confusion(self, found: VersionLineage) -> dict[str, Any] | None:
        """The confusion matrix of a version's test, None where its run keeps no answers."""
        try:
            answers = run_predictions(found.run_id, self.store.project)
        except NotFoundError:
            return None
        counter = ConfusionCounter(found.class_names)
        for row in answers:
            counter.add(row.true, row.predicted)
        matrix = counter.matrix()
        return {"names": list(matrix.labels), "counts": matrix.counts.tolist()}

    def _retrain(self, _params: object) -> Answer[JobJson]:
        return Answer({"job": launch(self.store.project, {"theme": self.theme})})

    def _report(self, params: VersionParams) -> Answer[str]:
        """The report of a version: the name of its file, and the page beside."""
        made = report_of(self.theme, params["version"], store=self.store)
        return Answer(default_file(made).name, [made.html.encode()])

    def _images(self, params: VersionCellParams) -> Answer[TestImagesJson]:
        """The test images of a cell of a version's matrix, or its mistakes."""
        return self._tested.images(self._run_of(params["version"]), cast("CellParams", params))

    def _label(self, params: VersionCellParams) -> Answer[str]:
        """Open images of a version in a label panel: a cell of its matrix, its mistakes, or a label in a split."""
        if "split" not in params:
            return self._tested.label(self._run_of(params["version"]), cast("CellParams", params))
        with self.store.read() as session:
            theme_id = get_theme(self.theme, session=session).id
            row = get_model_version(theme_id, params["version"], session=session)
            chosen: dict[str, Any] = {"split": params["split"], "label": params.get("label")}
            ids = snapshot_ids(row.snapshot_id or 0, **chosen, session=session)
        return self._tested.open(ids, params.get("about", ""), params["version"])

    def _run_of(self, version: int) -> str:
        with self.store.read() as session:
            theme_id = get_theme(self.theme, session=session).id
            return get_model_version(theme_id, version, session=session).run_id

    def _samples(self, params: SamplesParams) -> Answer[SamplesJson]:
        """A page of the samples that a version had in a split under a label."""
        found = samples_of_version(
            self.theme,
            params["version"],
            self.store.project,
            split=params["split"],
            label=params["label"],
            after=params.get("after", 0),
        )
        page = list(islice(found, _PAGE))
        rows: list[SampleJson] = [
            {"id": row.sample_id, "name": row.name, "label": row.label, "now": row.label_now} for row in page
        ]
        sheet, content = self._sheet([row.sample_id for row in page])
        return Answer({"samples": rows, "more": len(page) == _PAGE, "sheet": sheet}, content)

    def _sample(self, params: SampleParams) -> Answer[dict[str, Any]]:
        found = sample_lineage(self.theme, params["sample"], self.store.project)
        sheet, content = self._sheet([found.sample_id])
        return Answer({**found.as_dict(), "sheet": sheet}, content)

    def _check(self, _params: object) -> Answer[dict[str, Any]]:
        return Answer(check_registry(self.theme, self.store.project).as_dict())

    def _repair(self, _params: object) -> Answer[dict[str, Any]]:
        return Answer(repair_registry(self.theme, self.store.project, annotator=self.annotator).as_dict())

    def _sheet(self, sample_ids: Sequence[int]) -> tuple[SheetJson | None, list[bytes]]:
        with self.store.read() as session:
            found = samples_by_id(sample_ids, session=session)
        return self._state.sheet([(sample_id, found[sample_id].uri) for sample_id in sample_ids], _SIDE)


def _meter_words(meter: TestMeter) -> str:
    widened = "; the intervals beside test accuracies are widened for that" if meter.models > 1 else ""
    return f"{meter}{widened}."


def _shown(versions: Sequence[VersionSummary]) -> list[VersionJson]:
    """What of the versions the browser shows."""
    return [
        {
            "version": row.version,
            "stage": row.stage,
            "run": row.run_id,
            "snapshot": row.snapshot_digest,
            "created": row.created_at.isoformat(timespec="seconds"),
            "predictions": row.predictions,
            "metrics": row.metrics,
            "changed": row.changed.as_dict() if row.changed is not None and row.changed.is_stale else None,
            "test_now": row.test_accuracy_now,
            "test_interval": row.test_interval,
            "test": str(row.test or ""),
            "leaks": row.leaks,
            "leaking": row.leaking,
        }
        for row in versions
    ]


def _headline(rows: Sequence[VersionJson] | Sequence[RunJson]) -> list[str]:
    """The metrics worth a column: those that say most, as far as any version has them."""
    return [name for name in _HEADLINE if any(name in row["metrics"] for row in rows)]


def _cell(row: VersionJson, name: str) -> str | int:
    value: Any = row.get(name, row["metrics"].get(name, ""))
    if name == "created":
        return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M}"
    return f"{value:.4f}" if isinstance(value, float) else value
