"""Rows of the store as the browser gets them."""

from __future__ import annotations

from datetime import datetime

from workbench.panels.label.messages import DecisionJson, OutcomeJson, SampleJson, ThemeJson
from workbench.store import Session
from workbench.store.bulk_edits import BulkOutcome
from workbench.store.counts import boxes_by_split
from workbench.store.decisions import SKIPPED, UNDECIDED, Decision
from workbench.store.labels import labels_of
from workbench.store.paging import cursor_of
from workbench.store.samples import Sort
from workbench.store.schema import Sample, Theme


def theme_json(theme: Theme, session: Session) -> ThemeJson:
    """Return a theme, with the number of boxes of each label where labels are on boxes."""
    boxes = None
    if theme.task == "boxes":
        found = boxes_by_split(theme.id, session=session)
        boxes = {label.id: sum(found[label.name].values()) for label in labels_of(theme.id, session=session)}
    return {
        "id": theme.id,
        "name": theme.name,
        "description": theme.description,
        "born": moment_json(theme.created_at),
        "boxes": boxes,
    }


def sample_json(sample: Sample, sort: Sort = "id") -> SampleJson:
    """Return a sample with its cursor in an order."""
    value = cursor_of(sample, sort)[0]
    return {
        "id": sample.id,
        "name": sample.name,
        "width": sample.width,
        "height": sample.height,
        "size": sample.size_bytes,
        "label": sample.label_id,
        "skipped": sample.skipped,
        "annotator": sample.annotator,
        "at": moment_json(sample.labeled_at),
        "split": sample.split,
        "added": moment_json(sample.created_at),
        "cursor": moment_json(value) if isinstance(value, datetime) else value,
    }


def moment_json(moment: datetime | None) -> str | None:
    """Return a time as text (ISO 8601), None where there is none."""
    return None if moment is None else moment.isoformat()


def decision_from_json(decision: DecisionJson) -> Decision:
    """Return a decision of the browser."""
    if decision.get("label") is not None:
        return Decision.of(decision["label"])
    return SKIPPED if decision.get("skipped") else UNDECIDED


def decision_json(decision: Decision) -> DecisionJson:
    """Return a decision."""
    return {"label": decision.label, "skipped": decision.skipped}


def bulk_json(key: str, done: BulkOutcome) -> OutcomeJson:
    """Turn what a change of many samples did into the outcome of an entry of the browser's journal."""
    return {
        "key": key,
        "status": "changed",
        "changed": done.changed,
        "unchanged": done.unchanged,
        "replaced": done.replaced,
        "kept": done.kept,
    }
