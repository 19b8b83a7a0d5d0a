"""Labels of a table: one batch, one undo, and nobody's later work is lost, on both databases."""

from datetime import timedelta

import pytest

from workbench.errors import ConflictError, NotFoundError
from workbench.store import now
from workbench.store.decisions import SKIPPED, Decision
from workbench.store.history import history_of
from workbench.store.schema import Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.table_labels import label_from_table
from workbench.store.themes import create_theme
from workbench.store.undo import undo


def labels(store, ids):
    with store.read() as session:
        return [session.get_one(Sample, sample_id).label_id for sample_id in ids]


def write(store, theme_id, given, **how):
    with (store.read if how.get("dry_run") else store.write)() as session:
        return label_from_table(theme_id, given, annotator="ann", session=session, **how)


def test_each_sample_gets_its_own_label_in_one_batch_that_one_undo_takes_back(store, pets, label_ids):
    theme_id, ids = pets
    cat, dog, bird = (label_ids[name] for name in ("cat", "dog", "bird"))
    with store.write() as session:
        edits = [Edit(ids[0], Decision.of(cat)), Edit(ids[1], Decision.of(dog)), Edit(ids[2], SKIPPED)]
        decide(theme_id, edits, annotator="bob", session=session)
    given = {ids[0]: cat, ids[1]: bird, ids[2]: bird, ids[3]: dog, 10**6: dog}
    held = write(store, theme_id, given)
    assert (held.changed, held.unchanged, held.decided) == ([ids[3]], [ids[0]], [ids[1], ids[2]])
    tried = write(store, theme_id, given, replace="all", dry_run=True)
    done = write(store, theme_id, given, replace="all")
    assert (done.changed, done.replaced) == (tried.changed, tried.replaced) == ([ids[1], ids[2]], 2)
    assert labels(store, ids[:5]) == [cat, bird, bird, dog, None]
    with store.write() as session:
        assert undo(theme_id, annotator="ann", session=session).restored == 2
        assert [event.source for event in history_of(ids[1], session=session)] == ["human", "human", "undo"]
        assert session.get_one(Sample, ids[2]).skipped
    assert labels(store, ids[:5]) == [cat, dog, None, dog, None]


def test_what_somebody_else_decided_after_the_table_was_read_is_left_alone(store, pets, label_ids):
    theme_id, ids = pets
    cat, dog = label_ids["cat"], label_ids["dog"]
    with store.write() as session:
        decide(
            theme_id, [Edit(ids[0], Decision.of(cat)), Edit(ids[1], Decision.of(cat))], annotator="bob", session=session
        )
        decide(theme_id, [Edit(ids[2], Decision.of(cat))], annotator="ann", session=session)
        at = session.get_one(Sample, ids[0]).labeled_at
    given = dict.fromkeys(ids[:3], dog)
    seen = {ids[0]: at, ids[1]: at - timedelta(seconds=1), ids[2]: None}
    done = write(store, theme_id, given, seen=seen, replace="seen")
    assert (done.changed, done.decided_since) == ([ids[0], ids[2]], [ids[1]])
    assert labels(store, ids[:3]) == [dog, cat, dog]
    assert write(store, theme_id, given, seen=dict.fromkeys(ids, now()), replace="seen").changed == [ids[1]]


def test_a_label_that_is_not_there_and_a_theme_of_boxes_are_refused(store, pets, label_ids):
    theme_id, ids = pets
    with pytest.raises(NotFoundError):
        write(store, theme_id, {ids[0]: label_ids["cat"], ids[1]: 10**6})
    assert labels(store, ids[:2]) == [None, None]
    with store.write() as session:
        boxes = create_theme("cells", task="boxes", session=session).id
    with pytest.raises(ConflictError, match="boxes"):
        write(store, boxes, {ids[0]: label_ids["cat"]})
