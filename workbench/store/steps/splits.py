"""Assigning, resetting and moving splits of any number of samples, while others go on labeling."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.store.connection import Store
from workbench.store.counts import boxes_by_split
from workbench.store.events import start_batch, write_events_where
from workbench.store.samples import SampleFilter, update_samples
from workbench.store.schema import SPLITS, Batch, Sample, Theme
from workbench.store.splits import assign_box_splits, assign_splits
from workbench.store.splits.allocation import DEFAULT_RATIOS, DrawnSplits, SplitOutcome, check_options
from workbench.store.splits.moves import (
    SplitMove,
    begin_move,
    move_in_batch,
    move_to_split,
    split_move,
    would_straddle,
)
from workbench.store.splits.stratified import RESET, draw_splits, preview_splits, reset_in_batch
from workbench.store.splits.whole_images import draw_box_splits
from workbench.store.steps.edits import are_few, ids_of
from workbench.store.steps.writing import Phase, wait_until_idle, write_in_steps

_SOME = len(SPLITS) + 1


def assign_splits_in_steps(
    store: Store,
    theme: Theme,
    ratios: Sequence[float] = DEFAULT_RATIOS,
    *,
    seed: int = 42,
    reset: bool = False,
    valid_from_train: bool = False,
    of_boxes: bool | None = None,
    annotator: str,
) -> SplitOutcome:
    """Do what `assign_splits` or, `of_boxes`, `assign_box_splits` does (default: as the theme's task wants it).

    Of many samples in steps, so that nobody waits for it. A sample whose label is taken away meanwhile gets no split.
    The reset and the assignment count as one change.
    """
    boxes = theme.task == "boxes" if of_boxes is None else of_boxes
    wait_until_idle(store, theme.id)
    with store.read() as session:
        few = are_few(theme.id, SampleFilter(deleted=None), session)
    if few:
        assign = assign_box_splits if boxes else assign_splits
        with store.write() as session:
            return assign(
                theme.id,
                ratios,
                seed=seed,
                reset=reset,
                valid_from_train=valid_from_train,
                annotator=annotator,
                session=session,
            )
    check_options(ratios, reset, valid_from_train)
    if not boxes:
        # Refused before anything is taken away.
        with store.read() as session:
            preview_splits(theme.id, ratios, reset=reset, valid_from_train=valid_from_train, session=session)
    found: list[DrawnSplits] = []
    draw = draw_box_splits if boxes else draw_splits

    def phases() -> Iterator[Phase]:
        if reset:
            yield _reset(theme.id, annotator)
        with store.read() as session:
            drawn = draw(theme.id, ratios, seed=seed, valid_from_train=valid_from_train, session=session)
        found.append(drawn)
        if drawn.given:
            yield _give(theme.id, drawn.given, annotator, boxes=boxes, before=None)
        if drawn.moved:
            how = {"before": "train", "note": "valid out of train"}
            yield _give(theme.id, drawn.moved, annotator, boxes=boxes, **how)

    done = write_in_steps(
        store,
        theme.id,
        phases(),
        lambda written, session: [session.get_one(Batch, each.batch_id).changed for each in written],
    )
    outcome = replace(found[0].outcome, reset=done[0] if reset else 0)
    if boxes:
        with store.read() as session:
            outcome = replace(outcome, counts=boxes_by_split(theme.id, session=session))
    return outcome


def move_to_split_in_steps(
    store: Store, theme_id: int, where: SampleFilter, split: str, *, annotator: str
) -> SplitMove:
    """Do what `move_to_split` does, in steps."""
    wait_until_idle(store, theme_id)
    with store.read() as session:
        few = are_few(theme_id, where, session)
    if few:
        with store.write() as session:
            return move_to_split(theme_id, where, split, annotator=annotator, session=session)
    counts = Counter[str]()
    with store.read() as session:
        kept = would_straddle(theme_id, where, split, session=session)

    def change(batch: Batch, ids: Sequence[int], session: Session) -> None:
        living = [Sample.id.in_(ids), Sample.deleted_at.is_(None)]
        counts.update(move_in_batch(batch, living, split, kept=kept, session=session))

    phase = Phase(
        lambda session: begin_move(theme_id, split, annotator=annotator, session=session),
        lambda session: ids_of(theme_id, where, session),
        change,
        heeds_decisions=False,
    )
    return write_in_steps(store, theme_id, [phase], lambda _written, _session: split_move(counts))


def _reset(theme_id: int, annotator: str) -> Phase:
    def find(session: Session) -> Sequence[int]:
        query = select(Sample.id).where(Sample.theme_id == theme_id, Sample.split.is_not(None)).order_by(Sample.id)
        return array("q", session.scalars(query))

    return Phase(
        _begin(theme_id, RESET, annotator),
        find,
        lambda batch, ids, session: reset_in_batch(batch, [Sample.id.in_(ids)], session=session),
        heeds_decisions=False,
    )


def _give(
    theme_id: int,
    drawn: Sequence[tuple[int, int]],
    annotator: str,
    *,
    boxes: bool,
    before: str | None,
    note: str = "",
) -> Phase:
    """Give samples the splits that were drawn; a pair is one number here."""
    pairs = array("q", (sample_id * _SOME + split for sample_id, split in drawn))

    def change(batch: Batch, part: Sequence[int], session: Session) -> None:
        for position, split in enumerate(SPLITS):
            ids = [pair // _SOME for pair in part if pair % _SOME == position]
            which = [
                Sample.id.in_(ids),
                Sample.split.is_not_distinct_from(before),
                Sample.deleted_at.is_(None),
                *([] if boxes else [Sample.label_id.is_not(None)]),
            ]
            if ids:
                write_events_where(batch, "split", which, before=before, after=split, session=session)
                batch.changed += update_samples(which, session=session, split=split)

    return Phase(_begin(theme_id, "split", annotator, note), lambda _session: pairs, change, heeds_decisions=False)


def _begin(theme_id: int, action: str, annotator: str, note: str = "") -> Callable[[Session], Batch]:
    return lambda session: start_batch(
        theme_id, action, annotator=annotator, source="human", note=note, session=session
    )
