"""Snapshots: frozen, found by their digest."""

from collections import Counter

import pytest

from workbench.errors import NotFoundError
from workbench.store.assistance import AnsweredPage, answer_page
from workbench.store.decisions import Decision
from workbench.store.labels import edit_label, get_label, labels_of
from workbench.store.single_edits import Edit, decide
from workbench.store.snapshots import get_snapshot, labels_given, rows_to_freeze, snapshot_rows, take_snapshot
from workbench.store.splits import assign_splits


@pytest.fixture
def split_theme(store, make_theme, add_samples):
    theme_id = make_theme(store, labels=("cat", "dog"))
    ids = add_samples(store, theme_id, range(20))
    with store.write() as session:
        cat, dog = labels_of(theme_id, session=session)
        decisions = [
            Edit(sample_id, Decision.of((cat if number % 2 else dog).id)) for number, sample_id in enumerate(ids)
        ]
        decide(theme_id, decisions, annotator="ann", session=session)
        assign_splits(theme_id, annotator="ann", session=session)
    return theme_id, ids


def _snapshot(store, theme_id):
    with store.write() as session:
        return take_snapshot(theme_id, session=session)


def test_a_snapshot_of_the_same_content_is_the_same(store, split_theme):
    theme_id, ids = split_theme
    first = _snapshot(store, theme_id)
    assert _snapshot(store, theme_id).id == first.id
    with store.write() as session:
        label = get_label(theme_id, "cat", session=session)
        decide(theme_id, [Edit(ids[0], Decision.of(label.id))], annotator="ann", session=session)
    assert _snapshot(store, theme_id).digest != first.digest


def test_a_snapshot_does_not_change_with_the_theme(store, split_theme):
    theme_id, ids = split_theme
    snapshot = _snapshot(store, theme_id)
    with store.write() as session:
        before = list(snapshot_rows(snapshot.id, session=session))
        edit_label(get_label(theme_id, "cat", session=session).id, name="lynx", session=session)
        decide(theme_id, [Edit(sample_id) for sample_id in ids], annotator="ann", session=session)
        assert list(snapshot_rows(snapshot.id, session=session)) == before
    assert len(before) == 20
    assert {row.label for row in before} == {"cat", "dog"}
    assert [row.sha256 for row in before] == sorted(row.sha256 for row in before)


def test_a_snapshot_tells_how_its_labels_had_been_given(store, split_theme, make_theme, add_samples):
    theme_id = make_theme(store, "later", labels=("cat", "dog"))
    ids = add_samples(store, theme_id, range(100, 120))
    with store.write() as session:
        cat, dog = (label.id for label in labels_of(theme_id, session=session))
        for sample_id in ids[:3]:
            decide(theme_id, [Edit(sample_id, Decision.of(cat))], annotator="ann", session=session)
        page = AnsweredPage("suggested", tuple(ids[3:10]), cat, off=(ids[3],))
        answer_page(theme_id, page, annotator="ann", session=session)
        rest = AnsweredPage("rest", tuple(ids[10:]), labels=(cat, dog) * 5)
        answer_page(theme_id, rest, annotator="ann", session=session)
        # A look at one that nobody had looked at: it is a person's by now.
        decide(theme_id, [Edit(ids[10]), Edit(ids[10], Decision.of(cat))], annotator="ann", session=session)
        assign_splits(theme_id, annotator="ann", session=session)
        staged = list(rows_to_freeze(theme_id, session=session))
    snapshot = _snapshot(store, theme_id)
    with store.read() as session:
        given = labels_given(snapshot.id, session=session)
    assert given == {"key": 4, "page": 6, "rest": 9}
    assert given == Counter(how for *_, how in staged)


def test_a_snapshot_is_found_by_the_beginning_of_its_digest(store, split_theme):
    theme_id, _ = split_theme
    snapshot = _snapshot(store, theme_id)
    with store.read() as session:
        assert get_snapshot(snapshot.digest[:12], theme_id=theme_id, session=session).id == snapshot.id
        for wrong in ("xyz", "%"):
            with pytest.raises(NotFoundError, match="no snapshot"):
                get_snapshot(wrong, theme_id=theme_id, session=session)
