"""The map of a theme: all images as points, sent as arrays of bytes, and what colors them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Literal, NotRequired, TypedDict

import numpy as np

from workbench.assist.assistant import Assistant, assistant_of
from workbench.assist.learning import Learned
from workbench.assist.theme_map import shown_map
from workbench.embeddings.maps import map_methods
from workbench.errors import ConflictError
from workbench.panels.base.messages import Answer
from workbench.panels.label.state import LabelPanelState
from workbench.store.assistance import splits_and_annotators
from workbench.store.change_feed import last_event_of
from workbench.store.labels import PALETTE, labels_of

By = Literal["label", "split", "suggestion", "correctness", "annotator"]

GONE = 65_535
"""The code of a point whose image was deleted."""

_SPLITS = (("train", "#0072b2"), ("valid", "#e69f00"), ("test", "#009e73"))
_MOST_ANNOTATORS = 12
_MOST_MAPS = 4


class MapParams(TypedDict):
    """`method` is pca, tsne, umap or auto; `renew` has it made where images are missing.

    Where the map that is wanted is the one named by `known`, its points are not sent a second time.
    """

    theme: int
    method: NotRequired[str]
    renew: NotRequired[bool]
    known: NotRequired[str]


class MapJson(TypedDict):
    """A map, `method` as it is shown. Beside travel the ids (float64) and the points (float32, x and y by turns).

    Both are empty where `name` is the known one.
    """

    name: str
    method: str
    methods: list[str]
    count: int
    making: bool
    left: int
    trouble: str


class ColorsParams(TypedDict):
    """What colors the points of a map."""

    theme: int
    name: str
    by: By


class GroupJson(TypedDict):
    """Points of one color; None is the color of what is undecided."""

    name: str
    color: str | None
    count: int


class ColorsJson(TypedDict):
    """Groups; beside travel the group of each point (uint16, 65535 is gone) and whether it is undecided (uint8).

    Not `fresh` while something newer is being computed: ask once more in a moment.
    """

    groups: list[GroupJson]
    fresh: bool


Groups = list[tuple[str, str | None]]


def theme_map(state: LabelPanelState, params: MapParams) -> Answer[MapJson]:
    """Return the map, and have it made where there is none."""
    assistant = assistant_of(state.store, params["theme"], state.encoder)
    assistant.refresh()
    found = shown_map(assistant, params.get("method", "auto"), renew=bool(params.get("renew")))
    name = params.get("known", "")
    known = name.startswith(f"{found.method}-") and np.array_equal(state.maps.get(name, np.empty(0)), found.ids)
    if not known:
        name = f"{found.method}-{secrets.token_hex(4)}"
        state.maps[name] = found.ids
        while len(state.maps) > _MOST_MAPS:
            del state.maps[next(iter(state.maps))]
    content = [] if known else [found.ids.astype("<f8").tobytes(), found.points.astype("<f4").tobytes()]
    return Answer(
        {
            "name": name,
            "method": found.method,
            "methods": list(map_methods()),
            "count": len(found.ids),
            "making": found.making,
            "left": found.left,
            "trouble": found.trouble,
        },
        content,
    )


def colors(state: LabelPanelState, params: ColorsParams) -> Answer[ColorsJson]:
    """Return the groups of the points of a map that was sent. Raises ConflictError for another one."""
    ids = state.maps.get(params["name"])
    if ids is None:
        raise ConflictError("The map is another one by now; open it once more.")
    assistant = assistant_of(state.store, params["theme"], state.encoder)
    assistant.refresh()
    learned = assistant.learned
    if learned is None:
        raise ConflictError("The images have no features yet; they are being made. Try again in a moment.")
    with state.store.read() as session:
        newest = last_event_of(params["theme"], session=session)
    groups, by_row, fresh = _BY[params["by"]](state, assistant, learned)
    rows = learned.rows
    at = np.minimum(np.searchsorted(rows.ids, ids), max(len(rows.ids) - 1, 0))
    there = rows.ids[at] == ids
    codes = np.where(there, by_row[at], GONE).astype("<u2")
    undecided = (there & (rows.classes[at] < 0) & ~rows.skipped[at]).astype(np.uint8)
    counts = np.bincount(codes[there], minlength=len(groups))
    return Answer(
        {
            "groups": [
                {"name": name, "color": color, "count": int(counts[number])}
                for number, (name, color) in enumerate(groups)
            ],
            "fresh": fresh and rows.since >= newest,
        },
        [codes.tobytes(), undecided.tobytes()],
    )


def _labels(state: LabelPanelState, theme_id: int) -> Groups:
    with state.store.read() as session:
        return [(label.name, label.color) for label in labels_of(theme_id, session=session)]


def _by_label(state: LabelPanelState, assistant: Assistant, learned: Learned) -> tuple[Groups, np.ndarray, bool]:
    rows = learned.rows
    groups: Groups = [("not labeled", None), ("skipped", "#888888"), *_labels(state, assistant.theme_id)]
    codes = np.where(rows.classes >= 0, rows.classes + 2, rows.skipped.astype(np.int64))
    return _named(groups, learned, 2), codes, True


def _by_suggestion(state: LabelPanelState, assistant: Assistant, learned: Learned) -> tuple[Groups, np.ndarray, bool]:
    groups: Groups = [("no suggestion", None), *_labels(state, assistant.theme_id)]
    codes = np.zeros(len(learned.rows.ids), np.int64)
    if learned.probabilities is not None:
        codes[learned.at] = learned.best + 1
    return _named(groups, learned, 1), codes, True


def _named(groups: Groups, learned: Learned, before: int) -> Groups:
    """Keep the groups of labels as many as there were when the model learned: one that was added since has no point."""
    wanted = before + len(learned.rows.label_ids)
    return [*groups[:wanted], *[("?", "#888888")] * (wanted - len(groups))]


def _by_correctness(state: LabelPanelState, assistant: Assistant, learned: Learned) -> tuple[Groups, np.ndarray, bool]:
    groups: Groups = [
        ("not labeled", None),
        ("agrees with the others", "#0072b2"),
        ("contradicted by the others", "#d55e00"),
    ]
    rows = learned.rows
    codes = np.zeros(len(rows.ids), np.int64)
    found = assistant.contradicted()
    if found is not None:
        ids, contradicted = found
        at = np.minimum(np.searchsorted(rows.ids, ids), max(len(rows.ids) - 1, 0))
        there = (rows.ids[at] == ids) & rows.decided[at]
        codes[at[there]] = 1 + contradicted[there]
    return groups, codes, found is not None


def _by_split(state: LabelPanelState, assistant: Assistant, learned: Learned) -> tuple[Groups, np.ndarray, bool]:
    with state.store.read() as session:
        ids, splits, _ = splits_and_annotators(assistant.theme_id, session=session)
    names = [name for name, _ in _SPLITS]
    return [("no split", None), *_SPLITS], _codes(learned, ids, splits, names), True


def _by_annotator(state: LabelPanelState, assistant: Assistant, learned: Learned) -> tuple[Groups, np.ndarray, bool]:
    with state.store.read() as session:
        ids, _, annotators = splits_and_annotators(assistant.theme_id, session=session)
    counts: dict[str, int] = {}
    for name in annotators:
        if name is not None:
            counts[name] = counts.get(name, 0) + 1
    names = sorted(counts, key=lambda name: -counts[name])[:_MOST_ANNOTATORS]
    others = len(counts) > len(names)
    groups: Groups = [("nobody", None), *zip(names, PALETTE, strict=False)]
    codes = _codes(learned, ids, annotators, names, others=len(groups) if others else 0)
    return [*groups, *[("others", "#888888")] * others], codes, True


def _codes(
    learned: Learned, ids: list[int], values: list[str | None], names: list[str], *, others: int = 0
) -> np.ndarray:
    """Return the group of each row: its value's position among the names, from 1; 0 without a value."""
    index = {name: number for number, name in enumerate(names, start=1)}
    wanted = np.array(ids, np.int64)
    found = np.array([0 if value is None else index.get(value, others) for value in values], np.int64)
    codes = np.zeros(len(learned.rows.ids), np.int64)
    if len(wanted):
        at = np.minimum(np.searchsorted(wanted, learned.rows.ids), len(wanted) - 1)
        codes = np.where(wanted[at] == learned.rows.ids, found[at], 0)
    return codes


_BY: dict[str, Callable[[LabelPanelState, Assistant, Learned], tuple[Groups, np.ndarray, bool]]] = {
    "label": _by_label,
    "split": _by_split,
    "suggestion": _by_suggestion,
    "correctness": _by_correctness,
    "annotator": _by_annotator,
}
