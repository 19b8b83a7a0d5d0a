"""The map of a theme as it is shown: the one that was kept, or two principal axes until it is made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.assist.assistant import Assistant
from workbench.assist.learning import Learned
from workbench.embeddings.encoder import Encoder
from workbench.embeddings.encoders import AUTO
from workbench.embeddings.maps import checked_method, laid_out, latest_map_job, read_map, start_map
from workbench.embeddings.vectors import Vectors
from workbench.errors import ConflictError, WorkbenchError

_GROWN = 1.1


@dataclass(frozen=True)
class ShownMap:
    """Points float32 (N, 2) from 0 to 1 of the samples `ids` int64 (N,), ascending.

    `method` is how they were laid out, `making` whether the one that was asked for is being made. `left` images have
    features and are not on it yet. `trouble` says why it could not be made.
    """

    method: str
    ids: np.ndarray
    points: np.ndarray
    making: bool = False
    left: int = 0
    trouble: str = ""


def shown_map(assistant: Assistant, method: str = AUTO, *, renew: bool = False) -> ShownMap:
    """Return the map of a theme, and have the one that is asked for made where there is none, or a much smaller one.

    Until then the two longest principal axes are the map. `renew` has it made where any image is missing. Raises
    ConflictError before there are features, and as `checked_method` does.
    """
    method = checked_method(method)
    learned, encoder = assistant.learned, assistant.encoder
    if learned is None or encoder is None or not len(learned.at):
        raise ConflictError("The images have no features yet; they are being made. Try again in a moment.")
    if method == "pca":
        return _axes(learned)
    kept = read_map(assistant.store.project, assistant.theme_id, encoder, method)
    found = _axes(learned) if kept is None else _kept(learned, kept, method)
    wanted = kept is None or (found.left > 0 and (renew or len(learned.at) > _GROWN * len(found.ids)))
    making, trouble = _making(assistant, encoder, method, wanted)
    return ShownMap(found.method, found.ids, found.points, making, found.left, trouble)


def _making(assistant: Assistant, encoder: Encoder, method: str, wanted: bool) -> tuple[bool, str]:
    project, theme, name = assistant.store.project, assistant.theme, assistant.encoder_name
    latest = latest_map_job(project, theme, name, method)
    if latest is not None and latest.state == "running":
        return True, ""
    if not wanted:
        return False, ""
    # One that failed is not begun once more at each look, but by the next process that asks.
    if latest is not None and latest.id in assistant.maps_begun and latest.state != "complete":
        return False, f"The map could not be made: {latest.error or latest.state}."
    try:
        assistant.maps_begun.add(start_map(project, theme, name, method).id)
    except WorkbenchError as error:
        return False, str(error)
    return True, ""


def _axes(learned: Learned) -> ShownMap:
    values = next(iter(learned.features.values.values()))
    return ShownMap("pca", learned.rows.ids[learned.at], laid_out(values, "pca"))


def _kept(learned: Learned, kept: Vectors, method: str) -> ShownMap:
    digests = learned.rows.digests
    rows = kept.positions([digests[each] for each in learned.at.tolist()])
    there = rows >= 0
    ids = learned.rows.ids[learned.at[there]]
    return ShownMap(method, ids, kept.rows[rows[there]], left=int((~there).sum()))
