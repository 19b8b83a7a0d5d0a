"""The panel of registered models: stages, history, comparison, lineage, and whether MLflow and the store agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from html import escape
from itertools import islice
from typing import Any

import traitlets

from workbench.data.thumbnails import Thumbnails
from workbench.inference.comparison import compare
from workbench.panels.base.messages import Answer, CallPanel, Method
from workbench.panels.base.static_table import static_table
from workbench.paths import asset
from workbench.registry.lineage import sample_lineage, samples_of_version, version_lineage
from workbench.registry.runs import unregistered_runs
from workbench.registry.sync import check_registry, repair_registry
from workbench.registry.versions import delete_version, history_of_stages, list_versions, promote, register
from workbench.store import Store, open_store
from workbench.store.events import checked_annotator
from workbench.store.samples import get_sample
from workbench.store.themes import get_theme
from workbench.user import user_name

_SIDE = 128
_PICTURED = 200
_PAGE = 100
_HEADLINE = ("test_accuracy", "best_valid_accuracy", "test_f1", "test_loss")


class ModelsPanel(CallPanel):
    """Look after a theme's registered models in the notebook.

    Register runs, promote, demote and delete versions, compare two of them, trace a version to its run and samples or a
    sample to every version that saw it, and repair the registry where MLflow and the store differ. `annotator` is the
    name that goes into the history. In a batch run the panel shows a static table. Raises NotFoundError for an unknown
    theme.
    """

    _esm = asset("widgets", "dist", "models.js")
    _css = asset("widgets", "dist", "models.css")
    config = traitlets.Dict().tag(sync=True)
    height = traitlets.Int(520).tag(sync=True)

    def __init__(
        self, theme: str, *, annotator: str | None = None, store: Store | None = None, height: int = 520
    ) -> None:
        self.store = store or open_store()
        with self.store.read() as session:
            get_theme(theme, session=session)
        self.theme = theme
        self.annotator = checked_annotator(annotator or user_name())
        self._thumbnails = Thumbnails(self.store.images, self.store.project.cache / "thumbnails")
        methods: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "versions": self._versions,
            "runs": self._runs,
            "register": self._register,
            "promote": self._promote,
            "delete": self._delete,
            "compare": self._compare,
            "version": self._version,
            "samples": self._samples,
            "sample": self._sample,
            "check": self._check,
            "repair": self._repair,
        }
        super().__init__({name: _bound(call) for name, call in methods.items()}, config={"theme": theme}, height=height)

    def summary(self) -> str:
        """Return the versions as a static HTML table."""
        rows = self._rows()
        if not rows:
            return f"<p><b>{escape(self.theme)}</b> has no registered models yet.</p>"
        names = ["version", "stage", "created", "predictions", *_headline(rows)]
        head = [name.replace("_", " ") for name in names]
        table = static_table(head, [[_shown(row, name) for name in names] for row in rows], texts=3)
        versions = "1 model version" if len(rows) == 1 else f"{len(rows):,} model versions"
        return f"<p><b>{escape(self.theme)}</b>: {versions}</p>{table}"

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {
                "version": row.version,
                "stage": row.stage,
                "run": row.run_id,
                "snapshot": row.snapshot_digest,
                "created": row.created_at.isoformat(timespec="seconds"),
                "predictions": row.predictions,
                "metrics": row.metrics,
            }
            for row in list_versions(self.theme, self.store.project)
        ]

    def _versions(self, _params: dict[str, Any]) -> Answer:
        rows = self._rows()
        events = [
            {
                "at": event.at.isoformat(timespec="seconds"),
                "version": event.version,
                "before": event.before,
                "after": event.after,
                "annotator": event.annotator,
            }
            for event in history_of_stages(self.theme, self.store.project)
        ]
        return Answer({"versions": rows, "metrics": _headline(rows), "history": events[::-1]})

    def _runs(self, _params: dict[str, Any]) -> Answer:
        rows = [
            {
                "run": run.run_id,
                "name": run.name,
                "started": run.started_at.isoformat(timespec="seconds"),
                "metrics": run.metrics,
            }
            for run in unregistered_runs(self.theme, self.store.project)
        ]
        return Answer({"runs": rows, "metrics": _headline(rows)})

    def _register(self, params: dict[str, Any]) -> Answer:
        done = register(self.theme, params["run"], params["stage"], self.store.project, annotator=self.annotator)
        return Answer(done.as_dict())

    def _promote(self, params: dict[str, Any]) -> Answer:
        done = promote(self.theme, params["version"], params["stage"], self.store.project, annotator=self.annotator)
        return Answer(done.as_dict())

    def _delete(self, params: dict[str, Any]) -> Answer:
        count = delete_version(self.theme, params["version"], self.store.project, annotator=self.annotator)
        return Answer({"predictions": count})

    def _compare(self, params: dict[str, Any]) -> Answer:
        found = compare(self.theme, params["first"], params["second"], self.store.project)
        shown = [row.sample_id for row in found.differences[:_PICTURED]]
        return self._with_sheet({**found.as_dict(), "differences": [asdict(row) for row in found.differences]}, shown)

    def _version(self, params: dict[str, Any]) -> Answer:
        return Answer(version_lineage(self.theme, params["version"], self.store.project).as_dict())

    def _samples(self, params: dict[str, Any]) -> Answer:
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
        rows = [{"id": row.sample_id, "name": row.name, "label": row.label, "now": row.label_now} for row in page]
        return self._with_sheet({"samples": rows, "more": len(page) == _PAGE}, [row.sample_id for row in page])

    def _sample(self, params: dict[str, Any]) -> Answer:
        found = sample_lineage(self.theme, params["sample"], self.store.project)
        return self._with_sheet(found.as_dict(), [found.sample_id])

    def _check(self, _params: dict[str, Any]) -> Answer:
        return Answer(check_registry(self.theme, self.store.project).as_dict())

    def _repair(self, _params: dict[str, Any]) -> Answer:
        return Answer(repair_registry(self.theme, self.store.project, annotator=self.annotator).as_dict())

    def _with_sheet(self, value: dict[str, Any], sample_ids: Sequence[int]) -> Answer:
        """Add thumbnails of some samples, all in one picture."""
        if not sample_ids:
            return Answer({**value, "sheet": None})
        with self.store.read() as session:
            uris = [get_sample(sample_id, session=session).uri for sample_id in sample_ids]
        made = self._thumbnails.sheet(uris, _SIDE)
        return Answer({**value, "sheet": made.as_dict(sample_ids)}, [made.content])


def _bound(call: Callable[[dict[str, Any]], Answer]) -> Method:
    return lambda params, _buffers: call(params)


def _headline(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The metrics worth a column: those that say most, as far as any version has them."""
    return [name for name in _HEADLINE if any(name in row["metrics"] for row in rows)]


def _shown(row: dict[str, Any], name: str) -> str | int:
    value = row.get(name, row["metrics"].get(name, ""))
    if name == "created":
        return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M}"
    return f"{value:.4f}" if isinstance(value, float) else value
