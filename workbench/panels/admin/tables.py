"""The admin panel's tables: every theme, label, sample and model of the store, deleted ones too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from workbench.panels.base.messages import Answer
from workbench.panels.label.state import Desk, label_json, moment_json, sample_filter, sample_json, sort_order
from workbench.store import Session
from workbench.store.boxes import box_counts, boxes_by_split
from workbench.store.counts import theme_statistics
from workbench.store.history import decision_names, decision_words, history_of
from workbench.store.labels import labels_of
from workbench.store.model_versions import ListedVersion, count_model_versions, list_model_versions
from workbench.store.paging import open_page
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.schema import Theme
from workbench.store.themes import list_themes, theme_counts

_PAGE = 50
_SIDE = 64


def themes(desk: Desk, _params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return all themes, those that are deleted last."""
    with desk.store.read() as session:
        return Answer([_theme_json(theme, session) for theme in list_themes(deleted=True, session=session)])


def labels(desk: Desk, _params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return the labels of all themes, with how many samples and boxes carry each."""
    rows = []
    with desk.store.read() as session:
        for theme in list_themes(session=session):
            samples = theme_statistics(theme.id, session=session).counts
            boxes = boxes_by_split(theme.id, session=session)
            for label in labels_of(theme.id, session=session):
                use = {"samples": sum(samples[label.name].values()), "boxes": sum(boxes[label.name].values())}
                rows.append({**label_json(label), "theme": theme.id, "theme_name": theme.name, **use})
    return Answer(rows)


def samples(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return a page of a theme's samples with thumbnails; `deleted` shows those that garbage collection would take."""
    where, sort = admin_filter(params), sort_order(params)
    with desk.store.read() as session:
        total = count_samples(params["theme"], where, session=session)
        offset = min(max(int(params.get("offset", 0)), 0), max(0, (total - 1) // _PAGE * _PAGE))
        page = open_page(params["theme"], where, sort=sort, offset=offset, limit=_PAGE, total=total, session=session)
        items = [{**sample_json(sample), "sha256": sample.sha256} for sample in page]
        value = {"items": items, "offset": offset, "total": total, "page": _PAGE}
        uris = [sample.uri for sample in page]
    if not uris:
        return Answer({**value, "sheet": None})
    made = desk.thumbnails.sheet(uris, _SIDE)
    return Answer({**value, "sheet": made.as_dict([item["id"] for item in items])}, [made.content])


def admin_filter(params: dict[str, Any]) -> SampleFilter:
    """Return the browser's filter as the label panel does; with `deleted` the samples that are deleted are meant."""
    # The annotator of a call is who asks, not whose samples are meant.
    return replace(sample_filter(params), annotator=None, deleted=bool(params.get("deleted")))


def history(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return every event of a sample, the latest first."""
    with desk.store.read() as session:
        names = decision_names(params["theme"], session=session)
        return Answer(
            [
                {
                    "id": event.id,
                    "at": moment_json(event.at),
                    "annotator": event.annotator,
                    "source": event.source,
                    "action": event.action,
                    "before": decision_words(event.before, names),
                    "after": decision_words(event.after, names),
                }
                for event in reversed(history_of(params["sample"], session=session))
            ]
        )


def models(desk: Desk, _params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return the model versions of all themes, the newest of each theme first."""
    with desk.store.read() as session:
        return Answer([_model_json(found) for found in list_model_versions(session=session)])


def _theme_json(theme: Theme, session: Session) -> dict[str, Any]:
    counts = theme_counts(theme.id, session=session)
    labeled = box_counts(theme.id, session=session).submitted if theme.task == "boxes" else counts.labeled
    return {
        "id": theme.id,
        "name": theme.name,
        "description": theme.description,
        "task": theme.task,
        "labels": [label_json(label) for label in labels_of(theme.id, session=session)],
        "samples": counts.samples,
        "labeled": labeled,
        "models": count_model_versions(theme.id, session=session),
        "created": moment_json(theme.created_at),
        "deleted": moment_json(theme.deleted_at),
    }


def _model_json(found: ListedVersion) -> dict[str, Any]:
    return {
        "theme_name": found.theme,
        "version": found.row.version,
        "stage": found.row.stage,
        "run": found.row.run_id,
        "snapshot": found.digest[:12],
        "created": moment_json(found.row.created_at),
        "predictions": found.predictions,
        "accuracy": found.row.metrics.get("test_accuracy"),
    }
