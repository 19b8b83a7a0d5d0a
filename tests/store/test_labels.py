"""Labels: named, colored, ordered, merged, refused."""

import pytest

from workbench.errors import ConflictError, WorkbenchError
from workbench.store.bulk_edits import delete_samples
from workbench.store.label_merges import LabelUse, delete_label, label_use, merge_labels
from workbench.store.labels import add_label, edit_label, get_label, labels_of, reorder_labels, set_key, suggest_keys
from workbench.store.samples import SampleFilter
from workbench.store.schema import Box
from workbench.store.themes import get_theme
from workbench.store.undo import undo


def _names(store, theme_id):
    with store.read() as session:
        return [label.name for label in labels_of(theme_id, session=session)]


@pytest.mark.parametrize("name", ["", " ", "\u200d", "a/../b", "..", "a\nb", "\x00", "a\u202eb", "x" * 201])
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


def _keys(store, theme_id):
    with store.read() as session:
        return {label.name: label.key for label in labels_of(theme_id, session=session)}


def test_a_new_label_gets_its_own_digit_or_that_of_its_position_and_keeps_it(store, make_theme):
    ten = make_theme(store, "ten", [str(number) for number in range(10)])
    assert _keys(store, ten) == {str(number): str(number) for number in range(10)}
    many = make_theme(store, "many", [f"label {number}" for number in range(12)])
    assert list(_keys(store, many).values()) == [*"1234567890", None, None]
    with store.write() as session:
        first, *others = labels_of(many, session=session)
        delete_label(first.id, annotator="ann", session=session)
        reorder_labels(many, [label.id for label in reversed(others)], session=session)
    assert _keys(store, many)["label 1"] == "2"


def test_keys_are_chosen_suggested_and_refused(store, make_theme):
    theme_id = make_theme(store, "mixed", ["sun", "Ähre", "7", "shadow", "ü", "Ünal"])
    with store.write() as session:
        sun, *_ = labels_of(theme_id, session=session)
        set_key(sun.id, "S", session=session)
        set_key(sun.id, "s", session=session)
    for key, message in (("7", "key '7' belongs to the label '7'"), ("ab", "one letter or one digit"), ("!", "one")):
        with pytest.raises(WorkbenchError, match=message), store.write() as session:
            set_key(sun.id, key, session=session)
    assert _keys(store, theme_id)["sun"] == "s"
    with store.write() as session:
        suggest_keys(theme_id, "name", session=session)
    # The letters of commands come last.
    assert list(_keys(store, theme_id).values()) == ["n", "ä", "7", "h", "ü", "l"]
    with store.write() as session:
        suggest_keys(theme_id, "number", session=session)
        set_key(sun.id, None, session=session)
    assert list(_keys(store, theme_id).values()) == [None, "2", "7", "3", "4", "5"]


def test_a_label_that_comes_back_leaves_its_key_to_the_one_that_has_it_now(store, make_theme):
    theme_id = make_theme(store)
    with store.write() as session:
        cat, dog, _ = labels_of(theme_id, session=session)
        delete_label(cat.id, annotator="ann", session=session)
        set_key(dog.id, "1", session=session)
    with store.write() as session:
        undo(theme_id, annotator="ann", session=session)
    assert _keys(store, theme_id) == {"dog": "1", "bird": "3", "cat": None}


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
