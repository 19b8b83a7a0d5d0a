"""Labels: named, colored, ordered, merged, refused."""

import pytest

from workbench.errors import ConflictError, WorkbenchError
from workbench.store.bulk_edits import delete_samples
from workbench.store.label_merges import LabelUse, delete_label, label_use, merge_labels
from workbench.store.labels import add_label, edit_label, get_label, labels_of, reorder_labels
from workbench.store.samples import SampleFilter
from workbench.store.schema import Box
from workbench.store.themes import get_theme


def _names(store, theme_id):
    with store.read() as session:
        return [label.name for label in labels_of(theme_id, session=session)]


@pytest.mark.parametrize("name", ["", " ", "\u200d", "a/../b", "..", "a\nb", "\x00", "a\u202eb", "x" * 101])
def test_label_names_that_would_be_harmful(store, make_theme, name):
    theme_id = make_theme(store)
    with pytest.raises(WorkbenchError, match="cannot be the name of a label"), store.write() as session:
        add_label(theme_id, name, session=session)


@pytest.mark.parametrize(
    "name", ["truck/bus", "a\\b", "N/A", "\U0001f469\u200d\U0001f680", "cafe\u0301", "Common\u00a0Rust"]
)
def test_label_names_of_any_script_and_with_slashes(store, make_theme, name):
    assert _names(store, make_theme(store, "words", (name,))) == [name]


def test_a_name_of_a_data_set_keeps_its_blanks(store, make_theme):
    theme_id = make_theme(store, "words", ("cat",))
    with store.write() as session:
        add_label(theme_id, "cat ", exact=True, session=session)
    assert _names(store, theme_id) == ["cat", "cat "]


def test_a_name_with_blanks_around_it_is_trimmed(store, make_theme):
    theme_id = make_theme(store, "  pets ", (" cat ",))
    assert _names(store, theme_id) == ["cat"]
    with store.read() as session:
        assert get_theme("pets", session=session).id == theme_id


def test_labels_are_renamed_recolored_and_reordered(store, make_theme):
    theme_id = make_theme(store)
    with store.write() as session:
        cat, dog, bird = labels_of(theme_id, session=session)
        edit_label(cat.id, name="lynx", color="#ABCDEF", session=session)
        reorder_labels(theme_id, [bird.id, cat.id, dog.id], session=session)
    with store.read() as session:
        rows = labels_of(theme_id, session=session)
        assert [(row.name, row.position) for row in rows] == [("bird", 1), ("lynx", 2), ("dog", 3)]
        assert rows[1].color == "#abcdef"


def test_what_labels_refuse(store, make_theme):
    theme_id, other = make_theme(store), make_theme(store, "other")
    with store.read() as session:
        cat, dog, _ = labels_of(theme_id, session=session)
        foreign = labels_of(other, session=session)[0]
    for act, message in (
        (lambda s: add_label(theme_id, "cat", session=s), "has a label 'cat' already"),
        (lambda s: edit_label(cat.id, name="dog", session=s), "has a label 'dog' already"),
        (lambda s: edit_label(cat.id, color="red", session=s), "#rrggbb"),
        (lambda s: reorder_labels(theme_id, [cat.id, dog.id], session=s), "changed in the meantime"),
        (lambda s: merge_labels(cat.id, cat.id, annotator="ann", session=s), "another label of the same theme"),
        (lambda s: merge_labels(cat.id, foreign.id, annotator="ann", session=s), "another label of the same theme"),
        (lambda s: delete_label(987, annotator="ann", session=s), "no longer among"),
        (lambda s: get_label(theme_id, "cta", session=s), "Did you mean 'cat'"),
    ):
        with pytest.raises(WorkbenchError, match=message), store.write() as session:
            act(session)
    assert _names(store, theme_id) == ["cat", "dog", "bird"]


def test_a_label_with_boxes_is_not_deleted_but_can_be_merged(store, make_theme, add_samples):
    theme_id = make_theme(store)
    [sample_id] = add_samples(store, theme_id, range(1))
    with store.write() as session:
        cat, dog, _ = labels_of(theme_id, session=session)
        session.add(Box(sample_id=sample_id, label_id=cat.id, x=0, y=0, width=4, height=4, annotator="ann"))
    with pytest.raises(ConflictError, match=r"A box carries the label 'cat'\."), store.write() as session:
        delete_label(cat.id, annotator="ann", session=session)
    with store.write() as session:
        delete_samples(theme_id, SampleFilter(), annotator="ann", session=session)
    with store.read() as session:
        assert label_use(cat.id, session=session) == LabelUse(samples=0, boxes=0, hidden_boxes=1)
    hidden = r"A box carries the label 'cat' \(1 on deleted images\)"
    with pytest.raises(ConflictError, match=hidden), store.write() as session:
        delete_label(cat.id, annotator="ann", session=session)
    with store.write() as session:
        merge_labels(cat.id, dog.id, annotator="ann", session=session)
        assert session.query(Box).one().label_id == dog.id
