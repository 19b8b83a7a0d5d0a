"""Snapshots: frozen, found by their digest."""

import pytest

from workbench.errors import NotFoundError
from workbench.store.decisions import Decision
from workbench.store.labels import edit_label, get_label, labels_of
from workbench.store.single_edits import Edit, decide
from workbench.store.snapshots import get_snapshot, snapshot_rows, take_snapshot
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


def test_a_snapshot_is_found_by_the_beginning_of_its_digest(store, split_theme):
    theme_id, _ = split_theme
    snapshot = _snapshot(store, theme_id)
    with store.read() as session:
        assert get_snapshot(snapshot.digest[:12], theme_id=theme_id, session=session).id == snapshot.id
        for wrong in ("xyz", "%"):
            with pytest.raises(NotFoundError, match="no snapshot"):
                get_snapshot(wrong, theme_id=theme_id, session=session)
