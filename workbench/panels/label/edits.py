"""Committing what people decided: each entry of the browser's journal once, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from workbench.errors import StoreFailedError, WorkbenchError
from workbench.panels.base.messages import Answer
from workbench.panels.label import annotators, assist
from workbench.panels.label.browsing import changes_json
from workbench.panels.label.listing import chosen_samples
from workbench.panels.label.messages import CommitParams, CommittedJson, DecisionJson, EntryJson, OutcomeJson
from workbench.panels.label.rows import bulk_json, decision_from_json, decision_json, moment_json
from workbench.panels.label.state import LabelPanelState
from workbench.panels.label.suggestions import accept
from workbench.store import Session
from workbench.store.decisions import decision_of
from workbench.store.events import batch_of_client_key
from workbench.store.label_merges import label_now
from workbench.store.samples import samples_by_id
from workbench.store.single_edits import Edit, EditOutcome, decide
from workbench.store.steps.edits import delete_in_steps, label_in_steps, undo_of_any_size
from workbench.store.steps.running import running_of

_KINDS = ("decide", "bulk", "accept", "page", "rest", "delete", "opinion", "settle", "again", "undo")


def commit(state: LabelPanelState, params: CommitParams) -> Answer[CommittedJson]:
    """Commit entries of the browser's journal and return their outcomes, and what else has changed."""
    outcomes: list[OutcomeJson] = []
    for run in _runs(params["entries"]):
        outcomes += _commit(state, params["theme"], run)
    assist.learn_answers(state)
    with state.store.read() as session:
        return Answer({"outcomes": outcomes, **changes_json(params, session)})


def _runs(entries: Sequence[EntryJson]) -> Iterator[list[EntryJson]]:
    """Cut the entries into runs that are committed together: single decisions of one annotator, or one other entry."""
    for (kind, _, _), run in groupby(
        enumerate(entries), key=lambda pair: (pair[1]["kind"], pair[1]["annotator"], _alone(pair))
    ):
        found = [entry for _, entry in run]
        yield found if kind == "decide" else found[:1]


def _alone(pair: tuple[int, EntryJson]) -> int:
    index, entry = pair
    return -1 if entry["kind"] == "decide" else index


def _commit(state: LabelPanelState, theme_id: int, run: list[EntryJson]) -> list[OutcomeJson]:
    """Commit a run; where one entry of it cannot be done, the others still are."""
    try:
        if run[0]["kind"] == "decide":
            with state.store.write() as session:
                return _decide(state, theme_id, run, session)
        return [_other(state, theme_id, run[0])]
    except StoreFailedError:
        # Nothing is wrong with the entries: they stay in the browser's journal and are sent with a later message.
        raise
    except WorkbenchError as error:
        if len(run) == 1:
            return [{"key": run[0]["key"], "status": "failed", "message": str(error)}]
    return [outcome for entry in run for outcome in _commit(state, theme_id, [entry])]


def _decide(state: LabelPanelState, theme_id: int, run: Sequence[EntryJson], session: Session) -> list[OutcomeJson]:
    edits = _as_they_were(state, theme_id, run, session)
    outcomes = decide(theme_id, edits, annotator=run[0]["annotator"], session=session)
    return [_outcome_json(entry["key"], outcome) for entry, outcome in zip(run, outcomes, strict=True)]


def _as_they_were(state: LabelPanelState, theme_id: int, run: Sequence[EntryJson], session: Session) -> list[Edit]:
    """Read entries of decisions. What her own long edit will write a person sees already, and it is no conflict.

    It is one where somebody else has decided since that began.
    """
    edits = [_edit(entry) for entry in run]
    under_way = state.long_edits.under_way(theme_id)
    running = None if under_way is None else running_of(under_way["key"], session=session)
    if under_way is None or running is None:
        return edits
    painted = [entry["sample"] for entry in run if entry.get("seen") == _painted(under_way, entry["sample"])]
    rows = samples_by_id(painted, session=session)
    stood = {
        sample: decision_of(row)
        for sample, row in rows.items()
        if row.labeled_at is None or row.labeled_at < running.since
    }
    return [replace(edit, seen=stood.get(edit.sample_id, edit.seen)) for edit in edits]


