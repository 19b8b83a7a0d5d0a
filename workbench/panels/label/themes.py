"""Themes and their labels: creating, editing, deleting."""

from __future__ import annotations

from dataclasses import asdict
from typing import NotRequired, TypedDict

from workbench.data.thumbnails import SIDES
from workbench.panels.base.messages import Answer
from workbench.panels.base.state import PanelState, SheetJson
from workbench.panels.label.messages import LabelJson, ThemeParams
from workbench.panels.label.rows import label_json, moment_json
from workbench.store import Session, label_merges
from workbench.store import labels as label_store
from workbench.store import themes as theme_store
from workbench.store.counts import box_counts, theme_counts
from workbench.store.label_keys import Order
from workbench.store.paging import open_page
from workbench.store.samples import SampleFilter
from workbench.store.schema import Theme
from workbench.store.steps.labels import delete_label_in_steps, merge_labels_in_steps


class ThemeCountsJson(TypedDict):
    """How far a theme is, in samples; `splits` has those of train, valid, test and unassigned."""

    samples: int
    labeled: int
    skipped: int
    splits: dict[str, int]


class ThemeCardJson(TypedDict):
    """A theme in the list of themes. `boxes` are the fields of `BoxCounts` for a theme of boxes."""

    id: int
    name: str
    description: str
    born: str | None
    labels: list[LabelJson]
    task: str
    counts: ThemeCountsJson
    boxes: dict[str, int] | None


class CoversJson(TypedDict):
    """The pictures of themes: a theme and a sample of it each, and the samples' thumbnails."""

    covers: list[tuple[int, int]]
    sheet: SheetJson | None


class NewLabelJson(TypedDict):
    """A label of a theme that is to be created; the color may be empty."""

    name: str
    color: NotRequired[str | None]


class CreateThemeParams(TypedDict):
    """A theme to create."""

    name: str
    description: NotRequired[str]
    labels: NotRequired[list[NewLabelJson]]


class EditThemeParams(TypedDict):
    """What to change of a theme."""

    theme: int
    name: NotRequired[str]
    description: NotRequired[str]


class DeleteThemeParams(TypedDict):
    """A theme to delete."""

    theme: int
    annotator: str


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


def list_themes(state: PanelState, _params: object) -> Answer[list[ThemeCardJson]]:
    """Return every theme with its counts."""
    with state.store.read() as session:
        return Answer([_card(theme, session) for theme in theme_store.list_themes(session=session)])


def covers(state: PanelState, _params: object) -> Answer[CoversJson]:
    """Return the first image of every theme that has one."""
    with state.store.read() as session:
        firsts = [
            (theme.id, sample.id, sample.uri)
            for theme in theme_store.list_themes(session=session)
            for sample in open_page(theme.id, SampleFilter(), limit=1, total=1, session=session)
        ]
    sheet, content = state.sheet([(sample, uri) for _, sample, uri in firsts], SIDES[0])
    return Answer({"covers": [(theme, sample) for theme, sample, _ in firsts], "sheet": sheet}, content)


def create_theme(state: PanelState, params: CreateThemeParams) -> Answer[ThemeCardJson]:
    """Create a theme; `labels` is a list of `{name, color}`, color may be empty."""
    with state.store.write() as session:
        theme = theme_store.create_theme(params["name"], description=params.get("description", ""), session=session)
        for label in params.get("labels", []):
            label_store.add_label(theme.id, label["name"], color=label.get("color") or None, session=session)
        return Answer(_card(theme, session))


def edit_theme(state: PanelState, params: EditThemeParams) -> Answer[ThemeCardJson]:
    """Rename or describe a theme and return its card."""
    with state.store.write() as session:
        theme = theme_store.edit_theme(
            params["theme"], name=params.get("name"), description=params.get("description"), session=session
        )
        session.flush()
        return Answer(_card(theme, session))


def delete_theme(state: PanelState, params: DeleteThemeParams) -> Answer[None]:
    """Delete a theme; it can be restored."""
    with state.store.write() as session:
        theme_store.delete_theme(params["theme"], annotator=params["annotator"], session=session)
    return Answer(None)


def restore_theme(state: PanelState, params: ThemeParams) -> Answer[ThemeCardJson]:
    """Bring a deleted theme back and return its card."""
    with state.store.write() as session:
        return Answer(_card(theme_store.restore_theme(params["theme"], session=session), session))


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
    return Answer([label_json(label) for label in label_store.labels_of(theme_id, session=session)])


def _card(theme: Theme, session: Session) -> ThemeCardJson:
    counts = theme_counts(theme.id, session=session)
    return {
        "id": theme.id,
        "name": theme.name,
        "description": theme.description,
        "born": moment_json(theme.created_at),
        "labels": [label_json(label) for label in label_store.labels_of(theme.id, session=session)],
        "task": theme.task,
        "counts": {
            "samples": counts.samples,
            "labeled": counts.labeled,
            "skipped": counts.skipped,
            "splits": counts.splits,
        },
        "boxes": asdict(box_counts(theme.id, session=session)) if theme.task == "boxes" else None,
    }
