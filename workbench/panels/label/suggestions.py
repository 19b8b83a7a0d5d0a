"""The model whose answers stand beside the samples: which one, filters that look at answers, accepting them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from workbench.errors import WorkbenchError
from workbench.panels.label.messages import EntryJson, OutcomeJson, SampleJson, WhereJson
from workbench.panels.label.rows import bulk_json, decision_from_json, sample_json
from workbench.store import Session, Store
from workbench.store.imported_models import IMPORTED, get_imported_model, imported_models
from workbench.store.label_merges import merged_labels
from workbench.store.model_versions import model_in_stage, model_versions
from workbench.store.predictions import LabelMatch, ReviewFilter, answers_to, count_answers, has_predictions
from workbench.store.samples import SampleFilter, Sort
from workbench.store.schema import ImportedModel, Sample
from workbench.store.steps.edits import label_each_in_steps

Certainty = Literal["score", "-score"]
CERTAINTY: tuple[str, ...] = get_args(Certainty)
"""Orders by the probability of a version's answers, for which only samples with an answer have a place."""

_MATCHES: tuple[str, ...] = get_args(LabelMatch)


@dataclass(frozen=True)
class ShownVersion:
    """A model version, by the id of its row in the store; or a model whose predictions were imported, by its `name`."""

    model_id: int
    version: int
    stage: str
    name: str = ""

    @property
    def words(self) -> str:
        """What it is called."""
        return self.name or f"version {self.version}"


FindVersion = Callable[[int, Session], ShownVersion | None]
"""Finds the version whose answers stand beside a theme's samples, None when there is none."""


def version_for(theme_id: int, model: str | int, session: Session) -> ShownVersion | None:
    """Return the version in a stage or of a number; None when there is none, or it has predicted nothing yet.

    Where nothing is in the stage, it is the model whose predictions were imported last. A name that begins with
    "imported:" means one of those.
    """
    if isinstance(model, str) and model.startswith(IMPORTED):
        return _shown(get_imported_model(theme_id, model, session=session))
    if isinstance(model, str) and not model.isdecimal():
        row = model_in_stage(theme_id, model, session=session)
        imported = imported_models(theme_id, session=session)
        if imported and (row is None or not has_predictions(row.id, session=session)):
            return _shown(imported[0])
    else:
        rows = {row.version: row for row in model_versions(theme_id, session=session)}
        row = rows.get(int(model))
    if row is None or not has_predictions(row.id, session=session):
        return None
    return ShownVersion(row.id, row.version, row.stage)


def _shown(model: ImportedModel) -> ShownVersion:
    return ShownVersion(model.id, 0, "none", model.name)


def asks_for_answers(where: WhereJson) -> bool:
    """Say whether a filter looks at answers."""
    bounds = (where.get("predicted"), where.get("lowest"), where.get("highest"))
    narrowed = bool(where.get("answered")) or any(bound is not None for bound in bounds)
    return narrowed or (where.get("match") or "any") != "any"


def review_filter(
    theme_id: int, plain: SampleFilter, where: WhereJson, version: ShownVersion, *, answered: bool, session: Session
) -> ReviewFilter:
    """Return a filter that looks at a version's answers; `answered` leaves out samples that it has not predicted.

    `plain` is what the filter asks of the samples themselves.
    """
    match: Any = where.get("match") or "any"
    if match not in _MATCHES:
        raise WorkbenchError(f"There is no match '{match}'. Allowed: {', '.join(_MATCHES)}.")
    return ReviewFilter(
        **plain.__dict__,
        model_id=version.model_id,
        predicted=where.get("predicted"),
        match=match,
        lowest=where.get("lowest"),
        highest=where.get("highest"),
        answered=answered,
        merged=merged_labels(theme_id, session=session),
    )


def answer_counts(theme_id: int, where: ReviewFilter, session: Session) -> list[tuple[int | None, str, int]]:
    """Count samples by answer and match, whatever the filter asks of the answer itself."""
    everything = replace(where, predicted=None, match="any")
    found = count_answers(theme_id, everything, session=session)
    return [(row.label_id, row.match, row.samples) for row in found]


def with_answers(
    theme_id: int, samples: Sequence[Sample], version: ShownVersion, sort: str, session: Session
) -> list[SampleJson]:
    """Return samples with a version's answers; in an order by certainty the probability is the cursor."""
    merged = merged_labels(theme_id, session=session)
    answers = answers_to(version.model_id, [sample.id for sample in samples], merged=merged, session=session)
    items = []
    for sample in samples:
        answer = answers.get(sample.id)
        item = sample_json(sample, plain_order(sort))
        item["answer"] = None if answer is None else {"label": answer.label_id, "score": answer.score}
        if sort in CERTAINTY and answer is not None:
            item["cursor"] = answer.score
        items.append(item)
    return items


def plain_order(sort: str) -> Sort:
    """Return an order of samples, that of their ids in place of one by certainty."""
    return "id" if sort in CERTAINTY else sort  # type: ignore[return-value]


def accept(store: Store, theme_id: int, version: ShownVersion | None, entry: EntryJson) -> OutcomeJson:
    """Commit an entry that gives samples the labels that a version predicted; those decided since are left alone."""
    if version is None:
        raise WorkbenchError("No model version's answers are shown any more. Reload the panel, then accept them.")
    with store.read() as session:
        merged = merged_labels(theme_id, session=session)
    labels = [merged.get(label_id, label_id) for label_id in entry["labels"]]
    ids = entry["ids"] or []
    done = label_each_in_steps(
        store,
        theme_id,
        dict(zip(ids, labels, strict=True)),
        seen={sample: decision_from_json(seen) for sample, seen in zip(ids, entry["seens"], strict=True)},
        annotator=entry["annotator"],
        client_key=entry["key"],
        note=f"accepted what {version.words} predicted",
    )
    return bulk_json(entry["key"], done)