def _painted(entry: EntryJson, sample: int) -> DecisionJson | None:
    """What the browser shows of a sample while an edit of many is being written."""
    ids = entry.get("ids")
    if ids is not None and sample not in ids:
        return None
    if entry["kind"] == "accept" and ids:
        return {"label": entry["labels"][ids.index(sample)], "skipped": False}
    return entry.get("to") if entry["kind"] == "bulk" else None


def _edit(entry: EntryJson) -> Edit:
    seen = entry.get("seen")
    return Edit(
        sample_id=entry["sample"],
        decision=decision_from_json(entry["to"]),
        seen=decision_from_json(seen) if seen is not None else ...,
        client_key=entry["key"],
    )


def _outcome_json(key: str, outcome: EditOutcome) -> OutcomeJson:
    found: OutcomeJson = {"key": key, "status": outcome.status}
    if outcome.status != "missing":
        found["current"] = {
            "id": outcome.sample_id,
            **decision_json(outcome.decision),
            "annotator": outcome.annotator,
            "at": moment_json(outcome.at),
            "split": outcome.split,
        }
    return found


def _other(state: LabelPanelState, theme_id: int, entry: EntryJson) -> OutcomeJson:
    kind = entry["kind"]
    if kind not in _KINDS:
        raise WorkbenchError(f"There is no entry of the kind '{kind}'. Allowed: {', '.join(_KINDS)}.")
    if kind in annotators.KINDS:
        with state.store.write() as session:
            return annotators.commit(theme_id, entry, session)
    if kind == "page":
        return assist.commit(state, theme_id, entry)
    return state.long_edits.commit(state.store, theme_id, entry, lambda: _many(state, theme_id, entry))


def _many(state: LabelPanelState, theme_id: int, entry: EntryJson) -> OutcomeJson:
    """Commit an entry that may mean many samples."""
    kind = entry["kind"]
    if kind == "undo":
        return _undo(state, theme_id, entry)
    if kind == "rest":
        return assist.commit(state, theme_id, entry)
    if kind == "accept":
        with state.store.read() as session:
            version = state.version(theme_id, session)
        return accept(state.store, theme_id, version, entry)
    return _bulk(state, theme_id, entry)


def _bulk(state: LabelPanelState, theme_id: int, entry: EntryJson) -> OutcomeJson:
    """Label, skip, clear or delete many samples."""
    who, key = entry["annotator"], entry["key"]
    if entry.get("ids") is None and entry.get("where") is None:
        raise WorkbenchError("A bulk action needs the samples that it is meant for.")
    with state.store.read() as session:
        where = chosen_samples(state, theme_id, entry.get("where"), entry.get("ids"), session)
        to = entry.get("to")
        label_id = label_now(theme_id, to["label"] if to else None, session=session)
    if entry["kind"] == "delete":
        done = delete_in_steps(state.store, theme_id, where, annotator=who, client_key=key)
    else:
        if to is None:
            raise WorkbenchError("A bulk action needs the decision that is meant.")
        skip = bool(to.get("skipped"))
        done = label_in_steps(state.store, theme_id, where, label_id, skip=skip, annotator=who, client_key=key)
    return bulk_json(key, done)


def _undo(state: LabelPanelState, theme_id: int, entry: EntryJson) -> OutcomeJson:
    batch_id = None
    if entry.get("of"):
        with state.store.read() as session:
            batch = batch_of_client_key(entry["of"], session=session)
        if batch is None or batch.changed == 0:
            return {"key": entry["key"], "status": "unchanged", "changed": 0, "unchanged": 0, "samples": []}
        batch_id = batch.id
    who, key = entry["annotator"], entry["key"]
    done = undo_of_any_size(state.store, theme_id, annotator=who, batch_id=batch_id, client_key=key)
    happened = done.restored > 0 or done.changed_labels
    return {
        "key": entry["key"],
        "status": "changed" if done.batch_id is not None and happened else "unchanged",
        "changed": done.restored,
        "unchanged": done.kept,
        "samples": list(done.sample_ids),
        "action": done.action,
    }
