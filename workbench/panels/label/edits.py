"""Committing what people decided: each act once, in order, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from workbench.errors import StoreFailedError, WorkbenchError
from workbench.panels.base.messages import Answer
from workbench.panels.label import annotators
from workbench.panels.label.browsing import changes_json
from workbench.panels.label.state import Desk, decision_json, decision_text, moment_json, sample_filter
from workbench.store import Session, Store
from workbench.store.labeling import (
    Decision,
    Outcome,
    batch_of_client_key,
    decide,
    delete_samples,
    label_many,
    undo,
)
from workbench.store.merges import label_now
from workbench.store.samples import SampleFilter
from workbench.store.undo import REVIVES_LABELS


def act(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Commit entries of the browser's journal; `since` and `newest` as in `browsing.changes`."""
    outcomes: list[dict[str, Any]] = []
    for run in _runs(params["entries"]):
        outcomes += _commit(desk.store, params["theme"], run)
    with desk.store.read() as session:
        return Answer({"outcomes": outcomes, **changes_json(params, session)})


def _runs(entries: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Cut the entries into runs that are committed together: single decisions of one annotator, or one other act."""
    for (kind, _, _), run in groupby(
        enumerate(entries), key=lambda pair: (pair[1]["kind"], pair[1]["annotator"], _alone(pair))
    ):
        found = [entry for _, entry in run]
        yield found if kind == "decide" else found[:1]


def _alone(pair: tuple[int, dict[str, Any]]) -> int:
    index, entry = pair
    return -1 if entry["kind"] == "decide" else index


def _commit(store: Store, theme_id: int, run: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Commit a run; where one entry of it cannot be done, the others still are."""
    try:
        with store.write() as session:
            if run[0]["kind"] == "decide":
                return _decide(theme_id, run, session)
            return [_other(theme_id, run[0], session)]
    except StoreFailedError:
        # Nothing is wrong with the entries: they stay in the browser's journal and come again.
        raise
    except WorkbenchError as error:
        if len(run) == 1:
            return [{"key": run[0]["key"], "status": "failed", "message": str(error)}]
    return [outcome for entry in run for outcome in _commit(store, theme_id, [entry])]


def _decide(theme_id: int, run: Sequence[dict[str, Any]], session: Session) -> list[dict[str, Any]]:
    decisions = [
        Decision(
            sample_id=entry["sample"],
            label_id=entry["to"].get("label"),
            skip=bool(entry["to"].get("skipped")),
            seen=decision_text(entry["seen"]) if entry.get("seen") is not None else ...,
            client_key=entry["key"],
        )
        for entry in run
    ]
    outcomes = decide(theme_id, decisions, annotator=run[0]["annotator"], session=session)
    return [_outcome_json(entry["key"], outcome) for entry, outcome in zip(run, outcomes, strict=True)]


def _outcome_json(key: str, outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = {"key": key, "status": outcome.status}
    if outcome.status != "missing":
        found["current"] = {
            "id": outcome.sample_id,
            **decision_json(outcome.decision),
            "annotator": outcome.annotator,
            "at": moment_json(outcome.at),
            "split": outcome.split,
        }
    return found


def _other(theme_id: int, entry: dict[str, Any], session: Session) -> dict[str, Any]:
    who, key = entry["annotator"], entry["key"]
    if entry["kind"] == "undo":
        return _undo(theme_id, entry, session)
    if entry["kind"] in annotators.KINDS:
        return annotators.commit(theme_id, entry, session)
    if entry["kind"] not in {"bulk", "delete"}:
        raise WorkbenchError(
            f"There is no act '{entry['kind']}'. Allowed: decide, bulk, delete, opinion, settle, undo."
        )
    where = _meant(entry)
    if entry["kind"] == "delete":
        done = delete_samples(theme_id, where, annotator=who, client_key=key, session=session)
    else:
        to = entry["to"]
        done = label_many(
            theme_id,
            where,
            label_now(theme_id, to.get("label"), session=session),
            skip=bool(to.get("skipped")),
            annotator=who,
            client_key=key,
            session=session,
        )
    return {
        "key": key,
        "status": "changed",
        "changed": done.changed,
        "unchanged": done.unchanged,
        "replaced": done.replaced,
    }


def _meant(entry: dict[str, Any]) -> SampleFilter:
    ids = entry.get("ids")
    if ids is None and entry.get("where") is None:
        raise WorkbenchError("A bulk action needs the samples that it is meant for.")
    return sample_filter(entry.get("where"), ids)


def _undo(theme_id: int, entry: dict[str, Any], session: Session) -> dict[str, Any]:
    batch_id = None
    if entry.get("of"):
        batch = batch_of_client_key(entry["of"], session=session)
        if batch is None or batch.changed == 0:
            return {"key": entry["key"], "status": "unchanged", "changed": 0, "unchanged": 0, "samples": []}
        batch_id = batch.id
    done = undo(theme_id, annotator=entry["annotator"], batch_id=batch_id, client_key=entry["key"], session=session)
    # A label that comes back is a change, also where no sample had it.
    happened = done.restored > 0 or done.action in REVIVES_LABELS
    status = "changed" if done.batch_id is not None and happened else "unchanged"
    return {
        "key": entry["key"],
        "status": status,
        "changed": done.restored,
        "unchanged": done.kept,
        "samples": list(done.sample_ids),
        "action": done.action,
    }
