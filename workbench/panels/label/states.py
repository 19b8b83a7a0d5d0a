"""States of a theme's labels: naming one, looking at one, what changed since, and going back to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

from workbench.panels.base.messages import Answer
from workbench.panels.base.state import SheetJson
from workbench.panels.label.browsing import missing_thumbnails
from workbench.panels.label.messages import SheetParams
from workbench.panels.label.rows import moment_json
from workbench.panels.label.state import LabelPanelState
from workbench.store import Session
from workbench.store.change_feed import last_event_of
from workbench.store.labels import labels_of
from workbench.store.samples import samples_by_id
from workbench.store.schema import Tag
from workbench.store.states.tags import NOW, add_tag, find_state, tags_of
from workbench.store.states.words import code_words
from workbench.store.steps.revert import revert_in_steps

if TYPE_CHECKING:
    from workbench.store.states.diff import StateDiff
    from workbench.store.states.past import PastLabels

_REMEMBERED = 3
_MOST_SAMPLES = 20_000


class ThemeParams(TypedDict):
    """A theme."""

    theme: int


class TagJson(TypedDict):
    """A name of a state, and when and by whom it was given."""

    name: str
    at: str | None
    annotator: str
    note: str


class TagsJson(TypedDict):
    """The names that there are, the newest first."""

    tags: list[TagJson]


class TagParams(ThemeParams):
    """A name for the labels of this moment."""

    name: str
    annotator: str


class StateParams(ThemeParams):
    """A state: a tag, or a time as ISO 8601 with its zone."""

    state: str


class StatePageParams(StateParams, SheetParams):
    """A page of a state; `label` is a label's id, 0 for undecided, -1 for skipped.

    With `quick` the first samples are wanted at once, before a large theme was read as a whole.
    """

    quick: NotRequired[bool]

    label: NotRequired[int | None]
    split: NotRequired[str | None]
    offset: NotRequired[int]
    limit: NotRequired[int]


class PastSampleJson(TypedDict):
    """A sample with what its label was called, and its split then."""

    id: int
    name: str
    label: str
    split: str | None


class StatePageJson(TypedDict):
    """A page of `total` samples; `counts` has id, name and number of each decision in the whole state.

    `whole` is False for the first samples that were wanted quickly: totals and counts are not known then.
    """

    whole: bool

    items: list[PastSampleJson]
    offset: int
    total: int
    at: str | None
    counts: list[tuple[int, str, int]]
    sheet: SheetJson | None


class CellJson(TypedDict):
    """How many samples went from one decision to another: ids as in StatePageParams, and their names."""

    before: int
    after: int
    words: tuple[str, str]
    samples: int


class DiffParams(StateParams):
    """Two states; without `until` the second one is today's."""

    until: NotRequired[str | None]


class StateDiffJson(TypedDict):
    """What changed between two states."""

    changed: int
    unchanged: int
    added: int
    removed: int
    by_annotator: dict[str, int]
    cells: list[CellJson]


class CellParams(DiffParams):
    """A cell of what changed."""

    before: int
    after: int


class ChangedSamplesJson(TypedDict):
    """The ids of the samples of a cell, 20,000 at most."""

    ids: list[int]


class RevertParams(StateParams):
    """Going back to a state, for some samples or all."""

    ids: NotRequired[list[int] | None]
    annotator: str
    dry_run: NotRequired[bool]


class RevertJson(TypedDict):
    """What that did, or would do."""

    changed: int
    words: str


def states(state: LabelPanelState, params: ThemeParams) -> Answer[TagsJson]:
    """Return the names of states that there are."""
    with state.store.read() as session:
        rows = tags_of(params["theme"], session=session)
    return Answer({"tags": [_tag_json(row) for row in rows]})


def tag(state: LabelPanelState, params: TagParams) -> Answer[TagJson]:
    """Name the labels of this moment."""
    with state.store.write() as session:
        row = add_tag(params["theme"], params["name"], annotator=params["annotator"], session=session)
        return Answer(_tag_json(row))


