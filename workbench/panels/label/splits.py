"""Assigning splits, and looking at what that would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from workbench.panels.base.messages import Answer
from workbench.panels.label.state import Desk, sample_filter
from workbench.store.splits import assign_splits, move_to_split, preview_splits


def usual(desk: Desk, _params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return the shares and the seed that params.yaml names, as the command takes them."""
    from workbench.training.params import load_params

    data = load_params(desk.store.project.params_file).data
    return Answer({"ratios": list(data.split_ratio), "seed": data.seed})


def preview(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Return the counts that an assignment would lead to, and change nothing."""
    with desk.store.read() as session:
        done = preview_splits(
            params["theme"],
            params["ratios"],
            reset=bool(params.get("reset")),
            valid_from_train=bool(params.get("valid_from_train")),
            session=session,
        )
    return Answer(asdict(done))


def assign(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Assign the splits and return what was assigned."""
    with desk.store.write() as session:
        done = assign_splits(
            params["theme"],
            params["ratios"],
            seed=params["seed"],
            reset=bool(params.get("reset")),
            valid_from_train=bool(params.get("valid_from_train")),
            annotator=params["annotator"],
            session=session,
        )
    return Answer(asdict(done))


def move(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Move selected samples into a split; those that may not move stay and are counted."""
    where = sample_filter(params.get("where"), params.get("ids"))
    with desk.store.write() as session:
        done = move_to_split(params["theme"], where, params["split"], annotator=params["annotator"], session=session)
    return Answer(asdict(done))
