"""Themes and their labels: creating, editing, deleting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from workbench.panels.base.messages import Answer
from workbench.panels.label.state import Desk, label_json
from workbench.store import Session
from workbench.store import labels as label_store
from workbench.store import themes as theme_store
from workbench.store.boxes import box_counts
from workbench.store.counts import count_rows
from workbench.store.schema import SPLITS, Theme


def list_themes(desk: Desk, _params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return every theme with its counts."""
    with desk.store.read() as session:
        return Answer([_card(theme, session) for theme in theme_store.list_themes(session=session)])


def create_theme(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Create a theme; `labels` is a list of `{name, color}`, color may be empty."""
    with desk.store.write() as session:
        theme = theme_store.create_theme(params["name"], description=params.get("description", ""), session=session)
        for label in params.get("labels", []):
            label_store.add_label(theme.id, label["name"], color=label.get("color") or None, session=session)
        return Answer(_card(theme, session))


def edit_theme(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Rename or describe a theme and return its card."""
    with desk.store.write() as session:
        theme = theme_store.edit_theme(
            params["theme"], name=params.get("name"), description=params.get("description"), session=session
        )
        session.flush()
        return Answer(_card(theme, session))


def delete_theme(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Delete a theme; it can be restored."""
    with desk.store.write() as session:
        theme_store.delete_theme(params["theme"], annotator=params["annotator"], session=session)
    return Answer(None)


def restore_theme(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Bring a deleted theme back and return its card."""
    with desk.store.write() as session:
        return Answer(_card(theme_store.restore_theme(params["theme"], session=session), session))


def add_label(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Add a label and return all of them."""
    with desk.store.write() as session:
        label_store.add_label(params["theme"], params["name"], color=params.get("color"), session=session)
        return _labels(params["theme"], session)


def edit_label(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Rename or recolor a label and return all of them."""
    with desk.store.write() as session:
        label_store.edit_label(params["label"], name=params.get("name"), color=params.get("color"), session=session)
        return _labels(params["theme"], session)


def reorder_labels(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Give the labels another order and return them in it."""
    with desk.store.write() as session:
        label_store.reorder_labels(params["theme"], params["order"], session=session)
        return _labels(params["theme"], session)


def label_use(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return how many samples and boxes carry a label."""
    with desk.store.read() as session:
        return Answer(asdict(label_store.label_use(params["label"], session=session)))


def delete_label(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Delete a label and return those that are left."""
    with desk.store.write() as session:
        label_store.delete_label(params["label"], annotator=params["annotator"], session=session)
        return _labels(params["theme"], session)


def merge_labels(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Merge a label into another one and return those that are left."""
    with desk.store.write() as session:
        label_store.merge_labels(params["label"], params["into"], annotator=params["annotator"], session=session)
        return _labels(params["theme"], session)


def _labels(theme_id: int, session: Session) -> Answer:
    session.flush()
    return Answer([label_json(label) for label in label_store.labels_of(theme_id, session=session)])


def _card(theme: Theme, session: Session) -> dict[str, Any]:
    return {
        "id": theme.id,
        "name": theme.name,
        "description": theme.description,
        "labels": [label_json(label) for label in label_store.labels_of(theme.id, session=session)],
        "task": theme.task,
        "counts": _counts(theme.id, session),
        "boxes": asdict(box_counts(theme.id, session=session)) if theme.task == "boxes" else None,
    }


def _counts(theme_id: int, session: Session) -> dict[str, int]:
    counts = dict.fromkeys(("samples", "labeled", "skipped", *SPLITS), 0)
    for label_id, skipped, split, number in count_rows(theme_id, session=session):
        counts["samples"] += number
        counts["labeled"] += number if label_id is not None else 0
        counts["skipped"] += number if skipped else 0
        if split is not None:
            counts[split] += number
    return counts
