"""Themes and labels: names, order, colors, and what is refused."""

import pytest

from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.store.bulk_edits import delete_samples
from workbench.store.decisions import Decision
from workbench.store.label_merges import LabelUse, delete_label, label_use, merge_labels
from workbench.store.labels import add_label, edit_label, get_label, labels_of, reorder_labels
from workbench.store.samples import SampleFilter, count_samples, page_of_samples
from workbench.store.schema import Batch, Box
from workbench.store.single_edits import Edit, decide
from workbench.store.snapshots import take_snapshot
from workbench.store.splits import assign_splits
from workbench.store.themes import create_theme, delete_theme, edit_theme, get_theme, list_themes, restore_theme

CREATING = """
    import sys
    from workbench.store import open_store
    from workbench.store.themes import create_theme
    from workbench.errors import ConflictError

    store = open_store()
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(20):
        try:
            with store.write() as session:
                create_theme(f"theme {number}", labels=["a", "b"], session=session)
            print("created")
        except ConflictError:
            print("exists")
"""


def _names(store, theme_id):
    with store.read() as session:
        return [label.name for label in labels_of(theme_id, session=session)]


def test_a_theme_comes_back_with_its_labels_in_order(store, make_theme):
    theme_id = make_theme(store, labels=("zebra", "ant", "Ärger", "猫"))
    with store.read() as session:
        labels = labels_of(get_theme("pets", session=session).id, session=session)
    assert [(label.name, label.position) for label in labels] == [("zebra", 1), ("ant", 2), ("Ärger", 3), ("猫", 4)]
    assert len({label.color for label in labels}) == 4
    assert _names(store, theme_id) == ["zebra", "ant", "Ärger", "猫"]


def test_an_unknown_theme_names_the_nearest(store, make_theme):
    make_theme(store, "digits")
    with pytest.raises(NotFoundError, match="Did you mean 'digits'"), store.read() as session:
        get_theme("digit", session=session)


def test_a_theme_that_exists_is_refused_and_nothing_is_written(store, make_theme):
    make_theme(store)
    with pytest.raises(ConflictError, match="exists already"):
        make_theme(store, labels=("x",))
    with store.read() as session:
        assert [theme.name for theme in list_themes(session=session)] == ["pets"]


def test_themes_of_one_name_created_at_once(store, run_python):
    children = [run_python(CREATING) for _ in range(2)]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    answers = [child.communicate()[0].split() for child in children]
    assert [sorted(pair) for pair in zip(*answers, strict=True)] == [["created", "exists"]] * 20


@pytest.mark.parametrize("name", ["", "  ", "../etc", "a/b", "<script>", "a" * 101, "-x", "a\x00b", "'; --"])
def test_theme_names_that_would_be_harmful(store, name):
    with pytest.raises(WorkbenchError, match="cannot be the name of a theme"), store.write() as session:
        create_theme(name, session=session)


@pytest.mark.parametrize("name", ["", " ", "a/b", "..", "a\nb", "\x00", "x" * 101, "a\\b"])
def test_label_names_that_would_be_harmful(store, make_theme, name):
    theme_id = make_theme(store)
    with pytest.raises(WorkbenchError, match="cannot be the name of a label"), store.write() as session:
        add_label(theme_id, name, session=session)


def test_names_are_data_to_sql(store, make_theme, add_samples):
    hostile = "x'); DROP TABLE samples; --"
    theme_id = make_theme(store, labels=(hostile, '"quoted" %s :name'))
    add_samples(store, theme_id, range(3))
    with store.write() as session:
        assert get_label(theme_id, hostile, session=session).name == hostile
        assert count_samples(theme_id, SampleFilter(search=hostile), session=session) == 0
        assert count_samples(theme_id, SampleFilter(search="%"), session=session) == 0
        assert count_samples(theme_id, SampleFilter(search="IMG_0000"), session=session) == 3


def test_a_name_with_blanks_around_it_is_trimmed(store, make_theme):
    theme_id = make_theme(store, "  pets ", (" cat ",))
    assert _names(store, theme_id) == ["cat"]
    with store.read() as session:
        assert get_theme("pets", session=session).id == theme_id


def test_deleting_a_theme_frees_its_name_and_restoring_needs_it(store, make_theme):
    first = make_theme(store)
    with store.write() as session:
        delete_theme(first, annotator="ann", session=session)
    with pytest.raises(NotFoundError), store.read() as session:
        get_theme("pets", session=session)
    second = make_theme(store)
    with pytest.raises(ConflictError), store.write() as session:
        restore_theme(first, session=session)
    with store.write() as session:
        edit_theme(second, name="other pets", description=" mine ", session=session)
        restore_theme(first, session=session)
    with store.read() as session:
        assert [(row.id, row.name) for row in list_themes(session=session)] == [(second, "other pets"), (first, "pets")]
        batch = session.query(Batch).one()
        assert (batch.action, batch.annotator) == ("delete theme", "ann")


def test_a_theme_that_was_trained_on_keeps_its_name(store, make_theme, add_samples):
    theme_id = make_theme(store, labels=("cat", "dog"))
    ids = add_samples(store, theme_id, range(6))
    with store.write() as session:
        cat, dog = labels_of(theme_id, session=session)
        decisions = [Edit(number, Decision.of((cat if number % 2 else dog).id)) for number in ids]
        decide(theme_id, decisions, annotator="ann", session=session)
        assign_splits(theme_id, annotator="ann", session=session)
        edit_theme(theme_id, name="animals", session=session)
        take_snapshot(theme_id, session=session)
    with pytest.raises(ConflictError, match="has been trained on"), store.write() as session:
        edit_theme(theme_id, name="pets", session=session)
    with store.write() as session:
        assert edit_theme(theme_id, name="animals", description="mine", session=session).description == "mine"


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


def test_pages_come_in_the_same_order_on_every_database(store, make_theme, add_samples):
    theme_id = make_theme(store)
    ids = add_samples(store, theme_id, range(6))
    names = ["b.png", "B.png", "a.png", "Ä.png", "a/z.png", "_.png"]
    with store.write() as session:
        for sample, name in zip(page_of_samples(theme_id, session=session), names, strict=True):
            sample.name = name
    with store.read() as session:
        by_name = [sample.name for sample in page_of_samples(theme_id, sort="name", session=session)]
        by_time = [sample.id for sample in page_of_samples(theme_id, sort="-labeled_at", session=session)]
    assert by_name == sorted(names)
    assert by_time == ids[::-1]
