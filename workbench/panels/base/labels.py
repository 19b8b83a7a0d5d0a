"""The labels of a theme, as the labels dialog of several panels edits them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NotRequired, TypedDict

from workbench.panels.base.messages import Answer
from workbench.panels.base.state import PanelState
from workbench.store import Session, label_merges
from workbench.store import labels as label_store
from workbench.store.label_keys import Order
from workbench.store.schema import Label
from workbench.store.steps.labels import delete_label_in_steps, merge_labels_in_steps


class LabelJson(TypedDict):
    """A label; `key` is the letter or digit that gives it."""

    id: int
    name: str
    color: str
    position: int
    key: str | None


class AddLabelParams(TypedDict):
    """A label to add."""

    theme: int
    name: str
    color: NotRequired[str | None]


class EditLabelParams(TypedDict):
    """What to change of a label; an empty `key` takes its key away."""

    theme: int
    label: int
    name: NotRequired[str]
    color: NotRequired[str]
    key: NotRequired[str]
    annotator: str


class SuggestKeysParams(TypedDict):
    """New keys for all labels of a theme: by their order, or by their names."""

    theme: int
    order: Order


class ReorderLabelsParams(TypedDict):
    """The ids of a theme's labels in their new order."""

    theme: int
    order: list[int]


class LabelParams(TypedDict):
    """A call about one label."""

    label: int


class DeleteLabelParams(TypedDict):
    """A label to delete."""

    theme: int
    label: int
    annotator: str


class MergeLabelsParams(DeleteLabelParams):
    """A label to merge into another one."""

    into: int


def label_json(label: Label) -> LabelJson:
    """Return a label."""
    return {"id": label.id, "name": label.name, "color": label.color, "position": label.position, "key": label.key}


def labels_json(theme_id: int, session: Session) -> list[LabelJson]:
    """Return a theme's labels in their order."""
    return [label_json(label) for label in label_store.labels_of(theme_id, session=session)]


def add_label(state: PanelState, params: AddLabelParams) -> Answer[list[LabelJson]]:
    """Add a label and return all of them."""
    with state.store.write() as session:
        label_store.add_label(params["theme"], params["name"], color=params.get("color"), session=session)
        return _labels(params["theme"], session)


def edit_label(state: PanelState, params: EditLabelParams) -> Answer[list[LabelJson]]:
    """Rename or recolor a label, change its key, and return all of them."""
    with state.store.write() as session:
        label_store.edit_label(
            params["label"],
            name=params.get("name"),
            color=params.get("color"),
            annotator=params["annotator"],
            session=session,
        )
        if "key" in params:
            label_store.set_key(params["label"], params["key"], session=session)
        return _labels(params["theme"], session)


def suggest_keys(state: PanelState, params: SuggestKeysParams) -> Answer[list[LabelJson]]:
    """Give all labels new keys and return them."""
    with state.store.write() as session:
        label_store.suggest_keys(params["theme"], params["order"], session=session)
        return _labels(params["theme"], session)


def reorder_labels(state: PanelState, params: ReorderLabelsParams) -> Answer[list[LabelJson]]:
    """Give the labels another order and return them in it."""
    with state.store.write() as session:
        label_store.reorder_labels(params["theme"], params["order"], session=session)
        return _labels(params["theme"], session)


def label_use(state: PanelState, params: LabelParams) -> Answer[label_merges.LabelUse]:
    """Return how many samples and boxes carry a label."""
    with state.store.read() as session:
        return Answer(label_merges.label_use(params["label"], session=session))


def delete_label(state: PanelState, params: DeleteLabelParams) -> Answer[list[LabelJson]]:
    """Delete a label and return those that are left."""
    delete_label_in_steps(state.store, params["label"], annotator=params["annotator"])
    with state.store.read() as session:
        return _labels(params["theme"], session)


def merge_labels(state: PanelState, params: MergeLabelsParams) -> Answer[list[LabelJson]]:
    """Merge a label into another one and return those that are left."""
    merge_labels_in_steps(state.store, params["label"], params["into"], annotator=params["annotator"])
    with state.store.read() as session:
        return _labels(params["theme"], session)


def _labels(theme_id: int, session: Session) -> Answer[list[LabelJson]]:
    session.flush()
    return Answer(labels_json(theme_id, session))


LABEL_EDITS: dict[str, Callable[[PanelState, Any], Answer[Any]]] = {
    "add label": add_label,
    "edit label": edit_label,
    "suggest keys": suggest_keys,
    "reorder labels": reorder_labels,
    "label use": label_use,
    "delete label": delete_label,
    "merge labels": merge_labels,
}
"""The calls of the labels dialog. All but `label use` answer with the theme's labels."""
