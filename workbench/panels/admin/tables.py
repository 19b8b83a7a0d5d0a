"""The admin panel's tables: every theme, label, sample and model of the store, deleted ones too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workbench.panels.admin.messages import (
    EventRowJson,
    FilterParams,
    HistoryParams,
    LabelRowJson,
    ModelRowJson,
    SampleRowJson,
    SamplesJson,
    SamplesParams,
    ThemeRowJson,
)
from workbench.panels.base.labels import label_json, labels_json
from workbench.panels.base.messages import Answer
from workbench.panels.base.state import PanelState
from workbench.panels.label.listing import sample_filter, sort_order
from workbench.panels.label.messages import WhereJson
from workbench.panels.label.rows import moment_json, sample_json
from workbench.store import Session
from workbench.store.counts import boxes_by_split, how_far, theme_counts
from workbench.store.history import event_words, history_of
from workbench.store.labels import label_names, labels_of
from workbench.store.model_versions import ListedVersion, count_model_versions, list_model_versions
from workbench.store.paging import open_page
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.schema import LabelEvent, Theme
from workbench.store.themes import list_themes

_PAGE = 50
_SIDE = 64


def themes(state: PanelState, _params: object) -> Answer[list[ThemeRowJson]]:
    """Return all themes, those that are deleted last."""
    with state.store.read() as session:
        return Answer([_theme_json(theme, session) for theme in list_themes(deleted=True, session=session)])


def labels(state: PanelState, _params: object) -> Answer[list[LabelRowJson]]:
    """Return the labels of all themes, with how many samples and boxes carry each."""
    rows: list[LabelRowJson] = []
    with state.store.read() as session:
        for theme in list_themes(session=session):
            samples = theme_counts(theme.id, session=session).by_label
            boxes = boxes_by_split(theme.id, session=session)
            for label in labels_of(theme.id, session=session):
                rows.append(
                    {
                        **label_json(label),
                        "theme": theme.id,
                        "theme_name": theme.name,
                        "samples": sum(samples[label.name].values()),
                        "boxes": sum(boxes[label.name].values()),
                    }
                )
    return Answer(rows)


def samples(state: PanelState, params: SamplesParams) -> Answer[SamplesJson]:
    """Return a page of a theme's samples with thumbnails; `deleted` shows those that garbage collection would take."""
    where, sort = _filter(params), sort_order(params.get("sort", "id"))
    with state.store.read() as session:
        total = count_samples(params["theme"], where, session=session)
        offset = min(max(int(params.get("offset", 0)), 0), max(0, (total - 1) // _PAGE * _PAGE))
        page = open_page(params["theme"], where, sort=sort, offset=offset, limit=_PAGE, total=total, session=session)
        items: list[SampleRowJson] = [{**sample_json(sample), "sha256": sample.sha256} for sample in page]
    sheet, content = state.sheet([(sample.id, sample.uri) for sample in page], _SIDE)
    return Answer({"items": items, "offset": offset, "total": total, "page": _PAGE, "sheet": sheet}, content)


def history(state: PanelState, params: HistoryParams) -> Answer[list[EventRowJson]]:
    """Return every event of a sample, the latest first."""
    with state.store.read() as session:
        names = label_names(params["theme"], session=session)
        return Answer([_event_json(event, names) for event in reversed(history_of(params["sample"], session=session))])


def _event_json(event: LabelEvent, names: Mapping[int, str]) -> EventRowJson:
    before, after = event_words(event, names)
    return {
        "id": event.id,
        "at": moment_json(event.at),
        "annotator": event.annotator,
        "source": event.source,
        "action": event.action,
        "before": before,
        "after": after,
    }


def models(state: PanelState, _params: object) -> Answer[list[ModelRowJson]]:
    """Return the model versions of all themes, the newest of each theme first."""
    with state.store.read() as session:
        return Answer([_model_json(found) for found in list_model_versions(session=session)])


def _filter(params: FilterParams) -> SampleFilter:
    where: WhereJson = {
        "state": params.get("state", "all"),
        "label": params.get("label"),
        "split": params.get("split"),
        "search": params.get("search"),
        "ids": params.get("ids"),
    }
    return replace(sample_filter(where), deleted=bool(params.get("deleted")))


def _theme_json(theme: Theme, session: Session) -> ThemeRowJson:
    counts = how_far(theme, session=session)
    return {
        "id": theme.id,
        "name": theme.name,
        "description": theme.description,
        "task": theme.task,
        "labels": labels_json(theme.id, session),
        "samples": counts["samples"],
        "labeled": counts["labeled"],
        "models": count_model_versions(theme.id, session=session),
        "created": moment_json(theme.created_at),
        "deleted": moment_json(theme.deleted_at),
    }


def _model_json(found: ListedVersion) -> ModelRowJson:
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
