"""Going back to a state of a theme's labels, for some samples or all: one batch, which one undo takes back."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy.orm import Session

from workbench.store.bulk_edits import give_decisions
from workbench.store.connection import Store
from workbench.store.decisions import SKIPPED, Decision
from workbench.store.events import checked_annotator, start_batch
from workbench.store.label_merges import merged_labels
from workbench.store.labels import label_ids
from workbench.store.schema import Batch, Theme
from workbench.store.states.tags import LabelState, find_state
from workbench.store.steps.running import lock_idle_theme
from workbench.store.steps.writing import Phase, Written, is_small, wait_until_idle, write_in_steps
from workbench.store.table_labels import refuse_boxes

EndT = TypeVar("EndT")


@dataclass(frozen=True)
class RevertOutcome:
    """What going back did, in numbers of samples; `batch_id` is None when nothing was written.

    `changed` have their decision of then, `unchanged` had it already. What stays as it is: the `newer` samples, which
    came after that state; the `gone` ones, whose label of then the theme has no more; the `kept` ones, which somebody
    decided on meanwhile. Splits, and what is deleted, stay too. `cells` counts what would change, or changed, by label
    id (0: none, -1: skipped) of now and of then.
    """

    batch_id: int | None
    changed: int
    unchanged: int
    newer: int
    gone: int
    kept: int
    cells: Counter[tuple[int, int]]

    def words(self, state: str) -> str:
        """Say what going back to a state of this name did, or would do."""
        all_of_them = self.changed + self.unchanged + self.kept + self.gone
        went = "would go" if self.batch_id is None and self.changed else "went"
        told = [
            f"{self.newer:,} images came later and stay as they are" if self.newer else "",
            f"{self.gone:,} had a label that the theme has no more and stay" if self.gone else "",
            f"{self.kept:,} were decided on meanwhile and stay" if self.kept else "",
        ]
        head = f"{self.changed:,} of {all_of_them:,} labels {went} back to '{state}'"
        return "; ".join([head, *filter(None, told)]) + "."


@dataclass(frozen=True)
class _Meant:
    """What is to change: the decision of now and of then, by sample; and how many are left as they are, and why."""

    wanted: dict[int, tuple[Decision, Decision]]
    unchanged: int
    newer: int
    gone: int

    def outcome(self, batch: Batch | None, kept: int = 0) -> RevertOutcome:
        pairs = Counter((_code(seen), _code(decision)) for seen, decision in self.wanted.values())
        changed = len(self.wanted) - kept if batch is None else batch.changed
        number = None if batch is None else batch.id
        return RevertOutcome(number, changed, self.unchanged, self.newer, self.gone, kept, pairs)


def revert_in_steps(
    store: Store,
    theme_id: int,
    state: LabelState,
    sample_ids: Sequence[int] | None = None,
    *,
    annotator: str,
    dry_run: bool = False,
) -> RevertOutcome:
    """Give samples (all, unless some are named) the decisions that they had in a state; many of them in steps.

    A label that was merged since counts as the one that it was merged into. `dry_run` says what would change. Raises
    ConflictError in a theme of boxes.
    """
    who = checked_annotator(annotator)
    wait_until_idle(store, theme_id)
    with store.read() as session:
        refuse_boxes(session.get_one(Theme, theme_id))
        meant = _meant(theme_id, state, sample_ids, session)
    if dry_run or not meant.wanted:
        return meant.outcome(None)

    def end(batch: Batch, session: Session) -> RevertOutcome:
        kept = batch.unchanged
        batch.unchanged += meant.unchanged
        session.flush()
        return meant.outcome(batch, kept)

    return decide_in_steps(store, theme_id, meant.wanted, end, annotator=who, note=f"back to {state.name}")


def decide_in_steps(
    store: Store,
    theme_id: int,
    wanted: Mapping[int, tuple[Decision, Decision]],
    end: Callable[[Batch, Session], EndT],
    *,
    annotator: str,
    note: str,
) -> EndT:
    """Give each sample a decision of its own as `give_decisions` does, many of them in steps: one batch.

    Returns what `end` makes of the batch in its last transaction.
    """

    def begin(session: Session) -> Batch:
        return start_batch(theme_id, "label", annotator=annotator, source="human", note=note, session=session)

    def change(batch: Batch, ids: Sequence[int], session: Session) -> None:
        give_decisions(batch, {sample_id: wanted[sample_id] for sample_id in ids}, session=session)

    if is_small(len(wanted)):
        with store.write() as session:
            lock_idle_theme(theme_id, session=session)
            batch = begin(session)
            change(batch, list(wanted), session)
            return end(batch, session)
    ids = array("q", sorted(wanted))

    def finish(written: list[Written], session: Session) -> EndT:
        return end(session.get_one(Batch, written[0].batch_id), session)

    return write_in_steps(store, theme_id, [Phase(begin, lambda _session: ids, change)], finish)


def _meant(theme_id: int, state: LabelState, sample_ids: Sequence[int] | None, session: Session) -> _Meant:
    import numpy as np

    from workbench.store.states.past import past_labels

    merged, living = merged_labels(theme_id, session=session), label_ids(theme_id, session=session)
    today = past_labels(theme_id, find_state(theme_id, session=session), session=session)
    then = past_labels(theme_id, state, session=session)
    if sample_ids is not None:
        named = np.isin(today.ids, np.asarray(sample_ids, np.int64))
        today = replace(today, ids=today.ids[named], labels=today.labels[named], splits=today.splits[named])
    ids, at_today, at_then = np.intersect1d(today.ids, then.ids, assume_unique=True, return_indices=True)
    labels = then.labels[at_then].copy()
    for label, end in merged.items():
        labels[then.labels[at_then] == label] = end
    gone = (labels > 0) & ~np.isin(labels, list(living))
    differs = (labels != today.labels[at_today]) & ~gone
    rows = zip(ids[differs].tolist(), today.labels[at_today][differs].tolist(), labels[differs].tolist(), strict=True)
    return _Meant(
        {sample_id: (_decision(now), _decision(was)) for sample_id, now, was in rows},
        unchanged=int(len(ids) - differs.sum() - gone.sum()),
        newer=len(today) - len(ids),
        gone=int(gone.sum()),
    )


def _decision(code: int) -> Decision:
    return SKIPPED if code < 0 else Decision.of(code or None)


def _code(decision: Decision) -> int:
    return decision.label or (-1 if decision.skipped else 0)
