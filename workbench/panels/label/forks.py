"""Forks of a theme: making one of a state, and bringing what was decided in one back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NotRequired, TypedDict

from workbench.panels.base.messages import Answer
from workbench.panels.label.rows import moment_json
from workbench.panels.label.state import LabelPanelState
from workbench.panels.label.states import StateParams, ThemeParams
from workbench.progress import Tell
from workbench.store.states.tags import NOW, find_state
from workbench.store.steps.fork_merges import merge_fork
from workbench.store.steps.forks import ForkedTheme, fork_theme, forks_of, origin_of
from workbench.store.themes import theme_by_id


class ForkedThemeJson(TypedDict):
    """A fork, or the theme that one is of; when and by whom it was forked."""

    id: int
    name: str
    at: str | None
    annotator: str


class ForksJson(TypedDict):
    """The forks of a theme, and the theme that it is a fork of itself."""

    forks: list[ForkedThemeJson]
    origin: ForkedThemeJson | None


class ForkParams(StateParams):
    """The name of a fork; its labels are those of the state, today's for an empty one."""

    name: str
    annotator: str


class MadeForkJson(TypedDict):
    """The theme that a fork is."""

    id: int
    name: str


class MergeForkParams(ThemeParams):
    """A fork to merge back; `dry_run` only says what would become of its decisions."""

    annotator: str
    dry_run: NotRequired[bool]


class MergeForkJson(TypedDict):
    """What became of a fork's decisions, in numbers and in words."""

    taken: int
    conflicts: int
    words: str


def changed_by_merge(state: LabelPanelState, params: MergeForkParams) -> int:
    """Return the theme that merging a fork changes."""
    with state.store.read() as session:
        origin = origin_of(params["theme"], session=session)
    return params["theme"] if origin is None else origin.theme_id


def forks(state: LabelPanelState, params: ThemeParams) -> Answer[ForksJson]:
    """Return the forks of a theme, and what it is a fork of."""
    with state.store.read() as session:
        origin = origin_of(params["theme"], session=session)
        found = forks_of(params["theme"], session=session)
    return Answer({"forks": [_json(each) for each in found], "origin": None if origin is None else _json(origin)})


def fork(state: LabelPanelState, params: ForkParams) -> Answer[MadeForkJson]:
    """Make a theme of the samples with the labels of a state."""
    with state.store.read() as session:
        wanted = find_state(params["theme"], params["state"] or NOW, session=session)
    name, who = params["name"], params["annotator"]
    with _telling(state, f"fork '{name}'") as tell:
        made = fork_theme(state.store, params["theme"], name, wanted, annotator=who, tell=tell)
    return Answer({"id": made.id, "name": made.name})


def merge_back(state: LabelPanelState, params: MergeForkParams) -> Answer[MergeForkJson]:
    """Bring what was decided in a fork back to the theme that it is of, or say what that would do."""
    dry_run = bool(params.get("dry_run"))
    with _telling(state, "second opinions") as tell:
        done = merge_fork(state.store, params["theme"], annotator=params["annotator"], dry_run=dry_run, tell=tell)
    with state.store.read() as session:
        name = theme_by_id(params["theme"], session=session).name
        origin = origin_of(params["theme"], session=session)
    words = done.words(name, origin.name if origin else "", dry_run=dry_run)
    return Answer({"taken": done.taken, "conflicts": done.conflicts, "words": words})


@contextmanager
def _telling(state: LabelPanelState, doing: str) -> Iterator[Tell]:
    """What says at the panel how far a call is, until the end of the block."""
    try:
        yield lambda done, of: state.say(f"{doing}: {done:,} of {of:,} images")
    finally:
        state.say("")


def _json(theme: ForkedTheme) -> ForkedThemeJson:
    return {"id": theme.theme_id, "name": theme.name, "at": moment_json(theme.at), "annotator": theme.annotator}
