"""Deleting and merging labels that any number of samples carry, while others go on labeling."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from workbench.errors import NotFoundError
from workbench.store.bulk_edits import BulkOutcome
from workbench.store.connection import Store
from workbench.store.label_merges import (
    begin_removal,
    delete_label,
    finish_removal,
    merge_labels,
    move_samples,
    relabel_boxes,
    samples_with_boxes_of,
)
from workbench.store.labels import lock_label
from workbench.store.samples import SampleFilter
from workbench.store.schema import Batch, Label, Sample, Theme
from workbench.store.steps.edits import are_few, ids_of
from workbench.store.steps.writing import Phase, Written, is_small, wait_until_idle, write_in_steps


def delete_label_in_steps(store: Store, label_id: int, *, annotator: str) -> BulkOutcome:
    """Do what `delete_label` does; of many samples in steps, so that nobody waits for it."""
    return _remove(store, label_id, None, annotator)


def merge_labels_in_steps(store: Store, label_id: int, into_id: int, *, annotator: str) -> BulkOutcome:
    """Do what `merge_labels` does, in steps. The label goes with the last one, and whatever was given it meanwhile."""
    return _remove(store, label_id, into_id, annotator)


def _remove(store: Store, label_id: int, into_id: int | None, annotator: str) -> BulkOutcome:
    with store.read() as session:
        label = session.get(Label, label_id)
    if label is None:
        raise NotFoundError("This label is no longer among the theme's labels. Reload the labels, then try again.")
    wait_until_idle(store, label.theme_id)
    where = SampleFilter(label_id=label_id, deleted=None)
    with store.read() as session:
        with_boxes = session.get_one(Theme, label.theme_id).task == "boxes"
        few = are_few(label.theme_id, where, session)
        few = few and is_small(len(samples_with_boxes_of(label_id, session=session)))
    if few:
        with store.write() as session:
            if into_id is None:
                return delete_label(label_id, annotator=annotator, session=session)
            return merge_labels(label_id, into_id, annotator=annotator, session=session)

    def both(session: Session) -> tuple[Label, Label | None]:
        into = None if into_id is None else lock_label(into_id, session=session)
        return lock_label(label_id, session=session), into

    def change(batch: Batch, ids: Sequence[int], session: Session) -> None:
        old, into = both(session)
        if with_boxes and into is not None:
            relabel_boxes(batch, ids, old.id, into.id, session=session)
        else:
            move_samples(batch, [Sample.id.in_(ids)], old, into, session=session)

    def find(session: Session) -> Sequence[int]:
        if with_boxes:
            return samples_with_boxes_of(label_id, session=session)
        return ids_of(label.theme_id, where, session)

    def end(written: list[Written], session: Session) -> BulkOutcome:
        batch = session.get_one(Batch, written[0].batch_id, populate_existing=True)
        # No sample is deleted or restored meanwhile.
        return finish_removal(batch, *both(session), deleted=False, session=session)

    # Whoever gives the label meanwhile gives it to a sample that loses it too.
    phase = Phase(
        lambda session: begin_removal(*both(session), annotator=annotator, session=session),
        find,
        change,
        heeds_decisions=False,
    )
    return write_in_steps(store, label.theme_id, [phase], end)