def page(state: LabelPanelState, params: StatePageParams) -> Answer[StatePageJson]:
    """Return a page of the samples as they stood in a state."""
    from workbench.store.states.past import split_of

    if params.get("quick"):
        return _first(state, params)
    with state.store.read() as session:
        past = _past(state, params, session)
        words = code_words(params["theme"], session=session)
        living = [label.id for label in labels_of(params["theme"], session=session)]
        found = past.matching(label=params.get("label"), split=params.get("split"))
        limit = min(max(int(params.get("limit", 100)), 1), 500)
        offset = min(max(int(params.get("offset", 0)), 0), max(0, (len(found) - 1) // limit * limit))
        shown = found[offset : offset + limit]
        ids = past.ids[shown].tolist()
        samples = samples_by_id(ids, session=session)
    stood = zip(ids, past.labels[shown].tolist(), past.splits[shown].tolist(), strict=True)
    items: list[PastSampleJson] = [
        {"id": one, "name": samples[one].name, "label": words.get(label, ""), "split": split_of(split)}
        for one, label, split in stood
        if one in samples
    ]
    counts: dict[int, int] = {}
    for (label, _), number in past.counts.items():
        counts[label] = counts.get(label, 0) + number
    # In the theme's order; then labels that are gone, skipped and unlabeled.
    order = [*living, *sorted(counts.keys() - set(living), reverse=True)]
    listed = [(label, words.get(label, ""), counts[label]) for label in order if label in counts]
    sheet, content = missing_thumbnails(state, [samples[one] for one in ids if one in samples], params)
    at = moment_json(past.state.at)
    return Answer(
        {
            "whole": True,
            "items": items,
            "offset": offset,
            "total": len(found),
            "at": at,
            "counts": listed,
            "sheet": sheet,
        },
        content,
    )


def _first(state: LabelPanelState, params: StatePageParams) -> Answer[StatePageJson]:
    """Return the first samples of a state, before all of it is read."""
    from workbench.store.states.past import first_of_past

    with state.store.read() as session:
        wanted = find_state(params["theme"], params["state"], session=session)
        words = code_words(params["theme"], session=session)
        limit = min(max(int(params.get("limit", 100)), 1), 500)
        rows = first_of_past(params["theme"], wanted, limit, session=session)
        samples = samples_by_id([sample_id for sample_id, *_ in rows], session=session)
    items: list[PastSampleJson] = [
        {"id": one, "name": samples[one].name, "label": words.get(label, ""), "split": split}
        for one, label, split in rows
    ]
    sheet, content = missing_thumbnails(state, [samples[one] for one, *_ in rows], params)
    found: StatePageJson = {
        "whole": False,
        "items": items,
        "offset": 0,
        "total": len(items),
        "at": moment_json(wanted.at),
        "counts": [],
        "sheet": sheet,
    }
    return Answer(found, content)


def diff(state: LabelPanelState, params: DiffParams) -> Answer[StateDiffJson]:
    """Return what changed between two states, from what to what and by whom."""
    with state.store.read() as session:
        found = _diff(params, session)
        words = code_words(params["theme"], session=session)
    cells: list[CellJson] = [
        {"before": was, "after": became, "words": (words[was], words[became]), "samples": number}
        for (was, became), number in found.cells.most_common()
    ]
    return Answer(
        {
            "changed": len(found.changed),
            "unchanged": found.unchanged,
            "added": len(found.added),
            "removed": len(found.removed),
            "by_annotator": found.by_annotator,
            "cells": cells,
        }
    )


def changed_samples(state: LabelPanelState, params: CellParams) -> Answer[ChangedSamplesJson]:
    """Return the samples of a cell of what changed."""
    with state.store.read() as session:
        found = _diff(params, session)
    wanted = (params["before"], params["after"])
    ids = [row.sample_id for row in found.changed if (row.before, row.after) == wanted]
    return Answer({"ids": ids[:_MOST_SAMPLES]})


def revert(state: LabelPanelState, params: RevertParams) -> Answer[RevertJson]:
    """Go back to a state, or say what that would do."""
    with state.store.read() as session:
        wanted = find_state(params["theme"], params["state"], session=session)
    done = revert_in_steps(
        state.store,
        params["theme"],
        wanted,
        params.get("ids"),
        annotator=params["annotator"],
        dry_run=bool(params.get("dry_run")),
    )
    return Answer({"changed": done.changed, "words": done.words(wanted.name)})


def _diff(params: DiffParams, session: Session) -> StateDiff:
    from workbench.store.states.diff import diff_states

    theme_id, ends = params["theme"], (params["state"], params.get("until") or NOW)
    before, after = (find_state(theme_id, each, session=session) for each in ends)
    return diff_states(theme_id, before, after, session=session)


def _past(state: LabelPanelState, params: StateParams, session: Session) -> PastLabels:
    """Return how a theme stood; what was looked at lately is kept, as long as nothing happened since."""
    from workbench.store.states.past import past_labels

    theme_id = params["theme"]
    key = (theme_id, params["state"], last_event_of(theme_id, session=session))
    if key not in state.past:
        found = past_labels(theme_id, find_state(theme_id, params["state"], session=session), session=session)
        while len(state.past) >= _REMEMBERED:
            state.past.pop(next(iter(state.past)))
        state.past[key] = found
    return state.past[key]


def _tag_json(row: Tag) -> TagJson:
    return {"name": row.name, "at": moment_json(row.at), "annotator": row.annotator, "note": row.note}
