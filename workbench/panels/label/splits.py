"""Assigning splits, and looking at what that would do."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from workbench.embeddings.duplicates.newcomers import compare_newcomers
from workbench.panels.base.messages import Answer
from workbench.panels.label.listing import chosen_samples
from workbench.panels.label.messages import WhereJson
from workbench.panels.label.state import LabelPanelState
from workbench.store.splits import SplitMove, SplitOutcome, preview_splits
from workbench.store.steps.splits import assign_splits_in_steps, move_to_split_in_steps
from workbench.store.themes import theme_by_id

_SEED = 42


class SplitSettingsJson(TypedDict):
    """The shares of train, valid and test, and the seed, that params.yaml names."""

    ratios: list[float]
    seed: int


class PreviewSplitsParams(TypedDict):
    """How splits would be assigned."""

    theme: int
    ratios: list[float]
    seed: NotRequired[int]
    reset: NotRequired[bool]
    valid_from_train: NotRequired[bool]


class AssignSplitsParams(PreviewSplitsParams):
    """How splits are assigned."""

    annotator: str


class MoveToSplitParams(TypedDict):
    """Samples to move into a split."""

    theme: int
    split: str
    annotator: str
    where: NotRequired[WhereJson | None]
    ids: NotRequired[list[int] | None]


def settings(state: LabelPanelState, _params: object) -> Answer[SplitSettingsJson]:
    """Return the shares and the seed that params.yaml names, as the command takes them."""
    from workbench.training.params import load_params

    data = load_params(state.store.project.params_file).data
    return Answer({"ratios": list(data.split_ratio), "seed": data.seed})


def preview(state: LabelPanelState, params: PreviewSplitsParams) -> Answer[SplitOutcome]:
    """Return the counts that an assignment would lead to, and change nothing."""
    with state.store.read() as session:
        done = preview_splits(
            params["theme"],
            params["ratios"],
            seed=params.get("seed", _SEED),
            reset=bool(params.get("reset")),
            valid_from_train=bool(params.get("valid_from_train")),
            session=session,
        )
    return Answer(done)


def assign(state: LabelPanelState, params: AssignSplitsParams) -> Answer[SplitOutcome]:
    """Assign the splits and return what was assigned."""
    with state.store.read() as session:
        theme = theme_by_id(params["theme"], session=session)
    compare_newcomers(state.store, theme.name, annotator=params["annotator"])
    done = assign_splits_in_steps(
        state.store,
        theme,
        params["ratios"],
        seed=params.get("seed", _SEED),
        reset=bool(params.get("reset")),
        valid_from_train=bool(params.get("valid_from_train")),
        annotator=params["annotator"],
    )
    return Answer(done)


def move(state: LabelPanelState, params: MoveToSplitParams) -> Answer[SplitMove]:
    """Move selected samples into a split; those that may not move stay and are counted."""
    with state.store.read() as session:
        where = chosen_samples(state, params["theme"], params.get("where"), params.get("ids"), session)
    who = params["annotator"]
    done = move_to_split_in_steps(state.store, params["theme"], where, params["split"], annotator=who)
    return Answer(done)
