"""The prediction gallery: a model version's answers, the least certain first, to be accepted or corrected by keys."""

from __future__ import annotations

from html import escape
from shlex import quote
from typing import Any

from workbench.errors import NotFoundError, WorkbenchError
from workbench.panels.label.panel import LabelPanel
from workbench.panels.label.suggestions import ShownVersion
from workbench.panels.label.summary import pictures
from workbench.paths import asset
from workbench.registry.model_loading import ModelReference, find_model
from workbench.store import Store, open_store
from workbench.store.label_merges import merged_labels
from workbench.store.labels import labels_of
from workbench.store.predictions import ReviewFilter, answers_to, count_answers, page_by_score

_SHOWN = 12


class PredictionPanel(LabelPanel):
    """Look through what a model predicted, accept whole pages and correct the rest, with the label panel's keys.

    `model` is `production`, `staging`, a version or the id of a registered run; its answers must be in the store
    (`workbench predict`). `annotator`, `store` and `height` are as in LabelPanel. In a batch run the panel shows a
    static summary. Raises NotFoundError when there is no such theme or model, WorkbenchError when it has predicted
    nothing yet.

    >>> _ = wb.predict("cells", source="test", num_workers=0)
    >>> panel = wb.PredictionPanel("cells", "production")
    """

    _esm = asset("widgets", "dist", "predictions.js")
    _css = asset("widgets", "dist", "predictions.css")

    def __init__(
        self,
        theme: str,
        model: str | int = "production",
        *,
        annotator: str | None = None,
        store: Store | None = None,
        height: int = 0,
    ) -> None:
        store = store or open_store()
        self._reference = answered_model(theme, model, store)
        super().__init__(theme, annotator=annotator, store=store, height=height, suggestions=None)
        self.config = {**self.config, "gallery": True}
        shown = ShownVersion(
            self._reference.model_id or 0, self._reference.version or 0, self._reference.stage or "none"
        )
        self._state.find_version = lambda theme_id, _: shown if theme_id == self._theme_id else None
        self._state.only_answered = True

    def summary(self) -> str:
        """Return counts by answer and the least certain images as static HTML."""
        model_id, theme_id = self._reference.model_id or 0, self._reference.theme_id
        with self.store.read() as session:
            where = ReviewFilter(model_id=model_id, merged=merged_labels(theme_id, session=session))
            names = {label.id: label.name for label in labels_of(theme_id, session=session)}
            counts = count_answers(theme_id, where, session=session)
            samples = page_by_score(theme_id, where, descending=False, offset=0, limit=_SHOWN, session=session)
            answers = answers_to(model_id, [sample.id for sample in samples], merged=where.merged, session=session)
            shown = [
                (
                    sample.uri,
                    sample.name,
                    f"{names.get(answers[sample.id].label_id or 0, 'gone')} {answers[sample.id].score:.0%}",
                )
                for sample in samples
            ]
        totals = {kind: sum(row.samples for row in counts if row.match == kind) for kind in _MATCHES}
        answered = ", ".join(f"{totals[kind]:,} {words}" for kind, words in _MATCHES.items())
        title = f"{self._reference.theme}, predictions of version {self._reference.version}"
        return f"<p><b>{escape(title)}</b>: {answered}. The least certain:</p>{pictures(self.store, shown)}"

    def result(self) -> dict[str, Any]:
        """Return what a batch run records: how the answers stand to what people decided."""
        with self.store.read() as session:
            merged = merged_labels(self._reference.theme_id, session=session)
            where = ReviewFilter(model_id=self._reference.model_id or 0, merged=merged)
            counts = count_answers(self._reference.theme_id, where, session=session)
        totals = {kind: sum(row.samples for row in counts if row.match == kind) for kind in _MATCHES}
        return {"theme": self._reference.theme, "version": self._reference.version, **totals}


_MATCHES = {
    "agrees": "agree with the label",
    "differs": "differ from the label",
    "open": "without a label",
}


def answered_model(theme: str, model: str | int, store: Store) -> ModelReference:
    """Find a model. Raises NotFoundError for one that is not there, WorkbenchError where it has predicted nothing."""
    with store.read() as session:
        reference = find_model(theme, model, session=session)
        if reference.model_id is None:
            raise NotFoundError(
                f"The run '{reference.run_id}' is no registered version, so the store keeps no answers of it. "
                f"Register it first: workbench register {quote(theme)} --run-id {reference.run_id}"
            )
        where = ReviewFilter(model_id=reference.model_id)
        if not page_by_score(reference.theme_id, where, descending=False, offset=0, limit=1, session=session):
            raise WorkbenchError(
                f"Version {reference.version} of '{theme}' has not predicted any sample yet. "
                f"Do that first: workbench predict {quote(theme)} --model {reference.version} --source unlabeled"
            )
        return reference
